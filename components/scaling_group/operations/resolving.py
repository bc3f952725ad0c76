"""What of a spec depends on the cluster: looked up once, and recorded as a plain value."""

from __future__ import annotations

from collections.abc import Mapping

from scaling_group.errors import NotFound, did_you_mean
from scaling_group.manifests.metadata import MANAGED_BY
from scaling_group.operations.annotation import annotated_record
from scaling_group.operations.context import Context
from scaling_group.operations.protocols import WARNING, Object
from scaling_group.operations.traffic import gateway_view
from scaling_group.rollout.known_gateways import known_gateway
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.peers import Peer


def resolved(
    context: Context,
    spec: GroupSpec,
    environment: EnvironmentSpec,
    beside: Mapping[str, int] | None = None,
) -> GroupSpec:
    """Return the spec with a plain value in place of each that the cluster decides on.

    beside: the ports of groups that are applied together with it. Raises NotFound for a peer whose port is
    not given and who is not there. A peer with a port may come later: that is said.
    """
    peers = {name: _peer(context, name, peer, environment, beside or {}) for name, peer in spec.peers.items()}
    service = _service(context, spec, environment) if spec.service == "auto" else spec.service
    if (peers, service) == (spec.peers, spec.service):
        return spec
    return spec.model_copy(update={"peers": peers, "service": service})


def _service(context: Context, spec: GroupSpec, environment: EnvironmentSpec) -> str:
    """Return the kind of Service that the group's gateway routes to."""
    if spec.is_private or environment.gateway is None:
        return "headless"
    view = gateway_view(context.cluster, spec, environment)
    known = known_gateway(view.controller)
    chosen = "cluster-ip" if known and not known.headless else "headless"
    gateway = known.name if known else view.controller or "an unknown controller"
    context.report(f"{spec.name} gets a {chosen} Service: its gateway is {gateway}")
    return chosen


def _peer(
    context: Context, variable: str, peer: Peer, environment: EnvironmentSpec, beside: Mapping[str, int]
) -> Peer:
    port = beside.get(peer.group) or _port_of(context, peer.group, environment)
    if port is None and peer.port is None:
        raise _no_such_peer(context, variable, peer, environment)
    if port is None:
        context.report(f"{WARNING}{variable}: there is no group {peer.group} in {environment.namespace} yet")
    elif peer.port not in (None, port):
        context.report(f"{WARNING}{variable}: {peer.group} listens on port {port}, not on {peer.port}")
    return Peer(peer.group, peer.port or port)


def _port_of(context: Context, name: str, environment: EnvironmentSpec) -> int | None:
    found = context.cluster.get("Deployment", environment.namespace, name)
    record = annotated_record(found) if found else None
    return record.spec.port if record else None


def _no_such_peer(context: Context, variable: str, peer: Peer, environment: EnvironmentSpec) -> NotFound:
    labels = {"app.kubernetes.io/managed-by": MANAGED_BY}
    there = context.cluster.list_objects("Deployment", environment.namespace, labels)
    near = did_you_mean(peer.group, [_name(each) for each in there])
    return NotFound(
        f"{variable} is to hold the address of {peer.group}, and there is no such group in the namespace "
        f"{environment.namespace}.{near}",
        resolution=f"Create it first, or give the port that it is going to have: "
        f"--peer={variable}={peer.group}:PORT",
    )


def _name(found: Object) -> str:
    return str(found["metadata"]["name"])
