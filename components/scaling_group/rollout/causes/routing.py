"""The gateway does not serve the route, by the conditions that its controller writes.

https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason
"""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rollout.causes import gateway
from scaling_group.rollout.fields import Object, condition, instant, name_of, number, parts, text, texts
from scaling_group.rollout.finding import Cause, Finding, Told
from scaling_group.rollout.situation import Situation

MISSING = Cause(
    "route-missing",
    "The HTTPRoute of the group does not exist, so the gateway does not serve the group.",
    "`scaling-group update` recreates it.",
)
LISTENER = Cause(
    "listener-missing",
    "The gateway has no listener with the name that the route gives.",
    "Name an existing one in the settings: `gateway.section`.",
)
NAMESPACE = Cause(
    "listener-refuses-namespace",
    "The listener admits no routes of the group's namespace.",
    "Let the listener's `allowedRoutes` admit the namespace, or use one that it admits.",
)
HOSTNAME = Cause(
    "hostname-not-covered",
    "The listener does not serve the group's hostname.",
    "Correct `gateway.domain` in the settings, or the listener's hostname.",
)
BACKEND = Cause(
    "backend-not-resolved",
    "The gateway cannot use the Service of the route.",
    "Check that the Service exists; `scaling-group update` recreates it.",
)
REFUSED = Cause(
    "route-refused",
    "The gateway refuses the route for another reason; see the evidence.",
    "See the evidence and the gateway controller's log.",
)
CAUSES = (MISSING, LISTENER, NAMESPACE, HOSTNAME, BACKEND, REFUSED)

BACKENDS = ("BackendNotFound", "RefNotPermitted", "InvalidKind", "UnsupportedProtocol")
#: Seconds in which a controller answers, and in which what it says may still change.
ANSWERS, SETTLES = 10, 5


def find(situation: Situation) -> Iterator[Finding]:
    """Yield why the gateway does not serve the route."""
    route = situation.seen.route
    if route is None:
        return
    if not route:
        yield _missing(situation)
        return
    faults = list(gateway.absent(situation))
    judged = [
        (parent, said) for parent in parts(route, "status", "parents") for said in _false(route, parent)
    ]
    if judged and not faults:
        faults = list(gateway.broken(situation)) or [_refused(situation, *each) for each in judged]
    if not faults and not _answered(route):
        faults = list(gateway.broken(situation)) or list(_unanswered(situation, route))
    yield from faults


def _missing(situation: Situation) -> Finding:
    return Finding(
        MISSING,
        f"the HTTPRoute {situation.name} does not exist in namespace {situation.namespace}",
        f"Recreate it: {situation.command('update')}",
        terminal=True,
    )


def _current(route: Object, said: Object) -> bool:
    generation = number(route, "metadata", "generation")
    return bool(said) and number(said, "observedGeneration", default=generation) >= generation


def _false(route: Object, parent: Object) -> list[Object]:
    found = (condition(parent, kind) for kind in ("Accepted", "ResolvedRefs"))
    return [said for said in found if _current(route, said) and said.get("status") == "False"]


def _answered(route: Object) -> bool:
    return any(_current(route, condition(parent, "Accepted")) for parent in parts(route, "status", "parents"))


def _refused(situation: Situation, parent: Object, said: Object) -> Finding:
    told = _told(situation, parent, said)
    since = instant(said, "lastTransitionTime")
    reason, message = text(said, "reason"), text(said, "message")
    why = f"({reason}): {message}" if message else f"({reason})"
    return Finding(
        told.cause,
        told.said,
        told.resolution,
        detail=f"HTTPRoute {situation.name}: {text(said, 'type')}=False {why}",
        terminal=told.hopeless and situation.for_seconds(since) >= SETTLES,
        since=since,
    )


def _told(situation: Situation, parent: Object, said: Object) -> Told:
    reason = text(said, "reason")
    section = text(parent, "parentRef", "sectionName")
    name = gateway.called(situation, parent)
    listener = f"the listener {section} of {name}" if section else name
    if reason == "NoMatchingParent":
        return _no_listener(situation, section, name)
    if reason == "NotAllowedByListeners":
        admits = gateway.admits(situation, section)
        told = f"{listener} admits no routes of namespace {situation.namespace}{admits}"
        return Told(NAMESPACE, told, NAMESPACE.advice, True)
    if reason == "NoMatchingListenerHostname":
        hosts = ", ".join(texts(situation.seen.route, "spec", "hostnames"))
        serves = text(gateway.listener(situation, section), "hostname") or "other hostnames"
        return Told(HOSTNAME, f"{listener} serves {serves}, not {hosts}", HOSTNAME.advice, True)
    if reason in BACKENDS:
        return _backend(situation, name, said)
    told = f"{name} refuses the route: {text(said, 'message') or reason}"
    return Told(REFUSED, told, "See the gateway controller's log.")


def _backend(situation: Situation, name: str, said: Object) -> Told:
    gone = situation.seen.service is not None and not situation.seen.service
    why = ", which does not exist" if gone else f": {text(said, 'message') or text(said, 'reason')}"
    told = f"{name} cannot use the Service {situation.name}{why}"
    return Told(BACKEND, told, f"Recreate it: {situation.command('update')}", gone)


def _no_listener(situation: Situation, section: str, name: str) -> Told:
    if situation.seen.gateway is None:
        # Some controllers say the same of a listener that is there and does not work.
        told = f"{name} has no listener {section or 'for the route'}, or one that does not work"
        return Told(LISTENER, told, LISTENER.advice, True)
    known = [text(each, "name") for each in parts(situation.seen.gateway, "spec", "listeners")]
    if section and section in known:
        told = f"{name} does not take the route at its listener {section}"
        return Told(REFUSED, told, "See the conditions of the listener and the gateway controller's log.")
    has = f"; it has {', '.join(known)}" if known else ""
    told = f"{name} has no listener {section or 'for the route'}{has}"
    return Told(LISTENER, told, LISTENER.advice, True)


def _unanswered(situation: Situation, route: Object) -> Iterator[Finding]:
    """Yield that nobody answers, once a controller has had the time to."""
    created = instant(route, "metadata", "creationTimestamp")
    if created and situation.for_seconds(created) < ANSWERS:
        return
    yield Finding(
        gateway.CONTROLLER,
        f"no controller has accepted the HTTPRoute {name_of(route)} at {gateway.called(situation)}",
        f"Check that the gateway's controller is running{gateway.controller(situation)}.",
        detail="HTTPRoute status.parents is empty or of an earlier generation",
        since=created,
    )
