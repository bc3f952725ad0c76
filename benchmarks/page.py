"""The page of a bench: tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .contenders import AUTOMATION, BEFORE, CONTENDERS, FLOOR, KUBECTL, OURS
from .counting import Counts
from .figures import Growth, Work
from .results import Machine, Results
from .where import ROWS, Where

NOTE = "<!-- Made by `make bench`. -->"
README_WORKS = ("create", "get", "list", "list-many", "delete")


def page(results: Results, plot: str) -> str:
    """Return the page; plot is the file name of the picture beside it."""
    return "\n".join(
        [
            "# Benchmarks",
            NOTE,
            "",
            *_introduction(results),
            "",
            "## Work",
            "",
            *work_table(list(results.works.values())),
            "",
            "## What somebody waits for",
            "",
            "Commands that wait, as somebody runs them who looks on. The nodes are simulated: how long "
            "Pods take is theirs, and the same in each run. A create has worked when its Pods have stayed "
            "ready for a moment; it has failed when nothing can help it any more.",
            "",
            *_felt(results.felt),
            "",
            "## Targets",
            "",
            *_targets(results),
            *_missed(results),
            "",
            "## Growth",
            "",
            f"![Seconds against the number of groups and of revisions]({plot})",
            "",
            "Sizes take turns like contenders: each is a namespace with a state of its own, in one "
            "cluster. The last column is the median of the ratios round by round. While environments with "
            "few and many groups are compared, the gateway is stopped: it works through every route of "
            "the cluster at each new one, on the cores that are measured.",
            "",
            *_growth(results.growths),
            "",
            "## What an operation asks for",
            "",
            *_counts(results),
            "",
            "## What `list` imports",
            "",
            *_where(results.imports, "modules"),
            "",
        ]
    )


def machine(found: Machine) -> str:
    """Return the machine in a few words."""
    memory = f"{found.memory / 2**30:.0f} GiB"
    return f"{found.cores} cores ({found.processor}), {memory}, {found.system}, Python {found.python}"


def _introduction(results: Results) -> list[str]:
    short = ["**The short profile: it shows that everything works; its times mean nothing.**", ""]
    took_part = any(BEFORE in work.runs for work in results.works.values())
    before = [f"- **{BEFORE}**: this command of another checkout."] if took_part else []
    return [
        *(short if results.profile == "short" else []),
        f"`make bench` on {machine(results.machine)}; load {results.machine.load:.1f} before it began.",
        "",
        "Whole processes, from start to exit, with the interpreter's own start; the median of several runs, "
        "and the fastest and slowest in brackets. Contenders take turns, A B A B, each when the machine has "
        "come to rest after the one before, and after one run each that does not count. A ratio is the "
        "median of the ratios round by round.",
        "",
        *before,
        f"- **{AUTOMATION}**: what its documentation shows (`create_or_select_stack`, `set_config`, `up`, "
        "`outputs`, `history`; a list is `list_stacks` and the outputs of each). Outputs are what was "
        "declared: it asks no cluster whether that runs.",
        f"- **{KUBECTL}**: `get` of the same Deployments, server-side `apply` and `delete` of the same three "
        "objects. It keeps no record and no history.",
        f"- **{FLOOR}**: `stack init` and one `up --skip-preview`, or one `destroy`, of a program with the "
        "same three objects, imports while `stack init` runs; no checks and no record.",
        "",
        "The API server and the engine are real. Seeded groups are copies of a real checkpoint with its "
        "history and of the three real objects, with 0 replicas.",
    ]


def work_table(works: Sequence[Work], contenders: Sequence[str] = CONTENDERS) -> Iterator[str]:
    """Yield the lines of a table with a row a work."""
    shown = [name for name in contenders if any(name in work.runs for work in works)]
    yield f"| Work | {' | '.join(shown)} | peak memory |"
    yield f"|---|{'---|' * len(shown)}---|"
    for work in works:
        cells = [_seconds(work, name) if name in work.runs else "" for name in shown]
        yield f"| {work.title} | {' | '.join(cells)} | {_peak(work)} |"


def _seconds(work: Work, contender: str) -> str:
    if note := work.extrapolated.get(contender):
        return f"{work.median(contender):.0f} s ({note})"
    low, high = work.spread(contender)
    spread = f" ({low:.2f}–{high:.2f})" if len(work.runs[contender]) > 1 else " (1 run)"
    ratio = "" if contender == OURS else f", {work.ratio(contender):.2f} ×"
    return f"{work.median(contender):.2f} s{spread}{ratio}"


def _peak(work: Work) -> str:
    [*_, last] = work.runs[OURS]
    if last.together:
        return f"{_mib(last.own)} itself, {_mib(last.together)} with all engines and providers"
    return _mib(work.peak())


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"


def _felt(works: Sequence[Work]) -> Iterator[str]:
    yield "| Command | first line | verdict |"
    yield "|---|---|---|"
    for work in works:
        yield f"| {work.title} | {work.first():.2f} s | {_seconds(work, OURS)} |"


def _targets(results: Results) -> Iterator[str]:
    yield "| Work | Target | Found | |"
    yield "|---|---|---|---|"
    for target, work in results.targets():
        met = target.value(work) <= target.limit
        yield f"| {work.title} | {target.text()} | {target.found(work)} | {_verdict(met=met)} |"
    for growth in results.growths:
        limit = f"≤ {growth.limit:g} × of {min(growth.works)} at {max(growth.works)} {growth.unit}"
        met = growth.factor <= growth.limit
        yield f"| {growth.title} | {limit} | {growth.factor:.2f} × | {_verdict(met=met)} |"


def _verdict(*, met: bool) -> str:
    return "met" if met else "**missed**"


def _missed(results: Results) -> Iterator[str]:
    missed = [(t, work) for t, work in results.targets() if t.bound and t.value(work) > t.limit]
    if missed:
        yield ""
    for target, work in missed:
        yield f"- {work.title}, {target.text()}: {target.bound}"
    for key, where in results.missed.items():
        yield ""
        yield f"Where the time of {results.works[key].title} goes, by library and by what was called:"
        yield ""
        yield from _where(where, "calls")


def _growth(growths: Sequence[Growth]) -> Iterator[str]:
    for unit in dict.fromkeys(growth.unit for growth in growths):
        rows = [growth for growth in growths if growth.unit == unit]
        sizes = sorted(rows[0].works)
        heads = [f"{size} {unit}" if size != 1 else f"1 {unit.removesuffix('s')}" for size in sizes]
        yield f"| | {' | '.join(heads)} | largest / smallest |"
        yield f"|---|{'---|' * len(sizes)}---|"
        for growth in rows:
            cells = [_seconds(growth.works[size], OURS) for size in sizes]
            yield f"| {growth.title} | {' | '.join(cells)} | {growth.factor:.2f} × |"
        yield ""


def _counts(results: Results) -> Iterator[str]:
    yield "Connections are new ones to the API server. Bytes are those of bodies, as they were sent."
    yield ""
    yield "| Operation | | engine processes | connections | requests | bytes sent | bytes received |"
    yield "|---|---|---|---|---|---|---|"
    for operation, by in results.counts.items():
        for name, found in by.items():
            yield f"| `{operation}` | {name} | {_cells(found)} |".replace("`list of 3`", "`list` of 3")


def _cells(found: Counts) -> str:
    amounts = (found.processes, found.connections, found.requests, found.sent, found.received)
    return " | ".join(f"{amount:,}".replace(",", " ") for amount in amounts)


def _where(where: Where, what: str) -> Iterator[str]:
    yield f"| | ms | {what} |"
    yield "|---|---|---|"
    for library, milliseconds, count in where.shares[:ROWS]:
        yield f"| {library} | {milliseconds:.0f} | {count} |"
    rest = where.shares[ROWS:]
    yield f"| all other | {sum(row[1] for row in rest):.0f} | {sum(row[2] for row in rest)} |"
    yield f"| together | {where.total:.0f} | {sum(row[2] for row in where.shares)} |"


def readme_block(results: Results) -> str:
    """Return the core of the tables, for the README."""
    works = [results.works[key] for key in README_WORKS]
    return "\n".join(
        [
            f"On {machine(results.machine)}: medians of whole processes, the fastest and slowest in",
            "brackets, and how many times as long as the other `scaling-group` takes.",
            "",
            *work_table(works, (OURS, AUTOMATION, KUBECTL)),
        ]
    )
