"""Many groups: each on its own, and what Ctrl-C stops."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from threading import Event

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
