"""What a node could leave behind on the machine, looked at before and after."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import psutil

from .cgroups import Cgroups
from .inside import SYSCTLS
from .machine import HIDDEN

_SYSCTLS = (*SYSCTLS, "net/ipv4/ip_forward", "kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes")
_NETWORK_NAMESPACES = Path("/run/netns")


@dataclass(frozen=True)
class Machine:
    """What a node touches: mounts, cgroups, settings of the kernel, names of network namespaces."""

    mounts: frozenset[str]
    cgroups: frozenset[str]
    settings: frozenset[str]
    networks: frozenset[str]

    def left_since(self, before: Machine) -> list[str]:
        """Say what is there now and was not, one thing a line."""
        return sorted(
            [f"mount {name}" for name in self.mounts - before.mounts]
            + [f"cgroup {name}" for name in self.cgroups - before.cgroups]
            + [f"sysctl {name}" for name in self.settings - before.settings]
            + [f"network namespace {name}" for name in self.networks - before.networks]
        )


def look(cgroups: Cgroups, directory: Path) -> Machine:
    """Return what there is of all that at this moment."""
    return Machine(
        frozenset(point for point in _mount_points() if _concerns_a_node(Path(point), directory)),
        frozenset(str(folder) for folder in cgroups.left()),
        frozenset(f"{name} = {_setting(name)}" for name in _SYSCTLS),
        frozenset(path.name for path in _NETWORK_NAMESPACES.glob("*")),
    )


def processes_below(pid: int) -> list[psutil.Process]:
    """Return a process and all that came from it, as long as they are there."""
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    return []


def _mount_points() -> list[str]:
    return [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]


def _concerns_a_node(point: Path, directory: Path) -> bool:
    places = (directory, *HIDDEN, Path("/proc/sys"), Path("/etc"))
    return any(point.is_relative_to(place) for place in places)


def _setting(name: str) -> str:
    try:
        return (Path("/proc/sys") / name).read_text().strip()
    except OSError:
        return "absent"
