"""What changes a group, a new one each round; nobody waits for pods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.contenders import AUTOMATION, CREATE, FLOOR, KUBECTL, OURS, Automation, Floor, Kubectl, Ours
from benchmarks.figures import Work
from benchmarks.measure import Command
from benchmarks.works.bench import Bench, Step


def name_of(number: int) -> str:
    return f"web-{number}"


def life(bench: Bench) -> Iterator[Work]:
    """Yield create, update and delete. A group goes through all three in its round, so they compare too."""
    steps = _steps(bench)
    runs = bench.profile.engine_runs
    bench.report(f"create, update and delete: {runs} rounds")
    found = bench.in_turn(
        {(verb, name): step for verb, by in steps.items() for name, step in by.items()},
        bench.profile.rounds(runs),
    )
    for verb, by in steps.items():
        of_verb = {name: found[verb, name] for name in by}
        more = {CREATE: found["create", OURS]} if verb == "delete" else {}
        yield Work(verb, f"`{verb} --no-wait`", of_verb | more)


def _steps(bench: Bench) -> dict[str, dict[str, Step]]:
    place = bench.place
    both = bench.with_before(Ours(place.shell("life")), Ours(place.shell("life-before")))
    kubectl = Kubectl(place.shell("life-kubectl"))
    automation, floor = Automation.beside(place, "life-automation"), Floor.beside(place, "life-engine")
    return {
        "create": {
            **{name: partial(_of_round, ours.create) for name, ours in both.items()},
            AUTOMATION: lambda n: automation.create(name_of(n)),
            KUBECTL: lambda n: kubectl.apply(name_of(n)),
            FLOOR: lambda n: floor("create", name_of(n)),
        },
        "update": {
            **{name: partial(_of_round, ours.update) for name, ours in both.items()},
            AUTOMATION: lambda n: automation.update(name_of(n)),
            FLOOR: lambda n: floor("update", name_of(n)),
        },
        "delete": {
            **{name: partial(_of_round, ours.delete) for name, ours in both.items()},
            AUTOMATION: lambda n: automation("delete", name_of(n)),
            KUBECTL: lambda n: kubectl.delete(name_of(n)),
            FLOOR: lambda n: floor("delete", name_of(n)),
        },
    }


def _of_round(make: Callable[[str], Command], number: int) -> Command:
    return make(name_of(number))
