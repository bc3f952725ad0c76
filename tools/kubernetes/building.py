"""A folder like the toolchain's, with the control plane of another version and links to all else."""

from __future__ import annotations

import dataclasses
import shutil
import threading
from pathlib import Path

from filelock import FileLock

from tools.toolchain.building import go_build
from tools.toolchain.display import Display
from tools.toolchain.errors import ToolchainError
from tools.toolchain.files import finished_or_absent, install, scratch
from tools.toolchain.folder import COMPLETE, HERE, toolchain_key
from tools.toolchain.go import find_go, go_environment
from tools.toolchain.manifest import How, Ledger, read_manifest
from tools.toolchain.running import run

from .releases import KUBE, Kubernetes

REPEAT = "make test-kubernetes"


def ensure_kubernetes(release: Kubernetes, cache: Path, display: Display) -> Path:
    """Build what is missing, and return the folder.

    Raises:
        ToolchainError: the toolchain is not there, or the build failed.
    """
    toolchain = cache / toolchain_key()
    if not (toolchain / COMPLETE).exists():
        raise ToolchainError("the toolchain is not there yet; run `make toolchain` first")
    folder = release.folder(cache)
    with FileLock(cache / "kubernetes.lock"):
        if not folder.exists():
            display.say(f"building Kubernetes {release.version} in {folder} (about ten minutes on 2 cores)")
            with scratch(cache) as work, finished_or_absent(folder) as unfinished:
                _lay_out(unfinished, toolchain, _build(release, work), release)
    return folder


def _build(release: Kubernetes, work: Path) -> Path:
    """Return the one program that is the control plane and kubectl."""
    stop = threading.Event()
    module, made, temporary = work / "module", work / "made", work / "tmp"
    for folder in (module, made, temporary):
        folder.mkdir()
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(release.module / name, module / name)
    # The same source for every version, so that none is a copy of another.
    shutil.copytree(HERE / "programs" / "kube", module / "kube")
    command = go_build(find_go(work.parent, stop), release.build, release.build.mains, made, ())
    environment = {**go_environment(), "GOTMPDIR": str(temporary)}
    run(f"building Kubernetes {release.version}", command, module, environment, stop, repeat=REPEAT)
    return made / KUBE.made


def _lay_out(folder: Path, toolchain: Path, kube: Path, release: Kubernetes) -> None:
    """Fill a folder: what the toolchain's has, but the programs of this version."""
    entries = read_manifest(toolchain)
    ours = {
        name: dataclasses.replace(entry, version=release.version, how=How.BUILT)
        for name, entry in entries.items()
        if name in KUBE.programs
    }
    (folder / "bin").mkdir(parents=True)
    for program in (toolchain / "bin").iterdir():
        if program.name not in (*KUBE.programs, kube.name):
            (folder / "bin" / program.name).symlink_to(program)
    (folder / "plugins").symlink_to(toolchain / "plugins")
    _share(folder / "share", toolchain / "share", release.refused)
    install(kube, folder / KUBE.target)
    for name in KUBE.programs:
        (folder / "bin" / name).symlink_to(kube.name)
    Ledger(folder, lambda: None).add({**entries, **ours})


def _share(folder: Path, original: Path, refused: tuple[str, ...]) -> None:
    """Copy YAML files without the objects that this version refuses."""
    folder.mkdir()
    for file in original.iterdir():
        texts = file.read_text().split("\n---\n")
        kept = [text for text in texts if not any(f"\n  name: {name}\n" in text for name in refused)]
        (folder / file.name).write_text("\n---\n".join(kept))
