"""The servers of metrics as one Go program, and the CustomResourceDefinitions of KEDA.

`make toolchain` does not build them: upstream releases no such programs, and where it downloads, nothing
needs a compiler. Their module has the versions of the toolchain's, and what is trimmed is trimmed in the
same way: after a toolchain that was built, most packages come from Go's build cache.
"""

from __future__ import annotations

import threading
from pathlib import Path

from filelock import FileLock

from tools.toolchain.building import Place, go_build, trimmed
from tools.toolchain.display import Display
from tools.toolchain.files import finished_or_absent, install, link, scratch
from tools.toolchain.folder import HERE
from tools.toolchain.go import find_go, go_environment, module_folder
from tools.toolchain.recipes import BUILDS, Build, Main
from tools.toolchain.running import run

from .place import COMPLETE, CUSTOM_METRICS, KEDA, METRICS_SERVER, autoscaling_folder
from .place import HERE as SOURCES

REPEAT = "make autoscaling"
PROGRAM = "metrics"
NAMES = (METRICS_SERVER, CUSTOM_METRICS)
KEDA_MODULE = "github.com/kedacore/keda/v2"
#: ScaledJobs are left out: they are nine tenths of all, and no group is one.
KEDA_KINDS = ("scaledobjects", "triggerauthentications", "clustertriggerauthentications")
#: The toolchain's own of what these programs need.
_TRIMMED = tuple(trim for trim in BUILDS[0].trims if trim.module.startswith(("k8s.io/apis", "google.golang")))
BUILD = Build(
    "../autoscaling/programs",
    (Main(f"./{PROGRAM}", PROGRAM, PROGRAM, NAMES, seconds=0, packages=0),),
    tags=BUILDS[0].tags,
    trims=_TRIMMED,
)


def ensure_autoscaling(cache: Path, display: Display) -> Path:
    """Make what is missing, and return the folder.

    Raises:
        ToolchainError: the build failed.
    """
    folder = autoscaling_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "autoscaling.lock"):
        if not (folder / COMPLETE).exists():
            display.say(
                f"building {', '.join(NAMES)} in {folder} (half a minute after a toolchain that was built, "
                "else about four minutes on 2 cores)"
            )
            with scratch(cache) as work, finished_or_absent(folder) as unfinished:
                _fill(unfinished, Place(find_go(cache, threading.Event()), work, display, threading.Event()))
    return folder


def _fill(folder: Path, place: Place) -> None:
    install(_build(place), folder / PROGRAM)
    for name in NAMES:
        link(folder / PROGRAM, name)
    kinds = module_folder(place.go, SOURCES / "keda", KEDA_MODULE) / "config" / "crd" / "bases"
    texts = [(kinds / f"keda.sh_{kind}.yaml").read_text() for kind in KEDA_KINDS]
    (folder / KEDA).write_text("\n".join(texts))
    (folder / COMPLETE).touch()


def _build(place: Place) -> Path:
    made, temporary = place.folder / "made", place.folder / "tmp"
    for each in (made, temporary):
        each.mkdir()
    command = go_build(place.go, BUILD, BUILD.mains, made, trimmed(BUILD, place, place.folder))
    environment = {**go_environment(), "GOTMPDIR": str(temporary)}
    what = "building the servers of metrics"
    run(what, command, HERE / BUILD.module, environment, place.stop, repeat=REPEAT)
    return made / PROGRAM
