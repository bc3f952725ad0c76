"""What a group consists of in the cluster, as `get` shows it."""

from __future__ import annotations

from datetime import datetime

from scaling_group.spec.model import Model, field


class PodView(Model):
    """One pod."""

    name: str = field(description="Its name.")
    state: str = field(description="What it does: Running, Pending, Terminating, or why it does not run.")
    ready: bool = field(description="Whether it passes its readiness probe.")
    restarts: int = field(description="How often its container was started again.")
    node: str = field(description="Where it runs; empty while it has no place.")
    created: datetime | None = field(description="When it was made, in UTC.")


class ReplicaSetView(Model):
    """The pods of one pod template of the Deployment."""

    name: str = field(description="Its name.")
    revision: int | None = field(
        default=None, description="The newest revision of the group with these pods; null where unknown."
    )
    number: int | None = field(description="The number that the Deployment controller has given it.")
    current: bool = field(description="Whether it is the newest one.")
    desired: int = field(description="How many pods it is to have.")
    ready: int = field(description="How many of them are ready.")
    created: datetime | None = field(description="When it was made, in UTC.")
    pods: tuple[PodView, ...] = field(description="Its pods by name.")


class ServiceView(Model):
    """The Service and the addresses behind it."""

    name: str = field(description="Its name.")
    ready: int | None = field(description="How many addresses take requests; null where that is unknown.")
    not_ready: int | None = field(description="How many do not yet, or no more.")


class ConditionView(Model):
    """What a gateway says of a route."""

    type: str = field(description="Accepted, ResolvedRefs or another one.")
    status: str = field(description="True, False or Unknown.")
    reason: str = field(description="Why, in a word.")
    message: str = field(description="Why, in the gateway's words.")


class ParentView(Model):
    """One gateway that the route names."""

    gateway: str = field(description="namespace/name of the Gateway.")
    section: str = field(description="Its listener; empty for all of them.")
    conditions: tuple[ConditionView, ...] = field(description="What it says of the route.")


class RouteView(Model):
    """The route of the group's own name, and what its gateways say."""

    kind: str = field(default="HTTPRoute", description="HTTPRoute, or GRPCRoute.")
    name: str = field(description="Its name.")
    hostnames: tuple[str, ...] = field(description="Hosts that it serves.")
    path: str = field(default="/", description="Beginning of the paths that it serves.")
    parents: tuple[ParentView, ...] = field(description="Gateways that have answered.")


class Tree(Model):
    """The objects below a group; an object that does not exist or cannot be read is null."""

    replica_sets: tuple[ReplicaSetView, ...] = field(description="The newest first; old ones with pods.")
    service: ServiceView | None
    route: RouteView | None
    path_routes: tuple[RouteView, ...] = field(
        default=(), description="The HTTPRoutes of hostnames with a path."
    )


class EventView(Model):
    """One event of a group's objects, repetitions counted."""

    time: datetime | None = field(description="When it happened last, in UTC.")
    first: datetime | None = field(description="When it happened first, in UTC.")
    count: int = field(description="How often it has happened.")
    type: str = field(description="Normal or Warning.")
    reason: str = field(description="What happened, in a word.")
    object: str = field(description="Kind/name of the object that it is about.")
    message: str = field(description="What happened.")
