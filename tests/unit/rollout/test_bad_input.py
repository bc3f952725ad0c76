"""Objects that are half there, hostile or many: judged, in bounded time and memory, and never an error."""

from __future__ import annotations

import copy
import resource
from pathlib import Path
from typing import Any

import orjson
import pytest

from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import LONGEST
from scaling_group.rollout.observed_rollout import LONGEST_LOG, ObservedRollout
from tests.unit.rollout.situations import pod, snapshot, waiting

CASES = sorted((Path(__file__).parents[2] / "cases").glob("*.json"))
#: Texts of 20 kB that forms with nested repeats need seconds for.
HOSTILE = (
    "0" * 20_000,
    "a " * 10_000,
    ": " * 10_000,
    '"' * 20_000,
    'exec: "' * 3_000,
    "lookup " * 3_000,
    "listening on 1.1.1.1:" * 1_000,
    "exceeded quota: x, requested: " + ", used: " * 2_000 + ", limited: " * 200,
    "0/1 nodes are available: " + "1 node(s) had untolerated taint {a: " * 600,
    'violates PodSecurity "a": ' + "), x (" * 3_000,
    'admission webhook "x" denied the request: ' + "a:\n  b" * 3_000,
    "no free ip " * 1_800,
)


def with_messages(found: Any, said: Any) -> Any:
    """Return data with every message replaced."""
    if isinstance(found, dict):
        return {k: said if k == "message" else with_messages(v, said) for k, v in found.items()}
    return [with_messages(each, said) for each in found] if isinstance(found, list) else found


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_message_is_judged_by_its_beginning(said: str) -> None:
    for file in CASES:
        data = with_messages(orjson.loads(file.read_bytes()), said)
        logs = {each["metadata"]["name"]: said for each in data.get("pods", ())}
        diagnose_recorded(data | ({"logs": logs} if logs else {}))


def test_no_more_of_a_message_or_log_is_read_than_people_write() -> None:
    long = "a" * 2 * LONGEST
    stuck = pod("web-1", waiting("ErrImagePull", long))
    [seen] = ObservedRollout(snapshot(stuck, logs={"web-1": long * 100})).pods

    assert len(Event.of({"message": long}).message) == LONGEST
    assert len(seen.containers[0].waiting[1]) == LONGEST
    assert len(seen.log) == LONGEST_LOG


@pytest.mark.parametrize("odd", [None, 3, "x", [], {}, [None], {"a": None}])
def test_any_part_of_an_object_may_be_something_else(odd: Any) -> None:
    for file in CASES[::4]:
        data = orjson.loads(file.read_bytes())
        for pods in ("spec", "status"):
            changed = copy.deepcopy(data)
            for each in changed.get("items", changed.get("pods", ())):
                if each["kind"] in ("Pod", "Node"):
                    each[pods] = odd
            diagnose_recorded(changed)


@pytest.mark.parametrize("key", ["spec", "status", "metadata.labels", "involvedObject", "conditions"])
@pytest.mark.parametrize("odd", [None, 3, "x", [None, 3]])
def test_fields_of_the_wrong_form_are_no_error(key: str, odd: Any) -> None:
    for file in CASES[::4]:
        data = orjson.loads(file.read_bytes())
        for each in data.get("items", [*data.get("pods", ()), *data.get("events", ())]):
            if each["kind"] == "Deployment":
                continue
            holder, _, last = key.rpartition(".")
            target = (
                each.get(holder, {}) if holder else each.get("status", {}) if last == "conditions" else each
            )
            target[last] = odd
        diagnose_recorded(data)


def test_events_without_a_time_tell_all_the_same() -> None:
    data = orjson.loads((CASES[0].parent / "sandbox-no-address.json").read_bytes())
    for each in data["items"]:
        if each["kind"] == "Event":
            for key in ("firstTimestamp", "lastTimestamp"):
                del each[key]
            del each["metadata"]["creationTimestamp"]

    assert [cause.category for cause in diagnose_recorded(data).diagnoses] == ["no-pod-addresses"]


def test_null_items_and_unknown_kinds_are_passed_over() -> None:
    data = orjson.loads((CASES[0].parent / "readiness-gate.json").read_bytes())
    data["items"] += [None, {"kind": "Workload", "metadata": {"name": "x"}}]

    assert [cause.category for cause in diagnose_recorded(data).diagnoses] == ["readiness-gate"]


def test_many_pods_and_events_are_one_cause() -> None:
    verdict = diagnose_recorded(_with_many(pods=300, events=3_000))

    assert verdict.diagnoses[0].category == "sidecar-not-ready"
    assert len(verdict.model_dump_json()) < 10_000


@pytest.mark.long
def test_thousands_of_pods_and_events_take_less_than_twice_their_memory() -> None:
    data = _with_many(pods=5_000, events=100_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    verdict = diagnose_recorded(data)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert verdict.diagnoses[0].category == "sidecar-not-ready"
    # KiB; the objects themselves are some 150 MiB.
    assert more < 150 * 1024


def _with_many(*, pods: int, events: int) -> dict[str, Any]:
    """Return a recording with that many pods that are alike, and events about them."""
    data = orjson.loads((CASES[0].parent / "sidecar-event-blamed-on-main.json").read_bytes())
    one = next(each for each in data["items"] if each["kind"] == "Pod")
    said = next(each for each in data["items"] if each["kind"] == "Event")
    data["items"] += [_named(one, at) for at in range(pods)]
    data["items"] += [_about(said, at, at % pods) for at in range(events)]
    return data


def _named(found: dict[str, Any], at: int) -> dict[str, Any]:
    return {**found, "metadata": {**found["metadata"], "name": f"p{at}", "uid": f"u{at}"}}


def _about(found: dict[str, Any], at: int, pod: int) -> dict[str, Any]:
    about = {**found["involvedObject"], "name": f"p{pod}", "uid": f"u{pod}"}
    return {**found, "metadata": {**found["metadata"], "name": f"e{at}"}, "involvedObject": about}
