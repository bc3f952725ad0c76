"""How work grows with the groups of an environment: environments with few and many, in turn."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping

from benchmarks.contenders import AUTOMATION, KUBECTL, OURS, Automation, Kubectl, Ours
from benchmarks.figures import Growth, Work
from benchmarks.measure import Run, run
from benchmarks.place import Shell
from benchmarks.seed import name_of, seed_groups
from benchmarks.works.bench import Bench, Step, always


def groups(bench: Bench) -> Iterator[Growth]:
    """Yield list, get and create, each at every number of groups.

    Each number is an environment with a namespace and a state of its own, in one cluster. The gateway is
    stopped for good: at each new route it works through all of them, on the cores that are measured.
    """
    shells = {size: bench.place.shell(f"groups-{size}") for size in bench.profile.groups}
    for size, shell in shells.items():
        bench.report(f"seeding {size} groups")
        seed_groups(bench.place, shell, size)
    bench.place.stop_gateway()
    each = {size: _steps(bench, Ours(shell)) for size, shell in shells.items()}
    quick, engine = bench.profile.runs, bench.profile.engine_runs

    def of(verb: str) -> dict[int, dict[str, Step]]:
        return {size: steps[verb] for size, steps in each.items()}

    listed = bench.by_size("list", "`list` of {}".format, of("list"), quick)
    yield Growth("groups-list", "`list`", "groups", False, _with_automation(bench, listed, shells))
    works = bench.by_size("get", "`get` with {} groups".format, of("get"), quick)
    yield Growth("groups-get", "`get`", "groups", True, works)

    def delete_last(number: int) -> None:
        """What a round has created shall not count in the next one."""
        if number > bench.profile.rounds(engine).start:
            for shell in shells.values():
                run(Ours(shell)("delete", f"grow-{number - 1}", "--purge", "--yes", "--no-wait"))

    title = "`create` with {} groups".format
    works = bench.by_size("create", title, of("create"), engine, before=delete_last)
    yield Growth("groups-create", "`create --no-wait`", "groups", True, works)


def _steps(bench: Bench, ours: Ours) -> dict[str, dict[str, Step]]:
    kubectl = Kubectl(ours.shell)
    lists = {name: always(each("list")) for name, each in bench.with_before(ours, ours).items()}
    return {
        "list": {**lists, KUBECTL: always(kubectl("get", "deployments"))},
        "get": {OURS: lambda _: ours("get", name_of(1))},
        "create": {OURS: lambda n: ours.create(f"grow-{n}", "--replicas=0")},
    }


def _with_automation(bench: Bench, listed: dict[int, Work], shells: Mapping[int, Shell]) -> dict[int, Work]:
    """Return the works with the time that the Automation API takes for the longest list."""
    most = max(listed)
    sample = bench.profile.sampled
    bench.report(f"`list` of {most}: {AUTOMATION}, the outputs of {sample} and the rest extrapolated")
    sampled = run(Automation.on_state_of(shells[most])("list", "", "--sample", str(sample)))
    # One figure for all rounds: it takes as long as all of them together.
    rounds = [_extrapolated(sampled)] * bench.profile.runs
    note = {AUTOMATION: f"from the outputs of {sample}"}
    work = listed[most]
    whole = dataclasses.replace(work, runs={**work.runs, AUTOMATION: rounds}, extrapolated=note)
    return {**listed, most: whole}


def _extrapolated(sampled: Run) -> Run:
    """Return the run as if it had read the outputs of every stack."""
    said = json.loads(sampled.stdout)
    factor = said["stacks"] / said["sampled"]
    wall = sampled.wall + said["seconds"] * (factor - 1)
    return dataclasses.replace(sampled, wall=wall, cpu=sampled.cpu * wall / sampled.wall)
