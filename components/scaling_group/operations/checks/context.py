"""What checks look at: the engine, the cluster and the gateway of an environment, read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from scaling_group.errors import InvalidInput, Unreadable
from scaling_group.operations.annotation import read_annotation
from scaling_group.operations.gather import read_one
from scaling_group.operations.protocols import ClusterReader, EngineHealth, Network, Object
from scaling_group.records import Record
from scaling_group.rollout.attachment import Attachment, GatewayView, attachment_to
from scaling_group.spec.environment import EnvironmentSpec

#: A group that does not exist, for hosts and pods as they would be.
SAMPLE = "example"


@dataclass(frozen=True)
class CheckContext:
    """settle: returns where groups live; raises where the settings do not say it. connect: opens the
    cluster; raises where there is no kubeconfig. said_in: the settings files. name: of a group that is to be
    looked at too. An object that does not exist is empty, and None one that this user may not read.
    """

    settle: Callable[[], EnvironmentSpec]
    engine: EngineHealth
    network: Network
    connect: Callable[[], ClusterReader]
    said_in: Sequence[str] = ()
    name: str = ""

    @cached_property
    def environment(self) -> EnvironmentSpec:
        return self.settle()

    @property
    def has_gateway(self) -> bool:
        """Whether the settings name a Gateway, or are not there to say."""
        try:
            return self.environment.gateway is not None
        except InvalidInput:
            return True

    @cached_property
    def cluster(self) -> ClusterReader:
        return self.connect()

    @cached_property
    def wanted(self) -> Attachment:
        """What the route of a group would ask the gateway for."""
        return attachment_to(self.environment, SAMPLE)

    @cached_property
    def record(self) -> Record | None:
        """The record that the Deployment of the named group carries."""
        if not self.name:
            return None
        deployment = self.cluster.get("Deployment", self.environment.namespace, self.name)
        return read_annotation(deployment).record if deployment else None

    @property
    def every_wanted(self) -> list[Attachment]:
        """What the route of a group would ask the gateway for, and the other hostnames of the named one."""
        hosts = self.record.spec.hostnames if self.record else ()
        return [self.wanted, *(self.wanted.for_host(host) for host in dict.fromkeys(h.host for h in hosts))]

    @cached_property
    def namespace(self) -> Object | None:
        return read_one(self.cluster, "Namespace", "", self.environment.namespace)

    @cached_property
    def gateway(self) -> Object | None:
        gateway = self.environment.required_gateway
        return read_one(self.cluster, "Gateway", gateway.namespace, gateway.name)

    @cached_property
    def gateway_class(self) -> Object | None:
        if not self.gateway:
            return None
        name = self.gateway["spec"]["gatewayClassName"]
        return read_one(self.cluster, "GatewayClass", "", name)

    @cached_property
    def view(self) -> GatewayView:
        """The Gateway as the route of a group would meet it."""
        return GatewayView(self.wanted, self.gateway, self.gateway_class, self.namespace)

    def listed(self, kind: str) -> list[Object] | None:
        """Return the objects of a kind in the groups' namespace, or of a global one; None where that
        is forbidden.
        """
        try:
            return self.cluster.list_objects(kind, self.environment.namespace)
        except Unreadable:
            return None
