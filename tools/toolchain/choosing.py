"""Whether programs are downloaded or built: the setting TOOLCHAIN, and what is there already."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import UsageError
from .manifest import Entry, How
from .pins import PROGRAMS
from .platforms import Platform
from .releases import Hosts, releases_for
from .shared import SHARED

VARIABLE = "TOOLCHAIN"


class Mode(enum.Enum):
    """Download what can be downloaded, insist on it, or build everything."""

    AUTO = "auto"
    DOWNLOAD = "download"
    BUILD = "build"


@dataclass(frozen=True)
class Choice:
    """What the environment asks for.

    Attributes:
        asks_hosts: in auto mode, whether release hosts may be asked at all.
    """

    mode: Mode
    asks_hosts: bool


def choice_of(environ: Mapping[str, str]) -> Choice:
    """Read TOOLCHAIN and CI; raises UsageError for a value of TOOLCHAIN that is none."""
    value = environ.get(VARIABLE) or Mode.AUTO.value
    try:
        mode = Mode(value)
    except ValueError:
        words = ", ".join(mode.value for mode in Mode)
        raise UsageError(
            f"{VARIABLE}={value} is not one of {words}; leave it out for {Mode.AUTO.value}"
        ) from None
    in_ci = environ.get("CI", "").lower() in ("true", "1")
    return Choice(mode, asks_hosts=mode is Mode.DOWNLOAD or (mode is Mode.AUTO and not in_ci))


def released_programs(platform: Platform) -> frozenset[str]:
    """Return what can be downloaded for a platform; the shared files are for every one."""
    released = [release.programs for release in releases_for(platform, Hosts())]
    return frozenset().union(*released, (shared.program for shared in SHARED))


def wanted(there: Mapping[str, Entry], mode: Mode, platform: Platform) -> frozenset[str]:
    """Return the programs to make: those that are missing, or came the way that was not asked for."""
    missing = {program.name for program in PROGRAMS if program.name not in there}
    if mode is Mode.BUILD:
        missing |= {name for name, entry in there.items() if entry.how is not How.BUILT}
    if mode is Mode.DOWNLOAD:
        built = {name for name, entry in there.items() if entry.how is not How.DOWNLOADED}
        missing |= built & released_programs(platform)
    return frozenset(missing)
