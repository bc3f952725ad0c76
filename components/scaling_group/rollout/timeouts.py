"""Whether a gateway keeps the timeout that a group asks its route for.

Timeouts of an HTTPRoute are an extended feature: a gateway may ignore them.
https://gateway-api.sigs.k8s.io/reference/spec/#httproutetimeouts
"""

from __future__ import annotations

from typing import NamedTuple

from scaling_group.rollout.attachment import GatewayView
from scaling_group.rollout.features import TIMEOUTS, features_of
from scaling_group.rollout.known_gateways import known_gateway

WAY = "Leave request_timeout out"


class Unkept(NamedTuple):
    """That a timeout has no effect. certain: whether the gateway says so, or is known for it."""

    said: str
    detail: str
    resolution: str
    certain: bool


def unkept(view: GatewayView) -> Unkept | None:
    """Return that the gateway does not keep timeouts of an HTTPRoute, None where it does."""
    known, said = known_gateway(view.controller), features_of(view.gateway_class)
    where = f"GatewayClass {view.class_name!r}" if view.class_name else view.wanted.where
    change = f", and change that with {known.change}: {known.change_source}" if known and known.change else ""
    ends = f"{known.name}: {known.timeout}." if known else ""
    resolution = f"{WAY}{change}." if known else f"{WAY}, or choose another Gateway (gateway.name)."
    if said is None:
        if known and known.route_timeouts:
            return None
        certain = known is not None
        what = "does not keep" if certain else "does not say whether it keeps"
        return Unkept(f"{where} {what} the timeouts of an HTTPRoute", ends, resolution, certain)
    missing = [each for each in TIMEOUTS if each not in said]
    if not missing:
        return None
    lacks = f"Its status.supportedFeatures lack {' and '.join(missing)}."
    detail = "\n".join(filter(None, (lacks, ends)))
    return Unkept(f"{where} does not keep the timeouts of an HTTPRoute", detail, resolution, certain=True)
