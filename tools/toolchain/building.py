"""One build: changed copies of what is trimmed, one `go build`, and its programs in their places."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .display import Display, duration
from .errors import ToolchainError
from .estimate import Estimates
from .files import UNFINISHED, finished_or_absent, install, link, make_writable, remove
from .folder import HERE
from .go import go_environment, module_folder
from .manifest import Entry, How
from .pins import PROGRAMS
from .recipes import COPIES, FLAGS, REPLACED, STRIP, Build, Copy, Main, Trim
from .running import run
from .shared import SHARED, Shared, from_module

Add = Callable[[dict[str, Entry]], None]

#: What `go build -v` says of a package, and of a module that it fetches.
_PACKAGE = re.compile(r"\S+")
_FETCHED = re.compile(r"go: (downloading|finding|extracting) ")
#: No build reads them, and they are half of the files of some modules.
_TESTS = shutil.ignore_patterns("*_test.go", "testdata")


@dataclass(frozen=True)
class Place:
    """What every build has in common."""

    go: str
    folder: Path
    display: Display
    stop: threading.Event
    here: Path = HERE


def build(order: Build, programs: frozenset[str], place: Place, estimates: Estimates, add: Add) -> None:
    """Build those of `programs` that are in a build, and add each as soon as it is linked."""
    work = place.folder / f"{UNFINISHED}{order.module}"
    remove(work)
    # A mode of our own: where a folder hands its group down, Go copies programs in place of renaming them.
    for folder in (work, work / "made", work / "tmp"):
        folder.mkdir(parents=True)
        folder.chmod(0o700)
    try:
        _compile(_Under(order, programs, place, add, work), estimates)
    finally:
        remove(work)


def _compile(under: _Under, estimates: Estimates) -> None:
    order, place = under.order, under.place
    label = f"building {', '.join(Path(main.target).name for main in under.mains)}"
    task = place.display.begin(label, f"about {duration(estimates.seconds(order.module))}")
    pace = estimates.begin(order.module)

    def ticked() -> None:
        under.collect()
        task.show(under.compiled, 1.0, f"{under.next}: {pace.show(under.compiled)}")

    try:
        command = go_build(place.go, order, under.mains, under.made, trimmed(order, place, under.work))
        # On the same disk, so that a program is renamed into place and never seen in part.
        environment = {**go_environment(), "GOTMPDIR": str(under.work / "tmp")}
        run(label, command, place.here / order.module, environment, place.stop, under.line, ticked)
        under.collect(everything=True)
    except BaseException as error:
        if isinstance(error, ToolchainError):
            # What was linked before the failure is whole.
            under.collect()
        task.end(f"{label} ended after {pace.clock}")
        raise
    pace.end()
    task.end(f"built in {pace.clock}{estimates.left()}")


class _Under:
    """A build under way: the packages that `go build` names, and the programs that it has made."""

    def __init__(self, order: Build, programs: frozenset[str], place: Place, add: Add, work: Path) -> None:
        self.order = order
        self.place = place
        self.work = work
        self.made = work / "made"
        self.mains = order.needed(programs)
        self._programs = programs
        self._add = add
        self._waiting = list(self.mains)
        self._packages = 0

    @property
    def next(self) -> str:
        """What is built before anything that is not linked yet."""
        return Path(self._waiting[0].target).name if self._waiting else "the rest"

    @property
    def compiled(self) -> float:
        """How much is compiled, 0 to 1."""
        return min(self._packages / sum(main.packages for main in self.mains), 1.0)

    def line(self, text: str) -> bool:
        """Take a line of `go build -v`; return whether it was progress."""
        if _PACKAGE.fullmatch(text):
            self._packages += 1
            return True
        return bool(_FETCHED.match(text))

    def collect(self, everything: bool = False) -> None:
        """Put what is made in place and add it; with `everything`, what is not made is an error."""
        for main in list(self._waiting):
            if everything or (self.made / main.made).exists():
                self._add(_install(main, self._programs, self.made, self.place))
                self._waiting.remove(main)
                self.place.display.say(f"built {Path(main.target).name}")


def go_build(go: str, order: Build, mains: Sequence[Main], made: Path, modules: Iterable[str]) -> list[str]:
    """Return the command; -v names each package that is compiled."""
    linker = " ".join([*STRIP, *(f"-X {setting}" for setting in order.settings)])
    tags = ["-tags", ",".join(order.tags)] if order.tags else []
    packages = [main.package for main in mains]
    return [go, "build", *FLAGS, "-v", *modules, *tags, "-ldflags", linker, "-o", f"{made}/", *packages]


def trimmed(order: Build, place: Place, work: Path) -> list[str]:
    """Make the changed copies of a build, and return the flag for the go.mod that names them.

    -overlay would do without copies, but it refuses files below the Go module cache.
    """
    if not order.trims:
        return []
    source = place.here / order.module
    copies = {f"replace {t.module} =>": _changed_copy(t, order, place, work) for t in order.trims}
    # Where a module is replaced by a version of it already, the copy is of that version and takes its place.
    pinned = (source / "go.mod").read_text().splitlines()
    kept = [line for line in pinned if not line.startswith(tuple(copies))]
    replaced = [f"{replace} {copy}" for replace, copy in copies.items()]
    (work / "go.mod").write_text("\n".join([*kept, *replaced, ""]))
    shutil.copyfile(source / "go.sum", work / "go.sum")
    return [f"-modfile={work / 'go.mod'}"]


def _changed_copy(trim: Trim, order: Build, place: Place, work: Path) -> str:
    """Return the path of the copy, quoted for a go.mod."""
    copy = work / "copies" / trim.module
    original = module_folder(place.go, place.here / order.module, trim.module)
    shutil.copytree(original, copy, ignore=_TESTS, copy_function=shutil.copyfile)
    make_writable(copy)
    for package in trim.emptied:
        files = list((copy / package).glob("*.go"))
        if not files:
            raise ToolchainError(f"{trim.module} has no package {package} to empty: correct recipes.py")
        for file in files:
            file.unlink()
    _replace(place.here / REPLACED / trim.module, copy, trim)
    return json.dumps(str(copy))


def _replace(replacement: Path, copy: Path, trim: Trim) -> None:
    """Write our files over those of a copy; raises ToolchainError for one that takes no place there."""
    for file in (path for path in replacement.rglob("*") if path.is_file()):
        name = file.relative_to(replacement)
        if not (copy / name).exists() and str(name.parent) not in trim.emptied:
            raise ToolchainError(f"{trim.module} has no {name} to replace: correct the folder {REPLACED}")
        shutil.copyfile(file, copy / name)


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
