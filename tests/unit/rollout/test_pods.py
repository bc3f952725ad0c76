"""What a container's status tells of its process: whether it ended, and whether it has recovered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scaling_group.rollout.containers import Container
from scaling_group.rollout.events import Event
from scaling_group.rollout.pods import Pod
from tests.unit.rollout.situations import START, ended, event, pod, running, waiting

CRASH_LOOP = waiting("CrashLoopBackOff", lastState=ended(1), restartCount=4)
BACK_OFF = "Back-off restarting failed container main in pod web-1_default(uid-web-1)"


def container(status: dict[str, Any], *events: dict[str, Any]) -> Container:
    return Container(status, {"name": "main"}, [Event.of(each) for each in events])


@pytest.mark.parametrize(
    ("status", "code", "ends"),
    [
        (running(), 0, 0),
        (waiting("ContainerCreating"), 0, 0),
        ({}, 0, 0),
        ({"state": ended(3)}, 3, 1),
        (running(lastState=ended(3), restartCount=1), 3, 1),
        ({"state": ended(3), "lastState": ended(4), "restartCount": 1}, 3, 2),
        (CRASH_LOOP, 1, 5),
    ],
)
def test_the_end_of_a_process_is_in_the_state_or_in_the_last_one(status, code, ends):
    assert (container(status).exit_code, container(status).ends) == (code, ends)


@pytest.mark.parametrize(
    ("status", "after", "settled"),
    [
        (running(), 1, True),
        (running(since=10, lastState=ended(1, 0, 1), restartCount=1), 39, False),
        (running(since=10, lastState=ended(1, 0, 1), restartCount=1), 41, True),
        (running(since=100, lastState=ended(1, 0, 100), restartCount=1), 299, False),
        (running(since=100, lastState=ended(1, 0, 100), restartCount=1), 301, True),
        (running(since=500, lastState=ended(1, 0, 500), restartCount=9), 1099, False),
        (running(since=500, lastState=ended(1, 0, 500), restartCount=9), 1101, True),
        (running(since=8000, lastState=ended(1, 0, 8000), restartCount=9), 8029, False),
        (running(since=8000, lastState=ended(1, 0, 8000), restartCount=9), 8031, True),
        ({"state": ended(1)}, 9999, False),
        (CRASH_LOOP, 9999, False),
        ({"state": {"running": {}}, "lastState": ended(1)}, 9999, False),
    ],
)
def test_a_restarted_container_is_believed_once_it_has_outrun_its_last_run(status, after, settled):
    assert container(status).settled(START + timedelta(seconds=after)) is settled


def test_where_nobody_knows_the_time_events_tell_of_a_back_off():
    back_off = event(pod(), "BackOff", BACK_OFF, last=5)
    restarted = running(since=20, lastState=ended(1, 5, 5), restartCount=2)

    assert container(running()).settled(None)
    assert container(restarted).settled(None)
    assert not container(restarted, back_off).settled(None)


@pytest.mark.parametrize(
    ("status", "said", "backs_off"),
    [
        ({"state": ended(1)}, None, False),
        ({"state": ended(1, 5, 5), "restartCount": 1}, 4, False),
        ({"state": ended(1, 5, 5), "restartCount": 1}, 5, True),
        ({"state": ended(1, 5, 5), "restartCount": 2}, None, True),
        (CRASH_LOOP, None, True),
        ({"state": ended(1, 0, 700), "restartCount": 8}, None, False),
        (running(lastState=ended(1, 0, 1), restartCount=8), 1, False),
        (running(), 5, False),
    ],
)
def test_the_kubelet_backs_off_from_the_second_end_on(status, said, backs_off):
    events = [] if said is None else [event(pod(), "BackOff", BACK_OFF, last=said)]

    assert container(status, *events).backs_off is backs_off


def test_a_back_off_of_a_pull_is_none_of_the_process():
    pulling = event(pod(), "BackOff", 'Back-off pulling image "a"')

    assert not container({"state": ended(1)}, pulling).backs_off


def test_events_of_the_scheduler_have_their_time_elsewhere():
    scheduled = {"reason": "Scheduled", "eventTime": "2026-01-01T00:00:00.5Z", "firstTimestamp": None}
    found = Event.of(scheduled)

    assert found.first == found.last == START + timedelta(seconds=0.5)
    assert found.count == 1


def test_containers_of_preparation_come_first_and_know_their_spec():
    found = pod("web-1", running(), spec={"initContainers": [{"name": "fetch", "image": "f:1"}]})
    found["status"]["initContainerStatuses"] = [{"name": "fetch", "state": ended(0)}]
    first, second = Pod(found).containers

    assert (first.name, first.image, first.init) == ("fetch", "f:1", True)
    assert (second.name, second.init) == ("main", False)


def test_a_pod_without_anything_is_nothing_wrong():
    bare = Pod({})

    assert (bare.name, bare.containers, bare.unscheduled, bare.ready, bare.deleting) == (
        "",
        (),
        {},
        False,
        False,
    )
