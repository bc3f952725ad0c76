"""The Go programs of the real node: kubelet, the tests' server and its load, what holds a pod's namespaces.

`make toolchain` does not build them. Their module has the versions of the toolchain's, and what is
trimmed is trimmed in the same way: most packages come from Go's build cache.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from filelock import FileLock

from tools.toolchain.building import Place, go_build, trimmed
from tools.toolchain.display import Display
from tools.toolchain.files import install, scratch
from tools.toolchain.folder import HERE, toolchain_key
from tools.toolchain.go import find_go, go_environment
from tools.toolchain.recipes import BUILDS, Build, Main
from tools.toolchain.running import run

PROGRAMS = ("kubelet", "server", "load", "pause")
SOURCES = Path(__file__).with_name("programs")
#: The toolchain's own, which has what the kubelet needs but not the kubelet's eviction.
_TRIMMED = tuple(trim for trim in BUILDS[0].trims if trim.module.startswith(("k8s.io/apis", "google.golang")))
BUILD = Build(
    "../real_node/programs",
    tuple(Main(f"./{name}", name, f"bin/{name}", (name,), seconds=0, packages=0) for name in PROGRAMS),
    settings=tuple(setting for setting in BUILDS[0].settings if setting.startswith("k8s.io/")),
    tags=BUILDS[0].tags,
    trims=_TRIMMED,
)


def programs_folder(cache: Path) -> Path:
    """Return the folder that is named after everything that decides what is built."""
    digest = hashlib.sha256(f"{toolchain_key()}{BUILD!r}".encode())
    for path in sorted(path for path in SOURCES.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(SOURCES)}\0".encode() + path.read_bytes() + b"\0")
    return cache / f"real-node-{digest.hexdigest()[:16]}"


def ensure_programs(cache: Path, display: Display) -> Path:
    """Build what is missing, and return the folder of the programs.

    Raises:
        ToolchainError: the build failed.
    """
    folder = programs_folder(cache)
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "real-node.lock"):
        if not all((folder / name).exists() for name in PROGRAMS):
            display.say(
                f"building {', '.join(PROGRAMS)} in {folder} (about three minutes after the toolchain)"
            )
            with scratch(cache) as work:
                _build(work, folder, display)
    return folder


def _build(work: Path, folder: Path, display: Display) -> None:
    stop = threading.Event()
    place = Place(find_go(work.parent, stop), folder, display, stop)
    for name in ("made", "tmp"):
        (work / name).mkdir()
    command = go_build(place.go, BUILD, BUILD.mains, work / "made", trimmed(BUILD, place, work))
    environment = {**go_environment(), "GOTMPDIR": str(work / "tmp")}
    run(
        "building the real node's programs",
        command,
        HERE / BUILD.module,
        environment,
        stop,
        repeat="make real",
    )
    for name in PROGRAMS:
        install(work / "made" / name, folder / name)
