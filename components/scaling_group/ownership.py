"""Who runs this, and whose a file is: what is only found and not named by the user has to be their own."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = 0
#: The user who has become root with sudo.
SUDO_UID = "SUDO_UID"


class Identity(NamedTuple):
    """Whose files are the user's own, and which groups nobody else is in."""

    users: frozenset[int]
    groups: frozenset[int]


def identity(environ: Mapping[str, str] = os.environ) -> Identity:
    """Return who runs this. Root's files are everybody's own: root can write everything anyway."""
    uid, gid, behind = os.geteuid(), os.getegid(), environ.get(SUDO_UID, "")
    users = {uid, ROOT, *([int(behind)] if uid == ROOT and behind.isdecimal() else [])}
    # Many systems make a group of the same name for each user alone.
    groups = {ROOT, *([gid] if _group(gid) == _user(uid) else [])}
    return Identity(frozenset(users), frozenset(groups))


def user() -> str:
    """Return who runs this, `unknown` where the system has no name for them."""
    # Loads what reads passwords from a terminal; most commands ask for no name.
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def stranger(path: Path, me: Identity | None = None) -> str:
    """Return who else can have written a file or folder: `it belongs to eve`; empty for nobody else."""
    if sys.platform == "win32":
        # Permissions there are lists of who may do what, which the standard library does not read.
        return ""
    me = me or identity()
    # Who makes a link chooses what it leads to.
    others = {path.lstat().st_uid, path.stat().st_uid} - me.users
    return f"it belongs to {_user(min(others))}" if others else _other_writers(path.stat(), me)


def _other_writers(found: os.stat_result, me: Identity) -> str:
    if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX:
        # Nobody removes or renames there what is another's.
        return ""
    if found.st_mode & stat.S_IWOTH:
        return "everybody can write it"
    if found.st_mode & stat.S_IWGRP and found.st_gid not in me.groups:
        return f"its group {_group(found.st_gid)} can write it"
    return ""


def _user(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _group(gid: int) -> str:
    import grp

    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return f"{gid}"
