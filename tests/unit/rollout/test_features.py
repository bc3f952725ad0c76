"""What a GatewayClass says of itself, and what follows for a group."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.rollout.attachment import Attachment, GatewayView
from scaling_group.rollout.features import GRPC_ROUTES, TIMEOUTS, features_of
from scaling_group.rollout.known_gateways import GATEWAYS
from scaling_group.rollout.timeouts import unkept
from tests.unit.rollout.gateways import gateway, gateway_class

WANTED = Attachment("gateway", "gateway-system", "https", "default", "a.gw.example.com")
#: What Traefik 3.6 writes, as far as it matters here.
TRAEFIK = ("GRPCRoute", "Gateway", "HTTPRoute", "HTTPRouteBackendProtocolH2C")


def class_of(controller: str = "example.com/gateway-controller", features: Any = None) -> dict[str, Any]:
    found = gateway_class()
    found["spec"] = {"controllerName": controller}
    found["status"] |= {} if features is None else {"supportedFeatures": features}
    return found


def named(*features: str) -> list[dict[str, str]]:
    return [{"name": each} for each in features]


def judged(*given: Any) -> Any:
    return unkept(GatewayView(WANTED, gateway(), class_of(*given)))


def test_features_are_read_in_the_form_of_every_release() -> None:
    assert features_of(class_of(features=named(*TRAEFIK))) == set(TRAEFIK)
    assert features_of(class_of(features=list(TRAEFIK))) == set(TRAEFIK)
    assert GRPC_ROUTES in (features_of(class_of(features=named(*TRAEFIK))) or ())
    for nothing in (class_of(), class_of(features=[]), class_of(features="odd"), {}, None):
        assert features_of(nothing) is None


def test_a_class_that_has_both_features_keeps_a_timeout_and_one_that_lacks_one_does_not() -> None:
    assert judged("example.com/x", named(*TRAEFIK, *TIMEOUTS)) is None
    found = judged("example.com/x", named(*TIMEOUTS[:1]))
    assert found.certain
    assert found.said == "GatewayClass 'public' does not keep the timeouts of an HTTPRoute"
    assert found.detail == "Its status.supportedFeatures lack HTTPRouteBackendTimeout."


def test_a_known_gateway_names_its_own_way() -> None:
    found = judged("traefik.io/gateway-controller", named(*TRAEFIK))
    assert found.certain
    assert "Traefik: it waits for a response without an end" in found.detail
    assert "respondingTimeouts of its entry point" in found.resolution
    assert "https://doc.traefik.io/" in found.resolution


@pytest.mark.parametrize("known", GATEWAYS, ids=lambda known: known.name)
def test_without_features_what_is_known_of_the_controller_decides(known: Any) -> None:
    found = judged(known.controllers[0])
    assert (found is None) is known.route_timeouts
    assert found is None or (found.certain and known.timeout in found.detail)
    assert bool(known.change) == bool(known.change_source)


def test_of_a_gateway_that_nobody_knows_it_is_only_said() -> None:
    found = judged()
    assert not found.certain
    assert "does not say whether it keeps" in found.said
