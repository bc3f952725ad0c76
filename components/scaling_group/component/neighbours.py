"""Groups of one program that would have one name, or one hostname, in one cluster.

What other programs and command lines have made, a program cannot see: the API server and the gateway decide.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from scaling_group.component.inputs import InvalidArgs
from scaling_group.errors import Fault
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.hostname import hosts_of


class _Known(NamedTuple):
    """provider: what stands for the cluster, None for that of the kubeconfig."""

    component: str
    spec: GroupSpec
    environment: EnvironmentSpec
    provider: pulumi.ProviderResource | None


class Neighbours:
    """The groups that a program has made so far."""

    def __init__(self) -> None:
        self._known: list[_Known] = []

    def add(
        self,
        component: str,
        spec: GroupSpec,
        environment: EnvironmentSpec,
        provider: pulumi.ProviderResource | None,
    ) -> None:
        """Take one more in; raises InvalidArgs where it cannot be beside one of the others."""
        added = _Known(component, spec, environment, provider)
        there = [each for each in self._known if each.provider is provider and each.component != component]
        if faults := [
            fault for each in there for fault in (*_of_names(added, each), *_of_hosts(added, each))
        ]:
            raise InvalidArgs(f"ScalingGroup {component!r}", faults)
        self._known.append(added)


#: Set by whoever serves a program in another language, which has no root here.
SERVED: ContextVar[Neighbours | None] = ContextVar("served_neighbours", default=None)


def neighbours() -> Neighbours:
    """Return the groups of the running program: they live as long as the root of its resources."""
    root = pulumi.runtime.get_root_resource()
    # Tests of programs make one group many times, below one root.
    if root is None or isinstance(get_monitor(), MockMonitor):
        return SERVED.get() or Neighbours()
    held: Neighbours = vars(root).setdefault("_scaling_group_neighbours", Neighbours())
    return held


def _of_names(one: _Known, other: _Known) -> list[Fault]:
    places = [(each.environment.namespace, each.spec.name) for each in (one, other)]
    if places[0] != places[1]:
        return []
    namespace, name = places[0]
    return [
        Fault(
            "name",
            f"{name} is the name of {other.component!r} too, in the namespace {namespace}: objects are "
            "called after their group alone, whatever its environment. Choose another name, or another "
            "namespace for one of the environments.",
        )
    ]


def _of_hosts(one: _Known, other: _Known) -> list[Fault]:
    if one.environment.gateway != other.environment.gateway:
        return []
    theirs = hosts_of(other.spec, other.environment)
    same = [host for host in hosts_of(one.spec, one.environment) if host in theirs]
    own = hosts_of(one.spec, one.environment)[:1]
    return [
        Fault(
            "name" if host in own else "hostnames",
            f"{host} is a hostname of {other.component!r} too, and the Gateway would serve one of them "
            "alone. Choose another name, or another domain or path for one of them.",
        )
        for host in same
        if (one.environment.id, one.spec.name) != (other.environment.id, other.spec.name)
    ]
