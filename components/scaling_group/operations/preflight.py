"""What has to be true of the cluster before the engine starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from scaling_group.at_once import at_once
from scaling_group.errors import Conflict, Forbidden, NotFound
from scaling_group.manifests.deployment import OLDEST_KUBERNETES
from scaling_group.manifests.owned import ObjectRef
from scaling_group.manifests.permissions import creation_permissions
from scaling_group.operations.finalizers import ending, holds_of
from scaling_group.operations.gather import read_one
from scaling_group.operations.hosts import check_hosts_free
from scaling_group.operations.live import (
    GroupName,
    group_of,
    live_objects,
    not_ours,
    owner_id,
    refs_in,
    refs_of,
)
from scaling_group.operations.protocols import ClusterReader, Object, Report
from scaling_group.records import Record
from scaling_group.rollout.attachment import GatewayView, attachment_to
from scaling_group.rollout.causes import gateway, listener
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.hostname import hosts_of
from scaling_group.spec.hosts import Host
from scaling_group.spec.route_kinds import route_kind

#: Where a group of another environment has the name.
ANOTHER_NAMESPACE = "give one of the environments another namespace (--namespace),"


def cluster_identity(cluster: ClusterReader, environment: EnvironmentSpec) -> str:
    """Return the UID of the environment's namespace; raises NotFound where it is absent."""
    uid = cluster.namespace_uid(environment.namespace)
    if uid is None:
        raise NotFound(
            f"the namespace {environment.namespace!r} does not exist in this cluster",
            resolution=f"Create it (kubectl create namespace {environment.namespace}), "
            "or name another with --namespace.",
        )
    return uid


def check_creatable(
    cluster: ClusterReader, spec: GroupSpec, environment: EnvironmentSpec, report: Report
) -> Object | None:
    """Raise where a group could not be made or served: nothing has changed then.

    Return the Gateway, None where it may not be read. What the gateway and the permissions say is asked
    beside the rest, so that it takes no time of its own.
    """
    hosts = hosts_of(spec, environment)
    served = partial(_check_gateway_and_permissions, cluster, spec, environment, hosts)
    asked: dict[str, Callable[[], Object | None]] = {
        "version": partial(check_version, cluster),
        "gateway and permissions": served,
        "names": partial(_check_names, cluster, spec, environment, report),
    }
    return at_once(asked)["gateway and permissions"]


def _check_gateway_and_permissions(
    cluster: ClusterReader, spec: GroupSpec, environment: EnvironmentSpec, hosts: Sequence[Host]
) -> Object | None:
    found = check_gateway(cluster, spec, environment, hosts) if hosts else None
    check_permissions(cluster, environment, unscaled_refs(spec, environment).values())
    return found


def _check_names(
    cluster: ClusterReader, spec: GroupSpec, environment: EnvironmentSpec, report: Report
) -> None:
    check_no_foreign_objects(cluster, spec, environment)
    if hosts := hosts_of(spec, environment):
        grpc = spec.protocol == "grpc"
        check_hosts_free(cluster, environment, spec.name, hosts, report, grpc=grpc)


def check_gateway(
    cluster: ClusterReader, spec: GroupSpec, environment: EnvironmentSpec, hosts: Sequence[Host]
) -> Object | None:
    """Raise where the gateway would not serve a group; one request, two where labels decide. Return it.

    NotFound for a Gateway or listener that is not there, as for a namespace; Conflict where it is and
    does not fit, as for a cluster that is too old: the settings are legal, and either side can be
    changed. A user who may not read Gateways is not told, and may create.
    """
    wanted = attachment_to(environment, spec.name, kind=route_kind(spec, environment))
    found = read_one(cluster, "Gateway", wanted.gateway_namespace, wanted.gateway)
    view = GatewayView(wanted, found)
    if view.selects_namespaces:
        view = replace(view, namespace=read_one(cluster, "Namespace", "", wanted.namespace))
    views = (replace(view, wanted=wanted.for_host(each.host)) for each in hosts)
    for fault in (fault for view in views for fault in listener.spec_faults(view)):
        absent = fault.cause in (gateway.MISSING, listener.MISSING)
        raise (NotFound if absent else Conflict)(fault.said, detail=fault.detail, resolution=fault.resolution)
    return found


def unscaled_refs(spec: GroupSpec, environment: EnvironmentSpec) -> dict[str, ObjectRef]:
    """Return the objects of a group but what scales it, which has checks of its own."""
    return {key: ref for key, ref in refs_of(spec, environment).items() if ref.kind != spec.autoscaler_kind}


def check_permissions(
    cluster: ClusterReader, environment: EnvironmentSpec, refs: Iterable[ObjectRef]
) -> None:
    """Raise Forbidden where this user may not create these objects of a group; one request."""
    missing = cluster.lacking(creation_permissions(environment, [ref.kind for ref in refs]))
    if missing:
        raise Forbidden(
            "this user may not create the objects of a group",
            detail="Missing permissions:\n" + "\n".join(f"  {right}" for right in missing),
            resolution="Have an administrator grant them (docs/rbac.yaml), or choose another user with "
            "--context. Check all permissions with: scaling-group doctor",
        )


def check_version(cluster: ClusterReader) -> None:
    """Raise Conflict where the cluster is too old to keep what a group's pods need."""
    found = cluster.version()
    if found < OLDEST_KUBERNETES:
        needed = ".".join(map(str, OLDEST_KUBERNETES))
        raise Conflict(
            f"this cluster runs Kubernetes {found[0]}.{found[1]}; {needed} or newer is needed",
            detail="Older versions silently drop fields of the Pod, such as the sleep before termination.",
            resolution="Choose another cluster with --context, or upgrade this one.",
        )


def check_same_cluster(record: Record, environment: EnvironmentSpec, uid: str) -> None:
    """Raise Conflict where the record belongs to another namespace or cluster than the one in use."""
    check_same_namespace(record, environment)
    if record.namespace_uid and record.namespace_uid != uid:
        raise other_cluster(record, uid)


def check_same_namespace(record: Record, environment: EnvironmentSpec) -> None:
    """Raise Conflict where the record belongs to another namespace than the settings name."""
    if record.environment.namespace != environment.namespace:
        raise Conflict(
            f"{record.name} lives in the namespace {record.environment.namespace!r}, "
            f"and the settings say {environment.namespace!r}",
            resolution=f"Name it with --namespace={record.environment.namespace}",
        )


def other_cluster(record: Record, uid: str) -> Conflict:
    """Return the error for a group whose namespace is another one than that of this UID."""
    return Conflict(
        f"{record.name} was created in another cluster than the connected one",
        detail=f"Its namespace {record.environment.namespace!r} has the UID {record.namespace_uid}, "
        f"here it is {uid}: the context is another one, or the namespace was deleted and created again.",
        resolution="Choose the right context with --context. If its namespace or cluster is gone,\n"
        f"bring the group back here with: scaling-group restore --name={record.name} --cluster-gone\n"
        f"or forget it with: scaling-group delete --name={record.name} --purge --cluster-gone",
    )


def check_no_foreign_objects(cluster: ClusterReader, spec: GroupSpec, environment: EnvironmentSpec) -> None:
    """Raise Conflict where an object of the group's names exists: the engine would take it over."""
    refs = unscaled_refs(spec, environment)
    # By the kind that was asked for: what answers need not say its own.
    live = live_objects(cluster, environment.namespace, refs)
    found = {refs[key]: each for key, each in live.items() if each}
    if not found:
        return
    taken = [f"{k} {environment.namespace}/{n}{_owner(o, environment)}" for (k, n), o in found.items()]
    of_other = next((of for each in found.values() if (of := group_of(each, environment))), None)
    way = "wait until they are gone" if all(map(ending, found.values())) else "delete them"
    raise Conflict(
        f"the name {spec.name!r} is used by objects that this group does not own",
        detail="\n".join([*taken, *_same_names(of_other, environment)]),
        resolution=f"Choose another --name, {ANOTHER_NAMESPACE} or {way}."
        if of_other and of_other.environment != environment.id
        else f"Choose another --name, or {way}.",
    )


def _same_names(of_other: GroupName | None, environment: EnvironmentSpec) -> Iterator[str]:
    """Yield why groups of two environments meet in one namespace."""
    if of_other and of_other.environment != environment.id:
        yield (
            f"Objects are called after their group alone, and {of_other.environment} has a group "
            f"{of_other.name} in this namespace too."
        )


def _owner(found: Object, environment: EnvironmentSpec) -> str:
    group_id = owner_id(found, environment)
    if not ending(found):
        return f" (scaling group {group_id}, from another stack or backend)" if group_id else ""
    holds = ", ".join(map(str, holds_of(found)))
    deleted = f"scaling group {group_id}, deleted" if group_id else "deleted"
    return f" ({deleted}; it waits for {holds})" if holds else f" ({deleted}, and not gone yet)"


def check_further(
    cluster: ClusterReader, record: Record, spec: GroupSpec, environment: EnvironmentSpec
) -> None:
    """Raise Forbidden where this user may not make what a group gets beside the objects that it has, Conflict
    where one of them is somebody else's. Asks for such a change alone.
    """
    held = refs_in(record)
    added = {key: ref for key, ref in unscaled_refs(spec, environment).items() if key not in held}
    if added:
        check_permissions(cluster, environment, added.values())
    for key, found in live_objects(cluster, environment.namespace, added).items():
        if found and owner_id(found, environment) != record.id:
            kind, name = added[key]
            why = "It has the name of an object that this group is to get."
            raise not_ours(kind, environment.namespace, name, why)
