"""Whether the gateway serves a route: an HTTPRoute, or the GRPCRoute of a group that speaks gRPC.

https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus
"""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rollout.deployment_status import RolloutStep
from scaling_group.rollout.fields import (
    Object,
    condition,
    is_current,
    name_of,
    number,
    part,
    parts,
    text,
    texts,
)
from scaling_group.spec.route_kinds import HTTP_ROUTE

ACCEPTED, RESOLVED = "Accepted", "ResolvedRefs"
#: Kind and group of a parent that names none.
KIND, GROUP = "Gateway", "gateway.networking.k8s.io"


def answers(route: Object) -> list[Object]:
    """Return what gateways answer to the route's present parentRefs, the newest of each controller.

    Entries of an earlier parent or section stay in the status, as do those of a controller that has
    handed over to another; nobody may remove what another has written. A controller that does not repeat
    the whole parentRef is believed where no other answers.
    """
    given, asked = parts(route, "status", "parents"), parts(route, "spec", "parentRefs")
    keys = {parent_key(route, ref) for ref in asked}
    exact = [each for each in given if parent_key(route, part(each, "parentRef")) in keys]
    return list(_newest(route, exact or _loosely(given, asked)))


def _loosely(given: list[Object], asked: list[Object]) -> list[Object]:
    return [each for each in given if not asked or any(_fits(part(each, "parentRef"), r) for r in asked)]


def parent_key(route: Object, ref: Object) -> tuple[object, ...]:
    """Return what a parentRef of a route names: group, kind, namespace, name, section and port."""
    own = text(route, "metadata", "namespace")
    place = (text(ref, "namespace") or own, text(ref, "name"), text(ref, "sectionName"))
    return text(ref, "group") or GROUP, text(ref, "kind") or KIND, *place, number(ref, "port")


def _fits(given: Object, asked: Object) -> bool:
    """Return whether a parentRef, as far as it goes, is the one that is asked for."""
    whole = {"kind": KIND, "namespace": given.get("namespace"), **asked}
    keys = ("kind", "namespace", "name", "sectionName", "port")
    return all(given[key] == whole.get(key) for key in keys if key in given)


def _newest(route: Object, given: list[Object]) -> Iterator[Object]:
    """Yield the answers; of several controllers to one parentRef those alone that are of its generation."""
    if len(given) == 1:
        # As nearly every route has it.
        yield from given
        return
    for one in given:
        key = parent_key(route, part(one, "parentRef"))
        rivals = [
            each for each in given if each is not one and parent_key(route, part(each, "parentRef")) == key
        ]
        if is_of_now(route, one) or not any(is_of_now(route, each) for each in rivals):
            yield one


def is_of_now(route: Object, answer: Object) -> bool:
    """Return whether an answer is to the route as it is, by what it says of accepting it."""
    return is_current(condition(answer, ACCEPTED), route)


def route_step(route: Object, name: str = "", kind: str = HTTP_ROUTE) -> RolloutStep:
    """Return what the route still waits for, judged by conditions of its present generation.

    An empty object is a route that does not exist. name: of one that is not the group's own.
    """
    kind = kind_of(route) if route else kind
    what = f"the {kind} {name}" if name else f"the {kind}"
    if not route:
        return RolloutStep(False, f"{what} does not exist")
    given = answers(route)
    if not given:
        return RolloutStep(False, f"no gateway has accepted {what} yet")
    steps = (_judged(route, each, kind, what) for each in given for kind in (ACCEPTED, RESOLVED))
    return next((step for step in steps if not step.complete), RolloutStep(True))


def _judged(route: Object, answer: Object, kind: str, what: str) -> RolloutStep:
    found = condition(answer, kind)
    if kind == RESOLVED and not found and is_of_now(route, answer):
        # Some controllers accept a route and never write the second condition.
        return RolloutStep(True)
    if not is_current(found, route):
        return RolloutStep(False, f"the gateway has not reported {kind} of {what} yet")
    if found.get("status") == "True":
        return RolloutStep(True)
    gateway = text(answer, "parentRef", "name")
    reason, message = text(found, "reason"), text(found, "message")
    said = f"gateway {gateway} says {kind}={found.get('status')} ({reason}) of {what}"
    return RolloutStep(False, f"{said}: {message}" if message else said)


def kind_of(route: Object) -> str:
    """Return the kind of a route; what was read alone, or is in a list, need not name its own."""
    return text(route, "kind") or HTTP_ROUTE


def _called(route: Object) -> tuple[str, str, str]:
    return kind_of(route), text(route, "metadata", "namespace"), name_of(route)


def shared_hosts(route: Object, other: Object) -> list[str]:
    """Return the hostnames of a route that another route has too."""
    if _called(route) == _called(other):
        return []
    theirs = {host.lower() for host in texts(other, "spec", "hostnames")}
    return [host for host in texts(route, "spec", "hostnames") if host.lower() in theirs]
