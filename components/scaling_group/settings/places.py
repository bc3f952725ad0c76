"""Where settings files are. Completion reads them as they are: it has no time for models."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

APP = "scaling-group"
FILE = "scaling-group.toml"
PREFIX = "SCALING_GROUP_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"


def users_file() -> Path:
    """Return the place of the user's own file."""
    try:
        return Path(platformdirs.user_config_dir(APP)) / FILE
    except RuntimeError:
        # There is no home folder; the place is named in messages alone.
        return Path("~/.config") / APP / FILE


def named_file(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the file that a flag or a variable names."""
    return config or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)


def found_file(here: Path | None, users: Path) -> Path | None:
    """Return a project's file: the nearest in a folder or above."""
    above = [here, *here.parents] if here else []
    # A folder that may not be looked into has no settings for us.
    files = (each / FILE for each in above if os.path.isfile(each / FILE))
    return next((file for file in files if file.resolve() != users.resolve()), None)


def current_folder() -> Path | None:
    """Return the current folder, None where it has been removed."""
    try:
        return Path.cwd()
    except OSError:
        return None
