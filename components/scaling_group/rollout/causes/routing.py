"""The gateway does not serve the route, by the conditions that its controller writes.

https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from scaling_group.rollout.attachment import GatewayView
from scaling_group.rollout.causes import backend_tls, gateway, grants, listener
from scaling_group.rollout.fields import (
    Object,
    condition,
    condition_text,
    instant,
    is_current,
    name_of,
    part,
    parts,
    text,
    texts,
)
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.route import answers, is_of_now, kind_of
from scaling_group.spec.route_kinds import HTTP_ROUTE

MISSING = Cause(
    "route-missing",
    "The route of the group does not exist, so the gateway does not serve the group.",
    "`scaling-group update` recreates it.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httproute",
    example="the HTTPRoute llm does not exist in namespace ml",
    hopeless="at once",
)
BACKEND = Cause(
    "backend-not-resolved",
    "The gateway cannot use the Service of the route.",
    "Check that the Service exists; `scaling-group update` recreates it.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason",
    example="Gateway gateway-system/gateway cannot use the Service llm, which does not exist",
    hopeless="where the Service does not exist",
)
REFUSED = Cause(
    "route-refused",
    "The gateway refuses the route for another reason; see the evidence.",
    "See the evidence and the gateway controller's log.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason",
    example="Gateway gateway-system/gateway refuses the route: UnsupportedValue",
)
CAUSES = (MISSING, BACKEND, REFUSED)

#: Envoy Gateway says so of a route whose Service it cannot speak TLS with.
BACKEND_TLS = "InvalidBackendTLS"
BACKENDS = ("BackendNotFound", "RefNotPermitted", "InvalidKind", "UnsupportedProtocol", BACKEND_TLS)
#: Seconds in which a controller answers or takes a new class on, and in which what it says may still change.
ANSWERS, SETTLES = 10, 5
#: Seconds after which a controller that has said nothing of a route is not waited for.
SILENT = 60


def find(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield why the gateway does not serve the routes: of what is wrong with several it is told once."""
    told: set[tuple[str, str]] = set()
    routes = {} if rollout.seen.route is None else {rollout.name: rollout.seen.route}
    for name, route in {**routes, **rollout.seen.path_routes}.items():
        one = ObservedRollout(replace(rollout.seen, route=route))
        for found in _of_one(one, name, route):
            if (found.cause.category, found.said) not in told:
                told.add((found.cause.category, found.said))
                yield found


def _of_one(rollout: ObservedRollout, name: str, route: Object) -> Iterator[Finding]:
    view = rollout.gateway()
    if not route:
        yield _missing(rollout, name)
        return
    if absent := gateway.missing(view) or gateway.class_missing(view):
        yield absent
        return
    refusals = [(parent, said) for parent in answers(route) for said in _false(route, parent)]
    if not refusals and _answered(route):
        yield from listener.uncovered(view, texts(route, "spec", "hostnames"))
        return
    if broken := _broken(rollout, view):
        yield from broken
    elif refusals:
        yield from (_refused(rollout, *refusal) for refusal in refusals)
    else:
        yield from _unanswered(rollout, view)


def _missing(rollout: ObservedRollout, name: str) -> Finding:
    return Finding(
        MISSING,
        f"the {_kind(rollout, name)} {name} does not exist in namespace {rollout.namespace}",
        f"Recreate it: {rollout.command('update')}",
        terminal=True,
    )


def _kind(rollout: ObservedRollout, name: str) -> str:
    """Return the kind of a route that does not exist: those of paths are HTTPRoutes."""
    return rollout.seen.route_kind if name == rollout.name else HTTP_ROUTE


def _false(route: Object, parent: Object) -> list[Object]:
    found = (condition(parent, kind) for kind in ("Accepted", "ResolvedRefs"))
    return [said for said in found if is_current(said, route) and said.get("status") == "False"]


def _answered(route: Object) -> bool:
    return any(is_of_now(route, answer) for answer in answers(route))


def _broken(rollout: ObservedRollout, view: GatewayView) -> list[Finding]:
    """Return why no route gets through the listener."""
    unaccepted = gateway.class_not_accepted(view)
    if unaccepted and _fresh(rollout, unaccepted.since):
        unaccepted = None
    return [found for found in (unaccepted, listener.fault(view)) if found]


def _fresh(rollout: ObservedRollout, since: datetime | None) -> bool:
    """Return whether a controller has not had the time to answer."""
    return since is not None and rollout.for_seconds(since) < ANSWERS


def _refused(rollout: ObservedRollout, parent: Object, said: Object) -> Finding:
    """Return the cause that a condition of the route tells of, with the condition as evidence."""
    found = _by_reason(rollout, rollout.gateway(part(parent, "parentRef")), said)
    since = instant(said, "lastTransitionTime")
    route = rollout.seen.route or {}
    evidence = f"{kind_of(route)} {name_of(route)}: {condition_text(said)}"
    return replace(
        found,
        detail="\n".join(filter(None, (evidence, found.detail))),
        terminal=found.terminal and rollout.for_seconds(since) >= SETTLES,
        since=since,
    )


def _by_reason(rollout: ObservedRollout, view: GatewayView, said: Object) -> Finding:
    reason, where = text(said, "reason"), view.wanted.where
    if reason == "NoMatchingParent" and view.listener:
        return gateway.fault(view) or _refusal(
            f"{where} does not take the route at its listener {view.wanted.section_name!r}",
            "See the conditions of the listener and the gateway controller's log.",
        )
    if reason == "NoMatchingParent":
        return listener.no_listener(view)
    if reason == "NotAllowedByListeners":
        return listener.kind_refused(view) or listener.not_admitted(view)
    if reason == "NoMatchingListenerHostname":
        return listener.other_hosts(view)
    if reason in BACKENDS:
        return _backend(rollout, where, said)
    why = text(said, "message") or reason
    return _refusal(f"{where} refuses the route: {why}", "See the gateway controller's log.")


def _refusal(said: str, resolution: str) -> Finding:
    return Finding(REFUSED, said, resolution)


def _backend(rollout: ObservedRollout, where: str, said: Object) -> Finding:
    if text(said, "reason") == "RefNotPermitted":
        return grants.not_granted(rollout, where, said)
    if text(said, "reason") == BACKEND_TLS:
        return backend_tls.unspecified(rollout, where, said)
    gone = rollout.seen.service is not None and not rollout.seen.service
    why = ", which does not exist" if gone else f": {text(said, 'message') or text(said, 'reason')}"
    return Finding(
        BACKEND,
        f"{where} cannot use the Service {rollout.name}{why}",
        f"Recreate it: {rollout.command('update')}",
        terminal=gone,
    )


def _silent(rollout: ObservedRollout, view: GatewayView) -> Finding | None:
    """Return that a controller which serves its Gateway has written nothing of the route, and will not."""
    route = rollout.seen.route or {}
    created = instant(route, "metadata", "creationTimestamp")
    programmed = condition(part(view.gateway, "status"), "Programmed")
    serves = is_current(programmed, view.gateway) and programmed.get("status") == "True"
    if parts(route, "status", "parents") or not serves or rollout.for_seconds(created) < SILENT:
        return None
    return Finding(
        gateway.UNANSWERED,
        f"nothing is said of the {kind_of(route)} {name_of(route)}, although {view.wanted.where} is in "
        "service; requests may be answered all the same",
        f"Ask the URL (https://{view.wanted.host}/), and see the log of the gateway's controller.",
        detail=f"{kind_of(route)} status.parents is empty",
        terminal=True,
        since=created,
    )


def _unanswered(rollout: ObservedRollout, view: GatewayView) -> Iterator[Finding]:
    """Yield that nobody answers, once a controller has had the time to."""
    route = rollout.seen.route or {}
    created = instant(route, "metadata", "creationTimestamp")
    if _fresh(rollout, created):
        return
    controller = f" ({view.controller})" if view.controller else ""
    yield (
        gateway.fault(view)
        or _silent(rollout, view)
        or Finding(
            gateway.CONTROLLER,
            f"no controller has accepted the {kind_of(route)} {name_of(route)} at {view.wanted.where}",
            f"Check that the gateway's controller is running{controller}.",
            detail=f"{kind_of(route)} status.parents is empty or of an earlier generation",
            since=created,
        )
    )
