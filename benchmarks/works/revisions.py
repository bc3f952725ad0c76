"""How work grows with the revisions of a group: groups with short and long histories, in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.contenders import AUTOMATION, OURS, Automation, Ours
from benchmarks.figures import Growth
from benchmarks.measure import run
from benchmarks.seed import seed_revisions
from benchmarks.works.bench import Bench, Step


def revisions(bench: Bench) -> Iterator[Growth]:
    """Yield reads and changes, each at every number of revisions."""
    shells = {size: bench.place.shell(f"revisions-{size}") for size in bench.profile.revisions}
    for size, shell in shells.items():
        bench.report(f"a group with {size} revisions")
        seed_revisions(shell, "web", size)
    quick, engine = bench.profile.runs, bench.profile.engine_runs
    each = {size: _steps(Ours(shell), Automation.on_state_of(shell)) for size, shell in shells.items()}

    def delete_each(_: int) -> None:
        for shell in shells.values():
            run(Ours(shell).delete("web"))

    def of(verb: str) -> dict[int, dict[str, Step]]:
        return {size: steps[verb] for size, steps in each.items()}

    works = bench.by_size("history", _title("`history` of"), of("history"), quick)
    yield Growth("revisions-history", "`history`", "revisions", False, works)
    works = bench.by_size("get", _title("`get` with"), of("get"), quick)
    yield Growth("revisions-get", "`get`", "revisions", True, works)
    works = bench.by_size("update", _title("`update` with"), of("update"), engine)
    yield Growth("revisions-update", "`update --no-wait`", "revisions", True, works)
    title = _title("`create` after a delete with")
    works = bench.by_size("create", title, of("create"), engine, before=delete_each)
    yield Growth("revisions-create", "`create --no-wait` after a delete", "revisions", True, works)


def _steps(ours: Ours, automation: Automation) -> dict[str, dict[str, Step]]:
    stack = f"{ours.shell.environment}.web"
    return {
        "history": {
            OURS: lambda _: ours("history", "web", "-o", "json"),
            AUTOMATION: lambda _: automation("history", stack),
        },
        "get": {OURS: lambda _: ours("get", "web")},
        "update": {OURS: lambda n: ours("update", "web", f"--image=my-registry/server:w{n}", "--no-wait")},
        "create": {OURS: lambda _: ours.create("web", "--replicas=0")},
    }


def _title(verb: str) -> Callable[[int], str]:
    return lambda size: f"{verb} {size} revisions" if size > 1 else f"{verb} 1 revision"
