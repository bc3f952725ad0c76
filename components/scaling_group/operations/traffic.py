"""What a group asks of its gateway beyond a route: a kind of it, a timeout, health checks as its own."""

from __future__ import annotations

from dataclasses import replace

from scaling_group.errors import Conflict
from scaling_group.operations.context import Context
from scaling_group.operations.gather import read_one
from scaling_group.operations.live import is_of, uid_of
from scaling_group.operations.observed import ObservedGroup
from scaling_group.operations.protocols import WARNING, ClusterReader, Object, Report
from scaling_group.records import Record
from scaling_group.rollout.attachment import GatewayView, attachment_to
from scaling_group.rollout.features import serves_grpc_routes
from scaling_group.rollout.fields import text
from scaling_group.rollout.known_gateways import GKE_POLICIES, known_gateway
from scaling_group.rollout.timeouts import unkept
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.route_kinds import GRPC_ROUTE, HTTP_ROUTE, route_kind, swapped_route


def with_route_kind(context: Context, spec: GroupSpec, environment: EnvironmentSpec) -> EnvironmentSpec:
    """Return the environment of a group's next revision with the kind of its route, which is recorded.

    Only a group that speaks gRPC has a choice, and only once. Said is that it does not get a GRPCRoute.
    """
    gateway = environment.gateway
    if spec.is_private or spec.protocol != "grpc" or gateway is None or gateway.grpc_routes is not None:
        return environment
    view = gateway_view(context.cluster, spec, environment)
    serves = serves_grpc_routes(view)
    chosen = serves and spec.request_timeout is None
    if not chosen:
        why = "has no timeouts" if serves else f"is not known to be served by {view.wanted.listener}"
        context.report(f"{spec.name} gets an {HTTP_ROUTE}, which serves gRPC as HTTP/2: a {GRPC_ROUTE} {why}")
    return environment.model_copy(update={"gateway": gateway.model_copy(update={"grpc_routes": chosen})})


def check_served(
    context: Context,
    spec: GroupSpec,
    environment: EnvironmentSpec,
    before: Record | None = None,
    gateway: Object | None = None,
) -> None:
    """Say what the gateway does not do as the group asks; raises Conflict where that is certain.

    before: the revision that there is; what it asks of the same gateway already is not asked for again.
    gateway: where it is read already.
    """
    if spec.is_private or environment.gateway is None:
        return
    asked = (spec.request_timeout, environment.gateway)
    if before is None or asked != (before.spec.request_timeout, before.environment.gateway):
        view = gateway_view(context.cluster, spec, environment, gateway)
        check_traffic(view, spec, environment, context.report)


def gateway_view(
    cluster: ClusterReader, spec: GroupSpec, environment: EnvironmentSpec, gateway: Object | None = None
) -> GatewayView:
    """Return the Gateway and its class as a group's route meets them; what may not be read is None."""
    wanted = attachment_to(environment, spec.name, kind=route_kind(spec, environment))
    found = gateway or read_one(cluster, "Gateway", wanted.gateway_namespace, wanted.gateway)
    view = GatewayView(wanted, found)
    if not view.class_name:
        return view
    return replace(view, gateway_class=read_one(cluster, "GatewayClass", "", view.class_name))


def delete_other_route(context: Context, group: ObservedGroup, record: Record) -> None:
    """Delete the route of a group before one of another kind takes its place, and say what that means.

    record: of the next revision.
    """
    before = group.record
    kind = swapped_route((before.spec, before.environment), (record.spec, record.environment))
    found = group.objects.get(kind or "")
    if kind is None or not found or not is_of(before, found):
        return
    context.report(
        f"{WARNING}requests to {record.name} fail until its gateway has accepted the new route: the {kind} "
        "goes first, since a gateway serves one kind of route for a hostname"
    )
    context.cluster.delete(kind, before.environment.namespace, before.name, uid_of(found))


def check_traffic(view: GatewayView, spec: GroupSpec, environment: EnvironmentSpec, report: Report) -> None:
    """Say what the gateway does not do as the group asks; raises Conflict where that is certain.

    The gateway's own health checks are no fault of the group: they are said.
    """
    _check_http_section(view, environment.required_gateway.http_section)
    if environment.required_gateway.gke_policies:
        return
    if spec.request_timeout is not None and (found := unkept(view)):
        if found.certain:
            raise Conflict(found.said, detail=found.detail, resolution=found.resolution)
        report(f"{WARNING}{found.said}. {found.resolution}")
    known = known_gateway(view.controller)
    if known and known.health:
        report(f"{WARNING}{known.name}: {known.health}. {GKE_POLICIES}")


def _check_http_section(view: GatewayView, section: str | None) -> None:
    if section is None or not view.gateway:
        return
    found = {text(each, "name"): text(each, "protocol") for each in view.listeners}
    if found.get(section) != "HTTP":
        named = ", ".join(f"{name} ({protocol})" for name, protocol in found.items())
        raise Conflict(
            f"{view.wanted.where} has no listener {section!r} for plain HTTP to redirect from",
            detail=f"Its listeners: {named}",
            resolution="Correct gateway.http_section in the settings, or leave it out.",
        )
