"""The operating system and processor that programs are for."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from .errors import UsageError

_PROCESSORS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}


@dataclass(frozen=True)
class Platform:
    """As Go names them: linux or darwin; amd64, arm64, or a processor that upstream releases nothing for."""

    system: str
    processor: str

    @property
    def released(self) -> bool:
        """Whether upstream releases programs for it."""
        return self.processor in _PROCESSORS.values()

    def __str__(self) -> str:
        return f"{self.system}/{self.processor}"


def this_platform(system: str = "", machine: str = "") -> Platform:
    """Return what this machine is; raises UsageError where no toolchain can be had at all."""
    system = system or platform.system()
    machine = (machine or platform.machine()).lower()
    if system not in _SYSTEMS:
        raise UsageError(
            f"there is no toolchain for {system or 'this system'}: "
            "the local cluster runs on Linux and macOS. On Windows, work in WSL 2"
        )
    return Platform(_SYSTEMS[system], _PROCESSORS.get(machine, machine))
