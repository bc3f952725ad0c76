"""How work grows with the revisions of a group."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.contenders import AUTOMATION, OURS, PACE, Automation, Ours
from benchmarks.figures import Growth, Work
from benchmarks.measure import Run, run
from benchmarks.seed import seed_revisions
from benchmarks.works.bench import Bench


def revisions(bench: Bench) -> Iterator[Growth]:
    """Yield reads and changes at each number of revisions, the smallest number first."""
    found: dict[str, dict[int, Work]] = {key: {} for key in ("history", "get", "update", "create")}
    for size in bench.profile.revisions:
        for key, work in _at(bench, size):
            found[key][size] = work
    constant = {"get", "update", "create"}
    titles = {
        "history": "`history`",
        "get": "`get`",
        "update": "`update --no-wait`",
        "create": "`create --no-wait` after a delete",
    }
    for key, works in found.items():
        yield Growth(f"revisions-{key}", titles[key], "revisions", key in constant, works)


def _at(bench: Bench, size: int) -> Iterator[tuple[str, Work]]:
    shell = bench.place.shell(f"revisions-{size}")
    ours, automation = Ours(shell), Automation.on_state_of(shell)
    bench.report(f"a group with {size} revisions")
    seed_revisions(shell, "web", size)
    stack = f"{shell.environment}.web"
    said = f"with {size} revisions"
    yield (
        "history",
        bench.quick(
            f"history-{size}",
            f"`history` of {size} revisions" if size > 1 else "`history` of 1 revision",
            {
                OURS: lambda _: ours("history", "web", "-o", "json"),
                AUTOMATION: lambda _: automation("history", stack),
                PACE: lambda _: ours.pace(),
            },
        ),
    )
    yield (
        "get",
        bench.quick(
            f"get-{size}-revisions",
            f"`get` {said}",
            {OURS: lambda _: ours("get", "web"), PACE: lambda _: ours.pace()},
        ),
    )
    yield (
        "update",
        bench.engine(
            f"update-{size}-revisions",
            f"`update` {said}",
            {
                OURS: lambda n: ours("update", "web", f"--image=my-registry/server:w{n}", "--no-wait"),
                PACE: lambda _: ours.pace(),
            },
        ),
    )
    yield "create", _again(bench, ours, size)


def _again(bench: Bench, ours: Ours, size: int) -> Work:
    """Measure create of a deleted group, whose old history is in the same stack."""
    bench.report(f"`create` after a delete with {size} revisions")
    runs: dict[str, list[Run]] = {OURS: [], PACE: []}
    for number in bench.profile.rounds(bench.profile.engine_runs):
        run(ours.delete("web"))
        created = bench.in_turn(
            {OURS: lambda _: ours.create("web", "--replicas=0"), PACE: lambda _: ours.pace()}, [number]
        )
        for name, done in created.items():
            runs[name] += done
    return Work(f"create-{size}-revisions", f"`create` with {size} revisions", runs)
