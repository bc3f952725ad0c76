"""What tells why a group is not well, read only where something is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from scaling_group.at_once import at_once
from scaling_group.errors import Unreachable, Unreadable
from scaling_group.manifests.deployment import CONTAINER
from scaling_group.operations.gather import (
    AnyObject,
    Found,
    claims_of,
    events_about,
    glance,
    objects_in,
    read,
    read_one,
)
from scaling_group.operations.live import refs_in
from scaling_group.operations.protocols import ClusterReader, Network
from scaling_group.reads import LogQuery, Selection
from scaling_group.records import Record
from scaling_group.rollout.attachment import GatewayView, attachment_to
from scaling_group.rollout.fields import condition, name_of, number, part, parts, text
from scaling_group.rollout.route import kind_of
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.status import judge, needs_evidence

#: Lines of a log that are kept, and pods whose logs are read: all tell much the same. A server with several
#: processes goes on to log after the line that tells why.
LOG_LINES = 60
LOG_PODS = 3
#: A container runtime says so in place of a log that it has thrown away.
NO_LOG = "unable to retrieve container logs"


def gather(
    cluster: ClusterReader, record: Record, *, whole: bool = False, network: Network | None = None
) -> Snapshot:
    """Return what there is of a group: in one round trip where all is well, else in two.

    Where something is wrong, or with `whole`, events, claims, the gateway and the last lines of crashed
    containers are read too. What may not be read is left out. network: with it, the certificate too
    that clients of the gateway are shown.
    """
    return with_causes(cluster, record, glance(cluster, record), whole=whole, network=network)


def with_causes(
    cluster: ClusterReader,
    record: Record,
    seen: Snapshot,
    *,
    whole: bool = False,
    network: Network | None = None,
) -> Snapshot:
    """Return the snapshot with what tells why, where there is anything to tell or with `whole`."""
    if not seen.deployment or not (whole or needs_evidence(seen)):
        return seen
    namespace = record.environment.namespace
    around = [
        Selection("Event", namespace),
        *[Selection("PersistentVolumeClaim", namespace, name=name) for name in claims_of(record)],
        *([Selection("Node", "")] if _of_nodes(seen) else []),
    ]
    answers: dict[str, Any] = at_once(
        {
            "gateway": partial(_gateway, cluster, record, network),
            "logs": partial(_logs, cluster, namespace, seen.pods),
            "objects": partial(read, cluster, around),
            # Whether a probe is about to kill a pod of a group that reads well, no route tells.
            **({"routes": partial(other_routes, cluster, record)} if whole or judge(seen).reason else {}),
        }
    )
    found: Found = answers["objects"]
    seen = replace(
        seen,
        claims=found.objects.get("PersistentVolumeClaim", ()),
        nodes=found.objects.get("Node", ()),
        logs=answers["logs"],
        other_routes=answers.get("routes", ()),
        **answers["gateway"],
    )
    return replace(seen, events=events_about(found.objects.get("Event", ()), objects_in(seen)))


def _of_nodes(seen: Snapshot) -> bool:
    """Return whether nodes tell more: no node takes a pod, or it is not ready and its containers are."""
    statuses = [part(pod, "status") for pod in seen.pods]
    return any(
        condition(status, "PodScheduled").get("status") == "False"
        or (
            condition(status, "Ready").get("status") == "False"
            and condition(status, "ContainersReady").get("status") == "True"
        )
        for status in statuses
    )


def _gateway(cluster: ClusterReader, record: Record, network: Network | None) -> dict[str, Any]:
    """Return the fields of a snapshot that are about the gateway; a private group has none."""
    if not record.hosts:
        return {}
    gateway, gateway_class = gateway_and_class(cluster, record)
    shown = _certificates(record, gateway, network) if gateway and network else {}
    return {
        "gateway": gateway,
        "gateway_class": gateway_class,
        "certificate_names": shown.pop(record.hosts[0].host, ()),
        "further_certificates": shown,
    }


def gateway_and_class(cluster: ClusterReader, record: Record) -> tuple[AnyObject | None, AnyObject | None]:
    """Return the Gateway of a group and its GatewayClass, None for one that was not read."""
    where = record.environment.required_gateway
    gateway = read_one(cluster, "Gateway", where.namespace, where.name)
    kind = text(gateway, "spec", "gatewayClassName")
    return gateway, read_one(cluster, "GatewayClass", "", kind) if kind else None


def other_routes(cluster: ClusterReader, record: Record) -> Sequence[AnyObject]:
    """Return the routes of others that have a hostname of the group, none where they may not be read."""
    if not record.hosts:
        return ()
    environment = record.environment
    try:
        hosts, grpc = {each.host for each in record.hosts}, record.spec.protocol == "grpc"
        found = cluster.routes_of(hosts, environment.namespace, grpc=grpc)
    except Unreadable:
        return ()
    own = {(ref.kind, environment.namespace, ref.name) for ref in refs_in(record).values()}
    return [
        each
        for each in found
        if (kind_of(each), text(each, "metadata", "namespace"), name_of(each)) not in own
    ]


def _certificates(record: Record, gateway: AnyObject, network: Network) -> dict[str, tuple[str, ...]]:
    """Return the names of the certificate that clients of each host of a group are shown, none where nobody
    can see it from here.
    """
    view = GatewayView(attachment_to(record.environment, record.name), gateway)
    if not view.addresses or not view.listener:
        return {}
    address, port = view.addresses[0], number(view.listener, "port")
    hosts = dict.fromkeys(each.host for each in record.hosts)
    return at_once({host: partial(_certificate_names, network, address, port, host) for host in hosts})


def _certificate_names(network: Network, address: str, port: int, host: str) -> tuple[str, ...]:
    try:
        return network.certificate(address, port, host).names
    except OSError:
        return ()


def _logs(cluster: ClusterReader, namespace: str, pods: Iterable[AnyObject]) -> dict[str, str]:
    """Return the last lines by pod, of pods in trouble that have said any."""
    telling = [(str(pod["metadata"]["name"]), run) for pod in pods if (run := _telling_run(pod))]
    lines = at_once(
        {pod: partial(_last_lines, cluster, namespace, pod, run) for pod, run in telling[:LOG_PODS]}
    )
    return {pod: said for pod, said in lines.items() if said}


def _last_lines(cluster: ClusterReader, namespace: str, pod: str, run: str) -> str:
    query = LogQuery(CONTAINER, previous=run == "before", tail=LOG_LINES)
    try:
        lines = list(cluster.log(namespace, pod, query))
    except Unreachable:
        # Forbidden, or a node that is away.
        return ""
    return "\n".join(line.partition(" ")[2] for line in lines if NO_LOG not in line)


def _telling_run(pod: AnyObject) -> str:
    """Return whose log tells of trouble: "now" of a run that has ended or does not get ready, "before" of
    one that was started again, empty of a pod that is well or has not run yet.
    """
    statuses = parts(pod, "status", "containerStatuses")
    # The log that is read is of the group's own container; another's restarts tell nothing of it.
    for status in [each for each in statuses if each.get("name") == CONTAINER] or statuses:
        state = part(status, "state")
        # In this state `previous` would be the run before the one that has just ended.
        if state.get("terminated"):
            return "now"
        if status.get("restartCount"):
            return "before"
        if state.get("running") and not status.get("ready"):
            return "now"
    return ""
