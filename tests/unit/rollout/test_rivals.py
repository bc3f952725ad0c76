"""Two HTTPRoutes of one hostname: which of them the gateway asks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.reports import Verdict
from scaling_group.rollout.snapshot_file import snapshot_data, snapshot_of

Object = dict[str, Any]
CASE = Path(__file__).parents[2] / "cases" / "route-of-one-host.json"
OWN = "2026-11-20T10:00:00Z"


def recording(change: Callable[[Object], object]) -> Object:
    """Return the case with its older route changed."""
    data: Object = copy.deepcopy(orjson.loads(CASE.read_bytes()))
    change(next(o for o in data["items"] if o["metadata"]["name"] == "chat"))
    return data


def told(change: Callable[[Object], object]) -> Verdict:
    return diagnose_recorded(recording(change))


def parent(found: Object) -> Object:
    return found["status"]["parents"][0]  # type: ignore[no-any-return]


def at_another_listener(found: Object) -> None:
    for holder in (found["spec"]["parentRefs"][0], parent(found)["parentRef"]):
        holder["sectionName"] = "http"


def at_another_gateway(found: Object) -> None:
    for holder in (found["spec"]["parentRefs"][0], parent(found)["parentRef"]):
        holder["name"] = "internal"


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found["metadata"].update(creationTimestamp="2026-11-21T10:00:00Z"),
        lambda found: found["metadata"].update(creationTimestamp=OWN, namespace="zoo"),
        lambda found: found["metadata"].update(creationTimestamp="long ago"),
        lambda found: found["spec"].update(hostnames=["*.gw.example.com"]),
        lambda found: found["spec"]["rules"][0]["matches"][0]["path"].update(value="/v1"),
        lambda found: found["spec"]["rules"][0]["matches"][0].update(method="GET"),
        lambda found: parent(found)["conditions"][0].update(status="False", reason="NotAllowedByListeners"),
        lambda found: found.pop("status"),
        at_another_listener,
        at_another_gateway,
    ],
)
def test_a_route_that_takes_no_requests_of_the_group_is_not_told(change: Callable[[Object], object]) -> None:
    verdict = told(change)

    assert (verdict.status.value, verdict.diagnoses) == ("Available", ())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: None, "HTTPRoute demo/chat has the hostname abc123-llm.gw.example.com too"),
        (lambda found: found["metadata"].update(creationTimestamp=OWN), "the first by namespace and name"),
        (lambda found: found["spec"]["rules"][0].pop("matches"), "since it is older"),
        (lambda found: found["spec"].update(hostnames=["ABC123-llm.gw.example.com"]), "since it is older"),
    ],
)
def test_the_route_that_the_gateway_prefers_is_named(change: Callable[[Object], object], words: str) -> None:
    [cause] = told(change).diagnoses

    assert cause.category == "hostname-taken"
    assert words in cause.summary
    assert "kubectl get httproute -n demo chat" in cause.resolution


def test_a_route_of_grpc_is_told_where_the_gateway_refuses_the_groups_route_beside_it() -> None:
    def refused(found: Object) -> None:
        found.update(kind="GRPCRoute")
        found["spec"]["rules"][0]["matches"] = [{"method": {"service": "chat.Chat"}}]

    data = recording(refused)
    assert diagnose_recorded(data).diagnoses == ()
    own = next(o for o in data["items"] if o["kind"] == "HTTPRoute")
    parent(own)["conditions"][0].update(status="False", reason="Conflicted", message="GRPCRoute chat has it")
    first, *_ = diagnose_recorded(data).diagnoses

    assert first.category == "hostname-taken"
    assert first.summary.startswith("the GRPCRoute demo/chat has the hostname")
    assert "kubectl get grpcroute -n demo chat" in first.resolution


@pytest.mark.parametrize(
    "change",
    [
        lambda own: own["spec"].update(hostnames=[None, {}, *own["spec"]["hostnames"]]),
        lambda own: own["spec"]["parentRefs"][0].update(port=[443]),
        lambda own: own["spec"]["parentRefs"][0].update(port={}),
        lambda own: own["spec"].update(hostnames=["first.example.com", *own["spec"]["hostnames"]]),
    ],
)
def test_a_route_with_odd_fields_is_judged_by_the_others(change: Callable[[Object], object]) -> None:
    data = recording(lambda found: None)
    change(next(o for o in data["items"] if o["kind"] == "HTTPRoute"))
    first, *_ = diagnose_recorded(data).diagnoses

    assert "has the hostname abc123-llm.gw.example.com too" in first.summary


def test_a_snapshot_keeps_the_other_route() -> None:
    seen = snapshot_of(recording(lambda found: None))
    data = orjson.loads(orjson.dumps(snapshot_data(seen)))

    assert [each["metadata"]["name"] for each in data["otherRoutes"]] == ["chat"]
    assert diagnose_recorded(data).diagnoses == diagnose_recorded(orjson.loads(CASE.read_bytes())).diagnoses
