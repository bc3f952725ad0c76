"""An API server that stops answering while the engine works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, NamedTuple

import pytest

from scaling_group.errors import Failed, Interrupted, ScalingGroupError, Unreachable, Unreadable
from scaling_group.operations import outage
from scaling_group.operations.apply import Apply
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.delete import Delete
from scaling_group.operations.outage import Outage
from scaling_group.operations.protocols import Report
from scaling_group.operations.update import Update
from scaling_group.records import Record
from scaling_group.spec.edit import Edit
from tests.unit.operations.fakes import (
    FakeCluster,
    FakeReader,
    FakeState,
    FakeTime,
    FakeWriter,
    context_of,
    objects_of,
    record_of,
)

AWAY = Unreachable("cannot reach it", detail="connection refused")
RECORD = record_of()
LIVE = FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})
BY = ChangeOptions("ada@host", None)
RETRYING = "the API server does not answer; retrying"
STOPPED = "the API server has not answered for 0 s, and the engine was stopped"


class Ended(NamedTuple):
    """When the engine was asked to stop, in seconds of its work, and what was said of it."""

    stopped: list[float]
    error: Unreachable | None
    said: set[str]


def work(away: Callable[[FakeTime], Exception | None], ends: float = 100.0) -> Ended:
    """Return how an engine ends that would work until `ends`. away: what a request meets."""

    class Asked(FakeCluster):
        def namespace_uid(self, namespace: str) -> str | None:
            if error := away(self.time):
                raise error
            return super().namespace_uid(namespace)

    class Stopped(FakeWriter):
        def stop(self, stack: str) -> None:
            assert stack == RECORD.stack
            times.append(cluster.time.passed)

    def over(seconds: float) -> bool:
        cluster.time.sleep(seconds)
        return cluster.time.passed >= ends

    times: list[float] = []
    said: list[str] = []
    cluster = Asked()
    watched = Outage(context_of(FakeReader(), cluster, said.append, writer=Stopped(cluster)), RECORD)
    watched.look_until(over, lambda: cluster.time.now)
    return Ended(times, watched.error, {*said})


def test_an_engine_is_stopped_after_half_a_minute_and_asked_again_while_it_goes_on():
    stopped, error, said = work(lambda time: AWAY if time.passed > 10 else None, ends=51.0)

    assert stopped == [40.0, 45.0, 50.0]
    assert error
    assert error.message == "the API server has not answered for 30 s, and the engine was stopped"
    assert error.detail == "cannot reach it\nconnection refused"
    assert said == {RETRYING}


@pytest.mark.parametrize("answer", [None, Unreadable("namespaces may not be read")])
def test_one_answer_begins_the_time_anew(answer: Exception | None):
    assert work(lambda time: answer if time.passed % 30 == 0 else AWAY) == ([], None, {RETRYING})


def test_an_engine_that_has_ended_while_an_answer_was_waited_for_is_left_alone():
    def slow(time: FakeTime) -> Exception:
        time.sleep(100)
        return AWAY

    assert work(slow) == ([], None, set())


def test_a_fast_engine_costs_no_request():
    def asked(_time: FakeTime) -> None:
        pytest.fail("the API server was asked")

    work(asked, ends=5.0)


class Waiting(FakeWriter):
    """An engine that waits for an answer until it is asked to stop, and then fails or was interrupted."""

    error: ScalingGroupError = Failed("the engine could not go on", detail="context canceled")

    def __init__(self, cluster: FakeCluster) -> None:
        super().__init__(cluster)
        self.asked = Event()

    def stop(self, stack: str) -> None:
        super().stop(stack)
        self.asked.set()

    def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
        self.cluster.trouble = "connection refused"
        assert self.asked.wait(60)
        raise self.error

    def destroy(self, record: Record, context: str | None, report: Report, leave: Sequence[str] = ()) -> None:
        self.up(record, report)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask at once, and wait for nobody."""
    monkeypatch.setattr(outage, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(outage, "PATIENCE_SECONDS", 0.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("verb", "perhaps", "finish"),
    [
        (
            Update("inference", Edit({"port": 9090}), BY),
            "Revision 2 of inference may be partly applied.",
            "update",
        ),
        (Delete("inference", BY), "Objects of inference may still exist.", "delete"),
    ],
)
def test_whoever_waits_for_the_engine_is_told_what_may_be_left_and_what_finishes_it(
    verb: Any, perhaps: str, finish: str
):
    cluster = FakeCluster(*objects_of(RECORD))
    writer = Waiting(cluster)

    with pytest.raises(Unreachable) as caught:
        verb.run(context_of(LIVE, cluster, writer=writer))

    assert {*writer.stopped} == {RECORD.stack}
    assert caught.value.message == STOPPED
    assert caught.value.detail == f"cannot reach the cluster\nconnection refused\n{perhaps}"
    assert caught.value.resolution == f"Finish it with: scaling-group {finish} --name=inference"


@pytest.mark.usefixtures("impatient")
def test_ctrl_c_stays_one_where_the_api_server_is_away_too():
    class Interrupting(Waiting):
        error = Interrupted("interrupted: the engine stopped after its current step")

    cluster = FakeCluster(*objects_of(RECORD))
    with pytest.raises(Interrupted):
        Delete("inference", BY).run(context_of(LIVE, cluster, writer=Interrupting(cluster)))


@pytest.mark.usefixtures("impatient")
def test_of_many_groups_those_that_come_after_it_are_not_stopped():
    class First(Waiting):
        def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
            if record.name == "one":
                try:
                    super().up(record, report)
                finally:
                    self.cluster.trouble = ""
            FakeWriter.up(self, record, report)

    cluster = FakeCluster()
    writer = First(cluster)
    context = context_of(FakeReader(), cluster, writer=writer)
    apply = Apply([record_of(name).spec for name in ("one", "two")], BY, 1)

    done = apply.run(apply.plan(context), context, lambda _name, _said: None)

    assert done[0].error
    assert (done[0].error.message, done[0].error.exit_code) == (STOPPED, 5)
    assert (done[1].error, writer.interrupts) == (None, 0)


@pytest.mark.usefixtures("impatient")
def test_what_fails_while_the_api_server_answers_fails_as_before():
    class Refused(FakeWriter):
        def destroy(self, *arguments: Any) -> None:
            raise Failed("the engine could not delete it")

    cluster = FakeCluster(*objects_of(RECORD))
    with pytest.raises(Failed, match="could not delete"):
        Delete("inference", BY).run(context_of(LIVE, cluster, writer=Refused(cluster)))
