"""What changes a group, a new one each round; nobody waits for pods."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.contenders import AUTOMATION, FLOOR, KUBECTL, OURS, Automation, Floor, Kubectl, Ours
from benchmarks.figures import Work
from benchmarks.works.bench import Bench


def name_of(number: int) -> str:
    return f"web-{number}"


def life(bench: Bench) -> Iterator[Work]:
    """Yield create, update and delete."""
    place = bench.place
    ours, kubectl = Ours(place.shell("life")), Kubectl(place.shell("life-kubectl"))
    automation = Automation.beside(place, "life-automation")
    floor = Floor.beside(place, "life-engine")
    yield bench.engine(
        "create",
        "`create --no-wait`",
        {
            OURS: lambda n: ours.create(name_of(n)),
            AUTOMATION: lambda n: automation.create(name_of(n)),
            KUBECTL: lambda n: kubectl.apply(name_of(n)),
            FLOOR: lambda n: floor("create", name_of(n)),
        },
    )
    yield bench.engine(
        "update",
        "`update --no-wait`",
        {
            OURS: lambda n: ours.update(name_of(n)),
            AUTOMATION: lambda n: automation.update(name_of(n)),
            FLOOR: lambda n: floor("update", name_of(n)),
        },
    )
    yield bench.engine(
        "delete",
        "`delete --no-wait`",
        {
            OURS: lambda n: ours.delete(name_of(n)),
            AUTOMATION: lambda n: automation("delete", name_of(n)),
            KUBECTL: lambda n: kubectl.delete(name_of(n)),
            FLOOR: lambda n: floor("delete", name_of(n)),
        },
    )
