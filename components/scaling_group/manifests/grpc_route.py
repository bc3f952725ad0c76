"""The GRPCRoute, in place of the HTTPRoute of a group that speaks gRPC.

https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute
"""

from __future__ import annotations

from scaling_group.manifests.inputs import Manifest
from scaling_group.spec.route_kinds import GRPC_ROUTE


def as_grpc(route: Manifest) -> Manifest:
    """Return the GRPCRoute in place of an HTTPRoute of every path; it takes every service and method."""
    spec = route["spec"]
    rules = [{"backendRefs": rule["backendRefs"]} for rule in spec["rules"]]
    return {**route, "kind": GRPC_ROUTE, "spec": {**spec, "rules": rules}}
