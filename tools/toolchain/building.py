"""One build: a changed copy of what is trimmed, one `go build`, and its programs in their places."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .display import Display, Task, duration
from .estimate import Estimates
from .files import UNFINISHED, finished_or_absent, install, link, make_writable, remove
from .folder import HERE
from .go import go_environment, module_folder
from .manifest import Entry, How
from .pins import PROGRAMS
from .recipes import COPIES, FLAGS, REPLACEMENTS, STRIP, Build, Copy, Main, Trim
from .running import run
from .shared import SHARED, Shared, from_module

#: What `go build -v` says of a package, and of a module that it fetches.
_PACKAGE = re.compile(r"\S+")
_FETCHED = re.compile(r"go: (downloading|finding|extracting) ")


@dataclass(frozen=True)
class Place:
    """What every build has in common."""

    go: str
    folder: Path
    display: Display
    stop: threading.Event
    here: Path = HERE


def build(order: Build, programs: frozenset[str], place: Place, estimates: Estimates) -> dict[str, Entry]:
    """Build those of `programs` that are in a build, put them in place, and return them."""
    mains = [main for main in order.mains if programs.intersection(main.programs)]
    work = place.folder / f"{UNFINISHED}{order.module}"
    remove(work)
    made = work / "made"
    made.mkdir(parents=True)
    try:
        _compile(order, mains, place, estimates, work, made)
        entries: dict[str, Entry] = {}
        for main in mains:
            entries |= _install(main, programs, made, place)
        return entries
    finally:
        remove(work)


def _compile(
    order: Build, mains: list[Main], place: Place, estimates: Estimates, work: Path, made: Path
) -> None:
    label = f"building {order.name}"
    task = place.display.begin(label, f"about {duration(order.seconds)}")
    pace = estimates.begin(order.name)
    try:
        modules = trimmed(order, place, work)
        command = go_build(place.go, order, mains, made, modules)
        progress = _Progress(order, task, pace.show)
        run(
            label,
            command,
            place.here / order.module,
            go_environment(),
            place.stop,
            progress.line,
            progress.tick,
        )
    except BaseException:
        task.end(f"{label} ended after {pace.clock}")
        raise
    pace.show(1.0)
    task.end(f"built {order.name} in {pace.clock}{estimates.left()}")


def go_build(go: str, order: Build, mains: Iterable[Main], made: Path, modules: Iterable[str]) -> list[str]:
    """Return the command; -v names each package that is compiled."""
    linker = " ".join([*STRIP, *(f"-X {setting}" for setting in order.settings)])
    tags = ["-tags", ",".join(order.tags)] if order.tags else []
    stand_back = ["nice", "-n", str(order.nice)] if order.nice else []
    packages = [main.package for main in mains]
    flags = [*FLAGS, "-v", *modules, *tags, "-ldflags", linker]
    return [*stand_back, go, "build", *flags, "-o", f"{made}/", *packages]


def trimmed(order: Build, place: Place, work: Path) -> list[str]:
    """Make the changed copies of a build, and return the flag for the go.mod that names them.

    -overlay would do without copies, but it refuses files below the Go module cache.
    """
    if not order.trims:
        return []
    source = place.here / order.module
    replaces = [f"replace {trim.module} => {_changed_copy(trim, order, place, work)}" for trim in order.trims]
    (work / "go.mod").write_text("\n".join([(source / "go.mod").read_text(), *replaces, ""]))
    shutil.copyfile(source / "go.sum", work / "go.sum")
    return [f"-modfile={work / 'go.mod'}"]


def _changed_copy(trim: Trim, order: Build, place: Place, work: Path) -> str:
    """Return the path of the copy, quoted for a go.mod."""
    copy = work / "copies" / trim.replacement
    original = module_folder(place.go, place.here / order.module, trim.module)
    shutil.copytree(original, copy, copy_function=shutil.copyfile)
    make_writable(copy)
    for name in trim.removed:
        remove(copy / name)
    replacement = place.here / REPLACEMENTS / trim.replacement
    shutil.copytree(replacement, copy, copy_function=shutil.copyfile, dirs_exist_ok=True)
    return json.dumps(str(copy))


def _install(main: Main, programs: frozenset[str], made: Path, place: Place) -> dict[str, Entry]:
    """Put one program in place, with the names and files that belong to it."""
    target = place.folder / main.target
    install(made / main.made, target)
    entries = {}
    for program in PROGRAMS:
        if program.name not in programs.intersection(main.programs):
            continue
        files = [main.target]
        if program.name != target.name:
            link(target, program.name)
            files.append(str(Path(main.target).with_name(program.name)))
        files += [_copy(copy, place) for copy in COPIES if copy.program == program.name]
        entries[program.name] = Entry(program.version, How.BUILT, tuple(files))
    return entries


def _copy(copy: Copy, place: Place) -> str:
    source = module_folder(place.go, place.here / copy.go_mod, copy.module) / copy.source
    with finished_or_absent(place.folder / copy.target) as unfinished:
        shutil.copyfile(source, unfinished)
        unfinished.chmod(0o755)
    return copy.target


def build_shared(programs: frozenset[str], place: Place) -> dict[str, Entry]:
    """Join the shared files of `programs` from their Go modules."""
    return {shared.program: _join(shared, place) for shared in SHARED if shared.program in programs}


def _join(shared: Shared, place: Place) -> Entry:
    source = module_folder(place.go, place.here / shared.go_mod, shared.module)
    with finished_or_absent(place.folder / shared.target) as unfinished:
        unfinished.write_text(from_module(shared, source))
    return Entry(shared.version, How.BUILT, (shared.target,))


class _Progress:
    """Counts the packages that `go build` names."""

    def __init__(self, order: Build, task: Task, show: Callable[[float], str]) -> None:
        self._order = order
        self._task = task
        self._show = show
        self._compiled = 0

    def line(self, text: str) -> bool:
        if _PACKAGE.fullmatch(text):
            self._compiled += 1
            return True
        return bool(_FETCHED.match(text))

    def tick(self) -> None:
        done = min(self._compiled / self._order.packages, 0.99)
        self._task.show(done, 1.0, self._show(done))
