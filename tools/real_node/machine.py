"""Whether this machine can have a real node: by trying, not by its name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from .cgroups import Cgroups
from .errors import CannotRun

#: Namespaces of the node's own. The child dies with its parent, and all processes with the child.
UNSHARE = (
    *("unshare", "--mount", "--uts", "--net", "--ipc", "--pid", "--fork", "--mount-proc"),
    "--kill-child=SIGKILL",
)
#: The control plane, containerd, the gateway, and the engine of the command under test.
NEEDED_BYTES = 2 << 30
KERNEL_LOG = Path("/dev/kmsg")
#: The node has folders of its own in their place.
HIDDEN = tuple(Path(path) for path in ("/run", "/var/lib", "/var/log"))


def check_user() -> None:
    """Raise CannotRun where nobody could have a node, or this user cannot; it reads and writes nothing."""
    if sys.platform != "linux":
        raise CannotRun(f"it needs Linux, and this is {sys.platform}")
    if os.geteuid() != 0:
        raise CannotRun("it needs root, for namespaces and cgroups; run make real as root")


def check_machine(cgroups: Cgroups, folders: tuple[Path, ...]) -> None:
    """Raise CannotRun where something that a node needs cannot be had here.

    Args:
        cgroups: the node's; they are made and removed.
        folders: what the node's processes read and write.
    """
    _check_kernel_log()
    _check_memory()
    _check_folders(folders)
    _check_namespaces()
    cgroups.check()


def _check_memory() -> None:
    free = psutil.virtual_memory().available
    if free < NEEDED_BYTES:
        raise CannotRun(
            f"it needs {NEEDED_BYTES >> 30} GiB of memory, and {free / (1 << 30):.1f} GiB are free; "
            "end something else"
        )


def _check_kernel_log() -> None:
    """The kubelet reads there of processes that the kernel kills, and does not start without it."""
    try:
        KERNEL_LOG.open("rb").close()
    except OSError as error:
        raise CannotRun(
            f"it needs to read {KERNEL_LOG}, which says: {error.strerror}; run it as the machine's root"
        ) from error


def _check_folders(folders: tuple[Path, ...]) -> None:
    for folder in folders:
        for hidden in HIDDEN:
            if folder.resolve().is_relative_to(hidden):
                raise CannotRun(f"the node hides {hidden}, and {folder} is in it; work in another folder")


def _check_namespaces() -> None:
    if shutil.which("unshare") is None:
        raise CannotRun("it needs the command unshare, which Debian has in util-linux")
    with tempfile.TemporaryDirectory(prefix="real-node-trial-") as folder:
        command = [*UNSHARE, sys.executable, "-m", f"{__package__}.trial", folder]
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode:
        said = tried.stderr.strip().splitlines() or [f"unshare ended with {tried.returncode}"]
        raise CannotRun(f"it needs namespaces, mounts and a network of its own, and: {said[-1]}")
