"""How work grows with the groups of an environment: more and more of them in one cluster."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from benchmarks.contenders import AUTOMATION, KUBECTL, OURS, PACE, Automation, Floor, Kubectl, Ours
from benchmarks.figures import Growth, Work
from benchmarks.measure import Run, run
from benchmarks.seed import name_of, seed_groups
from benchmarks.works.bench import Bench


def groups(bench: Bench) -> Iterator[Growth]:
    """Yield list, get and create at each number of groups, the smallest number first."""
    found: dict[str, dict[int, Work]] = {key: {} for key in ("list", "get", "create")}
    have = 0
    for size in bench.profile.groups:
        bench.report(f"seeding {size} groups")
        shell = bench.place.shell("groups")
        seed_groups(bench.place, shell, have, size)
        have = size
        for key, work in _at(bench, Ours(shell), size):
            found[key][size] = work
    titles = {"list": "`list`", "get": "`get`", "create": "`create --no-wait`"}
    for key, works in found.items():
        yield Growth(f"groups-{key}", titles[key], "groups", key != "list", works)


def _at(bench: Bench, ours: Ours, size: int) -> Iterator[tuple[str, Work]]:
    yield "list", _list(bench, ours, size)
    get = bench.quick(
        f"get-{size}-groups",
        f"`get` with {size} groups",
        {OURS: lambda _: ours("get", name_of(1)), PACE: lambda _: ours.pace()},
    )
    yield "get", get
    floor = Floor.beside(bench.place, "groups-engine")
    create = bench.engine(
        f"create-{size}-groups",
        f"`create` with {size} groups",
        {
            OURS: lambda n: ours.create(f"grow-{n}", "--replicas=0"),
            # At each new route the gateway works through all of them, on the same cores: so for the pace.
            PACE: lambda n: floor("create", f"grow-{size}-{n}"),
        },
    )
    # The next size counts seeded groups alone.
    bench.report("deleting what was created")
    for number in bench.profile.rounds(bench.profile.engine_runs):
        run(ours("delete", f"grow-{number}", "--purge", "--yes", "--no-wait"))
        run(floor("delete", f"grow-{size}-{number}"))
    yield "create", create


def _list(bench: Bench, ours: Ours, size: int) -> Work:
    kubectl = Kubectl(ours.shell)
    title = f"`list` of {size}"
    work = bench.quick(
        f"list-{size}",
        title,
        {
            OURS: lambda _: ours("list"),
            KUBECTL: lambda _: kubectl("get", "deployments"),
            PACE: lambda _: ours.pace(),
        },
    )
    if size < max(bench.profile.groups):
        return work
    bench.report(f"{title}: {AUTOMATION}, the outputs of {bench.profile.sampled} and the rest extrapolated")
    sampled = run(Automation.on_state_of(ours.shell)("list", "", "--sample", str(bench.profile.sampled)))
    note = f"from the outputs of {bench.profile.sampled}"
    # One figure for all rounds: it takes as long as all of them together.
    rounds = [_extrapolated(sampled)] * bench.profile.runs
    return dataclasses.replace(work, runs={**work.runs, AUTOMATION: rounds}, extrapolated={AUTOMATION: note})


def _extrapolated(sampled: Run) -> Run:
    """Return the run as if it had read the outputs of every stack."""
    said = json.loads(sampled.stdout)
    factor = said["stacks"] / said["sampled"]
    wall = sampled.wall + said["seconds"] * (factor - 1)
    return dataclasses.replace(sampled, wall=wall, cpu=sampled.cpu * wall / sampled.wall)
