"""What the route of a group asks a Gateway for, and what there is for it.

Before there is a route the settings tell what it will ask for; afterwards the route itself does.
https://gateway-api.sigs.k8s.io/reference/spec/#parentreference
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from scaling_group.naming import hostname
from scaling_group.rollout.fields import Object, part, parts, text, texts
from scaling_group.rollout.route import kind_of
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.route_kinds import HTTP_ROUTE


@dataclass(frozen=True)
class Attachment:
    """What a route asks for: a host on a listener (`section_name`) of a Gateway, from its own namespace.

    section_name: empty where a route leaves the listener open, which those of groups do not. further: whether
    the host is one beside the group's own, which the settings do not make. kind: the route's.
    """

    gateway: str
    gateway_namespace: str
    section_name: str
    namespace: str
    host: str
    further: bool = False
    kind: str = HTTP_ROUTE

    def for_host(self, host: str) -> Attachment:
        """Return the same for another host of the route."""
        return self if host == self.host else replace(self, host=host, further=True)

    @property
    def where(self) -> str:
        return f"Gateway {self.gateway_namespace}/{self.gateway}"

    @property
    def listener(self) -> str:
        return f"the listener {self.section_name!r} of {self.where}" if self.section_name else self.where

    @property
    def show(self) -> str:
        """The command that shows the Gateway."""
        return f"kubectl get gateway -n {self.gateway_namespace} {self.gateway} -o yaml"


def attachment_to(
    environment: EnvironmentSpec, name: str, host: str = "", kind: str = HTTP_ROUTE
) -> Attachment:
    """Return what the route of a group of this name asks for. host: for one of its other hostnames."""
    gateway = environment.required_gateway
    own = Attachment(
        gateway=gateway.name,
        gateway_namespace=gateway.namespace,
        section_name=gateway.section,
        namespace=environment.namespace,
        host=hostname(environment.id, name, gateway.domain),
        kind=kind,
    )
    return own.for_host(host) if host else own


def attachment_of(route: Object, parent: Object, namespace: str) -> Attachment:
    """Return what an HTTPRoute asks one of its parents for. namespace: the route's own."""
    return Attachment(
        gateway=text(parent, "name"),
        gateway_namespace=text(parent, "namespace") or namespace,
        section_name=text(parent, "sectionName"),
        namespace=namespace,
        host=next(iter(texts(route, "spec", "hostnames")), ""),
        kind=kind_of(route),
    )


@dataclass(frozen=True)
class GatewayView:
    """A Gateway as one route meets it.

    None: an object that nobody has read, or may not; nothing is said of it. Empty: one that does not exist.
    """

    wanted: Attachment
    gateway: Object | None = None
    gateway_class: Object | None = None
    namespace: Object | None = None

    @property
    def class_name(self) -> str:
        return text(self.gateway, "spec", "gatewayClassName") or text(self.gateway_class, "metadata", "name")

    @property
    def controller(self) -> str:
        """The name of the controller that the class asks for, empty where it is not known."""
        return text(self.gateway_class, "spec", "controllerName")

    @property
    def listeners(self) -> list[Object]:
        return parts(self.gateway, "spec", "listeners")

    @property
    def listener(self) -> Object:
        """The spec of the listener that is asked for, empty where there is none or nobody knows."""
        return self._named(self.listeners)

    @property
    def listener_status(self) -> Object:
        return self._named(parts(self.gateway, "status", "listeners"))

    @property
    def selects_namespaces(self) -> bool:
        """Whether the listener admits namespaces by their labels, so that the Namespace has to be read."""
        return text(part(self.listener, "allowedRoutes", "namespaces"), "from") == "Selector"

    @property
    def addresses(self) -> list[str]:
        """The addresses and hostnames that the Gateway is reached at, as its status says."""
        return [text(each, "value") for each in parts(self.gateway, "status", "addresses")]

    def _named(self, listeners: list[Object]) -> Object:
        return next((each for each in listeners if text(each, "name") == self.wanted.section_name), {})
