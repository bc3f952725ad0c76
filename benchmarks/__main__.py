"""Command line: python -m benchmarks [--profile full|short] [--before DIR] [--output DIR]."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.local_cluster.api import ApiError
from tools.local_cluster.errors import ClusterError

from . import where
from .contenders import IMAGE, ROOT
from .errors import BenchError
from .figures import Work
from .page import page, readme_block
from .place import Report, Shell, open_place
from .plot import plot
from .profiles import FULL, PROFILES, Profile
from .results import Machine, Results, compared
from .seed import name_of
from .targets import LIST_MANY, TARGETS
from .works.apply import apply
from .works.bench import Bench
from .works.felt import felt
from .works.groups import groups
from .works.life import life
from .works.policies import policies
from .works.quick import quick
from .works.reads import Few, counts, reads
from .works.revisions import revisions

README_BEGINS, README_ENDS = "<!-- bench -->\n", "<!-- /bench -->\n"


def main() -> int:
    """Return 0 when every command succeeded, whatever its time; 1 for an error, 130 for Ctrl-C."""
    options = _parser().parse_args()
    profile = PROFILES[options.profile]
    signal.signal(signal.SIGTERM, terminated)
    try:
        results = measure(profile, options.before)
    except (BenchError, ClusterError, ApiError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing is left of the bench", file=sys.stderr)
        return 130
    folder = Path(options.output) if options.output else _usual_folder(profile)
    write(results, folder)
    if profile is FULL and not options.output:
        write_readme(results, ROOT / "README.md")
    print((folder / "benchmarks.md").read_text())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--profile", choices=list(PROFILES), default=FULL.name, help="how much is measured")
    parser.add_argument("--before", metavar="DIR", type=Path, help="checkout whose commands take part")
    parser.add_argument("--output", metavar="DIR", help="folder of the page, the plot and the JSON file")
    return parser


def _usual_folder(profile: Profile) -> Path:
    """Only a full bench is worth a page in the docs."""
    return ROOT / "docs" if profile is FULL else ROOT / ".bench"


def terminated(_signal: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def measure(profile: Profile, before: Path | None) -> Results:
    """Return what a bench of this profile finds. before: another checkout that takes part."""
    machine = Machine.here()
    report = reporter()
    with open_place(report) as place:
        bench = Bench(place, profile, report, before)
        few = Few.made(bench)
        works = {work.key: work for work in _works(bench, few)}
        counted = counts(bench, few)
        waited = list(felt(bench))
        growths = [*revisions(bench), *groups(bench)]
        works |= compared(growths)
        shell = place.shell(f"groups-{max(profile.groups)}")
        return Results(
            profile=profile.name,
            machine=machine,
            works=works,
            felt=waited,
            growths=growths,
            counts=counted,
            imports=where.imports(shell, ["list"]),
            missed=_missed(works, shell),
        )


def _works(bench: Bench, few: Few) -> Iterator[Work]:
    yield from quick(bench)
    yield from life(bench)
    yield from reads(bench, few)
    yield from policies(bench)
    yield from apply(bench)


def _missed(works: dict[str, Work], shell: Shell) -> dict[str, where.Where]:
    """Return the profile of each work that misses a target."""
    commands = {
        "help": ["--help"],
        "get": ["get", name_of(1)],
        "list": ["list"],
        LIST_MANY: ["list"],
        "create": ["create", "--name=profiled", f"--image={IMAGE}", "--port=8080", "--no-wait"],
        "delete": ["delete", "profiled", "--no-wait"],
    }
    late = {target.work for target in TARGETS if target.value(works[target.work]) > target.limit}
    if "delete" in late:
        late.add("create")
    return {key: where.profile(shell, command) for key, command in commands.items() if key in late}


def write(results: Results, folder: Path) -> None:
    """Write the page, its plot, and every run as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.svg").write_text(plot(results.growths), encoding="utf-8")
    (folder / "benchmarks.json").write_text(json.dumps(results.data(), indent=1) + "\n", encoding="utf-8")
    (folder / "benchmarks.md").write_text(page(results, "benchmarks.svg"), encoding="utf-8")


def write_readme(results: Results, readme: Path) -> None:
    """Put the core of the tables between the marks of the README, where it has them."""
    text = readme.read_text(encoding="utf-8")
    before, begins, rest = text.partition(README_BEGINS)
    _, ends, after = rest.partition(README_ENDS)
    if begins and ends:
        readme.write_text(f"{before}{begins}{readme_block(results)}\n{ends}{after}", encoding="utf-8")


def reporter() -> Report:
    started = time.monotonic()

    def report(message: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - started), 60)
        print(f"[{minutes:2}:{seconds:02}] {message}", file=sys.stderr, flush=True)

    return report


if __name__ == "__main__":
    sys.exit(main())
