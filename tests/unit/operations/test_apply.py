"""Many groups: each on its own, and what Ctrl-C stops."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from threading import Barrier, Event, Lock, get_ident

import pytest

from scaling_group.cli.interrupts import counted
from scaling_group.errors import Failed, Interrupted
from scaling_group.operations.apply import Applied, Apply, Planned
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.interrupts import Counting, uncounted
from scaling_group.operations.protocols import Report
from scaling_group.records import Record, Step
from scaling_group.spec.group import GroupSpec, group_spec
from tests.unit.operations.fakes import (
    FakeCluster,
    FakeReader,
    FakeState,
    FakeWriter,
    context_of,
    objects_of,
    record_of,
)

NO_WAIT = ChangeOptions("ada@here", None)


def spec_of(name: str, port: int = 8080) -> GroupSpec:
    return group_spec({"image": "a/b:1", "name": name, "port": port})


def applied(
    apply: Apply, writer: FakeWriter, cluster: FakeCluster, reader: FakeReader | None = None
) -> dict[str, Applied]:
    reader = reader or FakeReader()
    context = context_of(reader, cluster, writer=writer)
    planned = apply.plan(context)
    return {done.name: done for done in apply.run(planned, context, lambda _name, _said: None)}


class Stopped(FakeWriter):
    """Sends Ctrl-C while the engine works on `during`, and stops it as an engine stops."""

    during = "one"
    heard: Event

    def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
        if record.name != self.during:
            super().up(record, report, refresh=refresh)
            return
        os.kill(os.getpid(), signal.SIGINT)
        assert self.heard.wait(timeout=60)
        raise Interrupted("interrupted: the engine stopped after its current step")

    def interrupt(self) -> None:
        super().interrupt()
        self.heard.set()


def test_a_group_that_fails_does_not_stop_the_others():
    class Failing(FakeWriter):
        def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
            if record.name == "one":
                raise Failed("the engine could not apply one")
            super().up(record, report, refresh=refresh)

    cluster = FakeCluster()
    done = applied(Apply([spec_of("one"), spec_of("two")], NO_WAIT, 1), Failing(cluster), cluster)

    assert done["one"].error.message == "the engine could not apply one"
    assert done["two"].view.name == "two"


def test_what_is_as_it_should_be_costs_nothing():
    record = record_of("same")
    cluster = FakeCluster(*objects_of(record))
    reader = FakeReader({"same": FakeState(record, exists=True, live=True)})
    writer = FakeWriter(cluster)

    done = applied(Apply([record.spec], NO_WAIT, 1), writer, cluster, reader)

    assert (done["same"].step, done["same"].view, writer.done) == (Step.UNCHANGED, None, [])


def test_what_somebody_has_changed_by_hand_is_applied_again():
    record = record_of("changed")
    cluster = FakeCluster(*objects_of(record))
    cluster.objects[0]["spec"] = {**cluster.objects[0]["spec"], "replicas": 7}
    reader = FakeReader({"changed": FakeState(record, exists=True, live=True)})
    writer = FakeWriter(cluster)

    done = applied(Apply([record.spec], NO_WAIT, 1), writer, cluster, reader)

    assert (done["changed"].step, done["changed"].error, len(writer.done)) == (Step.UPDATE, None, 1)


@pytest.mark.parametrize("timeout", [30.0, None])
def test_a_group_that_stays_as_it_is_and_is_not_available_fails_like_one_that_is_changed(timeout):
    well, ill = record_of("well"), record_of("ill")
    cluster = FakeCluster(*objects_of(well), *objects_of(ill, available=False))
    reader = FakeReader({each.name: FakeState(each, exists=True, live=True) for each in (well, ill)})
    writer = FakeWriter(cluster)

    done = applied(
        Apply([well.spec, ill.spec], ChangeOptions("ada@here", timeout), 1), writer, cluster, reader
    )

    assert [each.step for each in done.values()] == [Step.UNCHANGED, Step.UNCHANGED]
    assert (done["well"].error, done["well"].view, writer.done) == (None, None, [])
    assert (done["ill"].error is None) == (timeout is None)
    if done["ill"].error:
        assert done["ill"].error.message.startswith("ill is Pending after 30 s: 0 of 1")


def test_a_plan_reads_the_state_of_each_group_once():
    class Counting(FakeReader):
        def read(self, environment: str, name: str) -> FakeState:
            asked.append(name)
            return super().read(environment, name)

    asked: list[str] = []
    record = record_of("one")
    reader = Counting({"one": FakeState(record, exists=True, live=True)})
    context = context_of(reader, FakeCluster(*objects_of(record)))

    Apply([spec_of("one"), spec_of("two")], NO_WAIT, 1).plan(context)

    assert sorted(asked) == ["one", "two"]


def test_ctrl_c_asks_the_engines_to_stop_and_begins_no_other_group():
    cluster = FakeCluster()
    writer = Stopped(cluster)
    writer.heard = Event()

    done = applied(Apply([spec_of("one"), spec_of("two")], NO_WAIT, 1), writer, cluster)

    assert writer.interrupts == 1
    assert done["one"].error.message == "interrupted: the engine stopped after its current step"
    assert done["one"].error.detail == "Nothing of revision 1 of one is applied."
    assert done["two"].error.message == "interrupted: two was not changed"
    assert [record.name for _verb, record in writer.done] == ["one"]


def test_ctrl_c_begins_no_group_whose_turn_has_not_come(monkeypatch):
    class Any(Stopped):
        """Whichever comes first is the one that Ctrl-C stops."""

        def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
            self.during = record.name
            super().up(record, report, refresh=refresh)

    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    cluster = FakeCluster()
    writer = Any(cluster)
    writer.heard = Event()

    done = applied(Apply([spec_of("one"), spec_of("two"), spec_of("three")], NO_WAIT), writer, cluster)

    told = {name: each.error.message for name, each in done.items()}
    assert told.pop(writer.during) == "interrupted: the engine stopped after its current step"
    assert told == {name: f"interrupted: {name} was not changed" for name in told}


@pytest.mark.parametrize("counting", [uncounted, counted])
def test_ctrl_c_is_heard_while_groups_are_still_handed_out(counting: Counting):
    class AtOnce(FakeWriter):
        def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            super().up(record, report, refresh=refresh)

        def interrupt(self) -> None:
            heard.set()

    class HandedOut(list[Planned]):
        """Hands out the second group once Ctrl-C is heard."""

        def __iter__(self) -> Iterator[Planned]:
            yield self[0]
            assert heard.wait(timeout=60)
            yield self[1]

    heard, cluster = Event(), FakeCluster()
    context = context_of(FakeReader(), cluster, writer=AtOnce(cluster))
    apply = Apply([spec_of("one"), spec_of("two")], NO_WAIT, 1)

    done = apply.run(HandedOut(apply.plan(context)), context, lambda _name, _said: None, counting)

    assert [each.name for each in done] == ["one", "two"]
    assert done[1].error.message == "interrupted: two was not changed"


def test_ctrl_c_ends_the_wait_of_a_group_that_is_applied():
    class Waited(FakeWriter):
        """Sends Ctrl-C once the first group is applied and does not come up; the main thread hears it."""

        heard: Event

        def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
            self.cluster.objects += objects_of(record, available=False)
            os.kill(os.getpid(), signal.SIGINT)
            assert self.heard.wait(timeout=60)

        def interrupt(self) -> None:
            super().interrupt()
            self.heard.set()

    cluster = FakeCluster()
    writer = Waited(cluster)
    writer.heard = Event()
    apply = Apply([spec_of("one")], ChangeOptions("ada@here", 30.0), 1)

    done = applied(apply, writer, cluster)

    assert isinstance(done["one"].error, Interrupted)
    assert "revision 1 of one is applied, but the command no longer waits for it" in done["one"].error.message


@pytest.mark.parametrize("parallel", [1, 3])
def test_results_are_in_the_order_of_the_files(parallel):
    cluster = FakeCluster()
    specs = [spec_of(name) for name in ("c", "a", "b")]

    assert list(applied(Apply(specs, NO_WAIT, parallel), FakeWriter(cluster), cluster)) == [
        "c",
        "a",
        "b",
    ]


class Crowd(FakeWriter):
    """Engines that each wait for another one; `most` is how many have been at work at the same time."""

    both: Barrier
    now = most = 0
    guard: Lock

    def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
        with self.guard:
            self.now += 1
            self.most = max(self.most, self.now)
        self.both.wait(timeout=60)
        with self.guard:
            super().up(record, report, refresh=refresh)
            self.now -= 1


@pytest.mark.parametrize(("cores", "parallel"), [(2, None), (64, 2)])
def test_as_many_engines_are_at_work_as_there_are_cores_or_as_is_asked_for(monkeypatch, cores, parallel):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    cluster = FakeCluster()
    writer = Crowd(cluster)
    writer.both, writer.guard = Barrier(2), Lock()

    done = applied(Apply([spec_of(f"group-{n}") for n in range(6)], NO_WAIT, parallel), writer, cluster)

    assert [each.error for each in done.values()] == [None] * 6
    assert writer.most == 2


class Slow(FakeWriter):
    """The group `slow` comes up once another one is made; until then nobody who waits for it goes on."""

    slow: Record | None = None
    waiting = 0
    further: Event

    def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
        if record.name == "slow" and not self.further.is_set():
            self.slow, self.waiting = record, get_ident()
            self.cluster.objects += objects_of(record, available=False)
            return
        super().up(record, report, refresh=refresh)
        if self.slow:
            self.cluster.remove("slow")
            self.cluster.objects += objects_of(self.slow)
        self.further.set()

    def look(self, _cluster: FakeCluster) -> None:
        if get_ident() == self.waiting:
            assert self.further.wait(timeout=60)


def test_the_next_group_is_changed_while_one_is_waited_for(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    cluster = FakeCluster()
    writer = Slow(cluster)
    writer.further, cluster.on_look = Event(), writer.look

    done = applied(
        Apply([spec_of("slow"), spec_of("next")], ChangeOptions("ada@here", 30.0)), writer, cluster
    )

    assert [each.error for each in done.values()] == [None, None]


def test_who_asks_for_one_at_a_time_gets_the_next_group_once_the_first_has_come_up_or_not():
    class InOrder(FakeWriter):
        def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
            order.append(f"{record.name} is changed")
            self._note("up", record)
            self.cluster.objects += objects_of(record, available=False)

    order: list[str] = []
    cluster = FakeCluster()
    context = context_of(FakeReader(), cluster, writer=InOrder(cluster))
    apply = Apply([spec_of("one"), spec_of("two")], ChangeOptions("ada@here", 30.0), 1)

    apply.run(apply.plan(context), context, lambda name, said: order.append(f"{name}: {said}"))

    last_of_one = max(at for at, said in enumerate(order) if said.startswith("one"))
    assert last_of_one < order.index("two is changed")
