"""containerd, runc and the CNI plugins: the machine's own, or those of Debian's packages.

Packages are unpacked into the cache and not installed: no service starts, and the machine stays as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.toolchain.files import finished_or_absent

from .errors import CannotRun

PACKAGES = ("containerd", "runc", "containernetworking-plugins")
COMMANDS = ("containerd", "containerd-shim-runc-v2", "ctr", "runc")
PLUGINS = ("bridge", "host-local", "loopback")
#: Where distributions have the plugins.
PLUGIN_FOLDERS = tuple(Path(path) for path in ("/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"))


@dataclass(frozen=True)
class Runtime:
    """Where the programs are: the folders of commands, and the folder of CNI plugins."""

    commands: tuple[Path, ...]
    plugins: Path


def find_runtime(cache: Path) -> Runtime:
    """Return the machine's own runtime, else that of packages, which are fetched once.

    Raises:
        CannotRun: it is not there and cannot be fetched.
    """
    found = _installed() or _unpacked(cache / "node-packages")
    if found is None:
        raise CannotRun(f"{', '.join(PACKAGES)} lack programs that the node needs; install others")
    return found


def _installed() -> Runtime | None:
    paths = {name: shutil.which(name) for name in COMMANDS}
    plugins = next((folder for folder in PLUGIN_FOLDERS if _has_plugins(folder)), None)
    if plugins is None or None in paths.values():
        return None
    return Runtime(tuple(dict.fromkeys(Path(path).parent for path in paths.values() if path)), plugins)


def _has_plugins(folder: Path) -> bool:
    return all((folder / name).exists() for name in PLUGINS)


def find_busybox(cache: Path) -> Path:
    """Return a busybox that needs no libraries, from Debian's package."""
    folder = cache / "node-busybox"
    if not folder.exists():
        _fetch(folder, ("busybox-static",))
    return next(path for path in (folder / "bin/busybox", folder / "usr/bin/busybox") if path.exists())


def _unpacked(folder: Path) -> Runtime | None:
    if not folder.exists():
        _fetch(folder, PACKAGES)
    plugins = next((p for p in (folder / str(each)[1:] for each in PLUGIN_FOLDERS) if _has_plugins(p)), None)
    commands = (folder / "usr/bin", folder / "usr/sbin")
    there = all(any((place / name).exists() for place in commands) for name in COMMANDS)
    return Runtime(commands, plugins) if plugins and there else None


def _fetch(folder: Path, packages: tuple[str, ...]) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise CannotRun(
            f"it needs what Debian has in {', '.join(packages)}, and there is no apt-get; install it"
        )
    with finished_or_absent(folder) as unfinished:
        unfinished.mkdir()
        _download(unfinished, packages)
        for package in sorted(unfinished.glob("*.deb")):
            command = ["dpkg-deb", "--extract", str(package), str(unfinished)]
            subprocess.run(command, check=True)
            package.unlink()


def _download(folder: Path, packages: tuple[str, ...]) -> None:
    """Fetch the packages, with lists of packages of our own: those of the machine stay as they are."""
    state = folder / "state"
    (state / "lists" / "partial").mkdir(parents=True)
    options = [f"-oDir::State::lists={state / 'lists'}", f"-oDir::Cache={state}", "-oAPT::Sandbox::User=root"]
    for verb in (["update"], ["download", *packages]):
        command = ["apt-get", "-qq", *options, *verb]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, env=_environment()
        )
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"apt-get ended with {done.returncode}"]
            raise CannotRun(f"it needs the packages {' '.join(packages)}, and apt-get says: {said[-1]}")
    shutil.rmtree(state)


def _environment() -> Mapping[str, str]:
    return {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
