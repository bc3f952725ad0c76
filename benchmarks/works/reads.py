"""Reads of a few groups, and what each operation asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.contenders import AUTOMATION, KUBECTL, OURS, Automation, Kubectl, Ours
from benchmarks.counting import Counts, counter
from benchmarks.figures import Work
from benchmarks.measure import Command, run
from benchmarks.works.bench import Bench, always

FEW = 3


@dataclass(frozen=True)
class Few:
    """Three groups of each contender."""

    ours: Ours
    automation: Automation
    kubectl: Kubectl

    @classmethod
    def made(cls, bench: Bench) -> Few:
        shell = bench.place.shell("few")
        ours, automation = Ours(shell), Automation.beside(bench.place, "few-automation")
        bench.report(f"creating {FEW} groups of each contender")
        for number in range(FEW):
            run(ours.create(f"web-{number}"))
            run(automation.create(f"web-{number}"))
        return cls(ours, automation, Kubectl(shell))


def reads(bench: Bench, few: Few) -> Iterator[Work]:
    """Yield get and list of three groups; the Automation API has the outputs alone."""
    both = bench.with_before(few.ours, few.ours)
    yield bench.quick(
        "get",
        "`get`",
        {
            **{name: always(ours("get", "web-0")) for name, ours in both.items()},
            AUTOMATION: lambda _: few.automation("get", "web-0"),
            KUBECTL: lambda _: few.kubectl("get", "deployments", "web-0"),
        },
    )
    yield bench.quick(
        "list",
        f"`list` of {FEW}",
        {
            **{name: always(ours("list")) for name, ours in both.items()},
            AUTOMATION: lambda _: few.automation("list"),
            KUBECTL: lambda _: few.kubectl("get", "deployments"),
        },
    )


def counts(bench: Bench, few: Few) -> dict[str, dict[str, Counts]]:
    """Return by operation and contender what it asks for; reads with three groups there."""
    bench.report("counting engine processes, requests and bytes")
    with counter(bench.place.cluster, bench.place.folder / "counter") as counting:
        ours = Ours(counting.shell(few.ours.shell))
        automation = Automation(counting.shell(few.automation.shell))
        kubectl = Kubectl(counting.shell(few.kubectl.shell))
        # The version of a binary is asked once and kept; so are the kinds of a cluster.
        run(ours.create("warm"))
        run(ours.delete("warm"))
        run(kubectl("get", "deployments"))
        return {
            operation: {name: counting.count(command) for name, command in commands.items()}
            for operation, commands in _operations(ours, automation, kubectl).items()
        }


def _operations(ours: Ours, automation: Automation, kubectl: Kubectl) -> dict[str, dict[str, Command]]:
    return {
        "get": {
            OURS: ours("get", "web-0"),
            AUTOMATION: automation("get", "web-0"),
            KUBECTL: kubectl("get", "deployments", "web-0"),
        },
        f"list of {FEW}": {
            OURS: ours("list"),
            AUTOMATION: automation("list"),
            KUBECTL: kubectl("get", "deployments"),
        },
        "history": {OURS: ours("history", "web-0"), AUTOMATION: automation("history", "web-0")},
        "create": {OURS: ours.create("more"), AUTOMATION: automation.create("more")},
        "update": {OURS: ours.update("more"), AUTOMATION: automation.update("more")},
        "delete": {OURS: ours.delete("more"), AUTOMATION: automation("delete", "more")},
    }
