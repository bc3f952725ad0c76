"""Whether the hostnames of a group are free, and who gets which requests where they are shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scaling_group.errors import Conflict
from scaling_group.operations.live import GroupName, group_of, owner_id
from scaling_group.operations.protocols import WARNING, ClusterReader, Object, Report
from scaling_group.rollout.precedence import has_host, matches_same, parts_of, surrounds
from scaling_group.rollout.route import kind_of
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.hostname import own_host
from scaling_group.spec.hosts import Host


def check_hosts_free(
    cluster: ClusterReader,
    environment: EnvironmentSpec,
    name: str,
    hosts: Sequence[Host],
    report: Report,
    own_id: str = "",
    *,
    grpc: bool = False,
) -> None:
    """Raise Conflict where a route has a host and its path: the gateway would let the older one win.

    Where only a part of the requests is another route's, it is said. own_id: of the group, whose own routes
    may have them. grpc: the group speaks gRPC, and GRPCRoutes can have them too.
    """
    found = cluster.routes_of({each.host for each in hosts}, environment.namespace, grpc=grpc)
    others = [each for each in found if not own_id or owner_id(each, environment) != own_id]
    _check_among(others, environment, name, hosts)
    for sentence in dict.fromkeys(_shared(hosts, others)):
        report(f"{WARNING}{sentence}")


def check_all_free(
    cluster: ClusterReader, environment: EnvironmentSpec, hosts: Mapping[str, Sequence[Host]]
) -> None:
    """Raise Conflict as check_hosts_free does, for hosts that several groups are to get; hosts: by group."""
    every = {host.host for each in hosts.values() for host in each}
    found = cluster.routes_of(every, environment.namespace) if every else []
    for name, each in hosts.items():
        own = GroupName(environment.id, name)
        others = [route for route in found if group_of(route, environment) != own]
        _check_among(others, environment, name, each)


def _check_among(
    others: Sequence[Object], environment: EnvironmentSpec, name: str, hosts: Sequence[Host]
) -> None:
    for host in hosts:
        for route in others:
            if has_host(route, host.host) and matches_same(route, host.path):
                raise _taken(host, route, environment, name, own=host == own_host(name, environment))


def _shared(hosts: Sequence[Host], others: Sequence[Object]) -> Iterator[str]:
    """Yield who gets which requests of hosts that several routes have."""
    for host in hosts:
        for route in others:
            if found := parts_of(route, host):
                yield (
                    f"requests to {', '.join(found)} go to the {kind_of(route)} {_where(route)}, since its "
                    "path is longer or says more"
                )
            elif surrounds(route, host):
                yield (
                    f"requests to {host} come from the {kind_of(route)} {_where(route)} to this group, since "
                    "its path is longer"
                )


def _taken(host: Host, route: Object, environment: EnvironmentSpec, name: str, *, own: bool) -> Conflict:
    other = group_of(route, environment)
    if not own:
        return Conflict(
            f"{host} is taken by the {kind_of(route)} {_where(route)}",
            detail="Of two routes with one hostname and path a gateway serves the older one alone.",
            resolution=f"Leave it out, add a path of its own (--hostname={host.host}/PATH), or have it "
            "removed from the other route first.",
        )
    same = _same_hostname(other, environment, name)
    return Conflict(
        f"the hostname {host.host} is taken by the {kind_of(route)} {_where(route)}",
        detail="\n".join(
            [
                "A gateway serves the oldest route of a hostname and ignores the others.",
                *([same] if same else []),
            ]
        ),
        resolution="Choose another --name, or another domain for one of the environments (gateway.domain)."
        if same
        else "Choose another --name.",
    )


def _same_hostname(other: GroupName | None, environment: EnvironmentSpec, name: str) -> str:
    """Return why two names make one hostname, empty where it is of no other environment."""
    if other is None or other.environment == environment.id:
        return ""
    return (
        f"It is of the group {other.name} in environment {other.environment}: "
        f"{other.environment} + {other.name} and {environment.id} + {name} make one hostname."
    )


def _where(route: Object) -> str:
    return f"{route['metadata']['namespace']}/{route['metadata']['name']}"
