"""Which Pulumi CLI is used: one on PATH, else one in the user's data folder, else a download."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scaling_group.errors import Unreachable, more_files
from scaling_group.ownership import stranger

if TYPE_CHECKING:
    from scaling_group.engine.download import Release

Version = tuple[int, int, int]
#: The event stream over gRPC and the flags that we use are there from this version on.
OLDEST: Version = (3, 215, 0)
HOW_TO_INSTALL = "Install Pulumi (https://www.pulumi.com/docs/install/) and put it on PATH."
#: Set where nothing may be downloaded, plugins by the engine included.
NO_DOWNLOADS = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"
#: What the engine takes for true.
TRUE = ("1", "true")


def may_download(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether the variable that forbids the engine its downloads leaves them allowed."""
    return environ.get(NO_DOWNLOADS, "").lower() not in TRUE


@dataclass(frozen=True)
class Installed:
    """A CLI on this machine; the version is zeros where it does not run."""

    command: str
    version: Version

    @property
    def usable(self) -> bool:
        return self.version >= OLDEST

    def __str__(self) -> str:
        return _text(self.version)


class Acquisition:
    """Finds the CLI below `data_dir`; `announce` is told before anything is downloaded.

    downloads: whether the user's settings allow that; the engine's own variable can forbid it as well.
    """

    def __init__(
        self,
        data_dir: Path,
        announce: Callable[[str], None],
        *,
        downloads: bool = True,
        download: Callable[[Release, Path], None] | None = None,
    ) -> None:
        self._folder = data_dir / "engine"
        self._announce = announce
        self._allowed = downloads
        self._download = download

    def find(self) -> tuple[str, Version]:
        """Return the CLI's path and version; raises Unreachable where none can be had."""
        found = self.installed()
        if found and found.usable:
            return found.command, found.version
        said = f"{found.command} is {found}" if found else "there is none on PATH"
        self._require_allowed(said)
        # Only who has none pays for loading what a download takes.
        from scaling_group.engine.download import download, release

        wanted = release()
        self._announce(f"Pulumi CLI: {said}; downloading {wanted} into {self._folder}")
        (self._download or download)(wanted, self._folder)
        kept = str(self._kept)
        version = self._version(kept)
        if version < OLDEST:
            raise Unreachable(f"the downloaded Pulumi CLI at {kept} does not run", resolution=HOW_TO_INSTALL)
        return kept, version

    def _require_allowed(self, said: str) -> None:
        if not (self._allowed and may_download()):
            raise Unreachable(
                f"there is no usable Pulumi CLI ({said}), and downloads are off",
                detail=f"The setting engine_download or the variable {NO_DOWNLOADS} forbids them.",
                resolution=HOW_TO_INSTALL,
            )

    def installed(self) -> Installed | None:
        """Return the CLI that is used, else the first that is there and cannot be, else None.

        One is looked at after the other: to ask for its version is to run it. Raises Unreachable where the
        kept one may be somebody else's.
        """
        first = None
        for command in self._candidates():
            found = Installed(command, self._version(command))
            if found.usable:
                return found
            first = first or found
        return first

    def _candidates(self) -> Iterator[str]:
        # A relative entry would be a folder of whatever project is the current one.
        entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
        on_path = shutil.which("pulumi", path=os.pathsep.join(filter(os.path.isabs, entries)))
        if on_path:
            yield on_path
        if os.path.exists(self._kept):
            self._require_own()
            yield str(self._kept)

    def _require_own(self) -> None:
        kept = self._kept
        for path in (self._folder.parent, self._folder, kept.parent, kept):
            if who := stranger(path):
                raise Unreachable(
                    f"the Pulumi CLI at {kept} is not run",
                    detail=f"{path}: {who}",
                    resolution="Make it your own with chown and chmod, or put a Pulumi CLI on PATH.",
                )

    @property
    def _kept(self) -> Path:
        return self._folder / "bin" / "pulumi"

    def _version(self, command: str) -> Version:
        """Return the version of a binary, asked once for as long as the file does not change."""
        try:
            stat = os.stat(command)
        except OSError:
            return (0, 0, 0)
        key = f"{os.path.realpath(command)} {stat.st_mtime_ns} {stat.st_size}"
        file = self._folder / "versions.json"
        known = _load(file)
        if not known.get(key):
            known[key] = _ask(command)
            # Where it cannot be kept, it is asked again.
            with contextlib.suppress(OSError):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(known))
        return parse_version(known[key])


def _ask(command: str) -> str:
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(  # noqa: S603 - no shell, and a CLI that nobody else can change
            [command, "version"],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            # Not in the current folder, which may be anybody's project.
            cwd=os.path.dirname(command),
        )
    except OSError as error:
        if more_files(error):
            raise
        return ""
    return answer.stdout.strip()


def _load(file: Path) -> dict[str, str]:
    try:
        known = json.loads(file.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    texts = known.items() if isinstance(known, dict) else ()
    return {key: value for key, value in texts if isinstance(value, str)}


def parse_version(text: str) -> Version:
    """Return `v3.259.0` as numbers, zeros where it is not a version."""
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else (0, 0, 0)


def _text(version: Version) -> str:
    return ".".join(map(str, version))
