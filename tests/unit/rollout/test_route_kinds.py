"""A GRPCRoute is judged as an HTTPRoute is, under its own name."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from scaling_group.rollout.attachment import GatewayView, attachment_of
from scaling_group.rollout.causes.listener import kind_refused
from scaling_group.rollout.causes.rivals import taken
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.route import route_step
from scaling_group.rollout.snapshot import ABSENT, Snapshot
from scaling_group.rollout.snapshot_file import snapshot_data, snapshot_of
from tests.unit.rollout.gateways import gateway, listener
from tests.unit.rollout.recordings import served_route
from tests.unit.rollout.situations import at, group


def route(name: str, kind: str, created: str) -> dict[str, Any]:
    """Return a route of the group's host that the gateway serves."""
    served = served_route()
    [answer] = served["status"]["parents"]
    metadata = {"name": name, "namespace": "default", "generation": 1, "creationTimestamp": created}
    spec = {"parentRefs": [answer["parentRef"]], "hostnames": ["a.gw.example.com"], "rules": [{}]}
    return {**served, "kind": kind, "metadata": metadata, "spec": spec}


HTTP = route("other", "HTTPRoute", at(-60))
GRPC = route("web", "GRPCRoute", at(0))
SEEN = Snapshot(group(), route=GRPC, route_kind="GRPCRoute")


def test_what_is_said_of_it_names_its_kind() -> None:
    assert route_step(GRPC).complete
    assert route_step({**GRPC, "status": {}}).message == "no gateway has accepted the GRPCRoute yet"
    assert route_step(ABSENT, kind="GRPCRoute").message == "the GRPCRoute does not exist"
    told = diagnose(replace(SEEN, route=ABSENT))
    assert "the GRPCRoute web does not exist in namespace default" in [each.summary for each in told]


def test_a_listener_that_takes_the_other_kind_alone_refuses_it() -> None:
    [parent] = GRPC["spec"]["parentRefs"]
    wanted = attachment_of(GRPC, parent, "default")
    for kinds, refused in (("HTTPRoute", True), ("GRPCRoute", False)):
        allowed = {"namespaces": {"from": "All"}, "kinds": [{"kind": kinds}]}
        found = kind_refused(GatewayView(wanted, gateway(listener(allowedRoutes=allowed))))
        assert (found is not None) is refused
        assert found is None or "does not admit GRPCRoutes" in found.said


def test_a_snapshot_keeps_its_kind() -> None:
    data = json.loads(json.dumps(snapshot_data(SEEN)))
    assert data["routeKind"] == "GRPCRoute"
    assert "1 GRPCRoute" in data["about"][0]
    assert snapshot_of(data).route_kind == "GRPCRoute"
    read = snapshot_of({"kind": "List", "items": [group(), GRPC]})
    assert (read.route_kind, (read.route or {})["kind"]) == ("GRPCRoute", "GRPCRoute")


def test_a_snapshot_of_an_http_group_says_no_kind() -> None:
    assert "routeKind" not in snapshot_data(Snapshot(group(), route=HTTP))


def test_an_older_httproute_of_the_host_takes_its_requests_where_the_gateway_refuses_it() -> None:
    refused = {**GRPC, "status": {}}
    assert taken(GRPC, [HTTP]) is None
    found = taken(refused, [HTTP])
    assert found is not None
    assert "the HTTPRoute default/other has the hostname" in found.said
