"""The gateway itself: whether it is there, whether anybody runs it, whether its listener works."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rollout.certificate import covers_host
from scaling_group.rollout.fields import Object, condition, instant, name_of, part, parts, text, texts
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.situation import Situation

MISSING = Cause(
    "gateway-missing",
    "The gateway that the route names does not exist.",
    "Name an existing one in the settings: `gateway.name`, `gateway.namespace`.",
)
CONTROLLER = Cause(
    "gateway-controller-missing",
    "No controller serves the gateway: its class does not exist, or no controller has accepted it.",
    "Check that the controller that the gateway's class names is installed and running.",
)
LISTENER = Cause(
    "gateway-not-programmed",
    "The gateway's controller says that the gateway or its listener is not valid.",
    "Correct it as the evidence says.",
)
NOT_HTTPS = Cause(
    "listener-not-https",
    "The listener does not terminate TLS for HTTP; `create` and `doctor` find it.",
    "Name one that does in the settings: `gateway.section`.",
)
KIND = Cause(
    "listener-refuses-kind",
    "The listener admits no HTTPRoutes; `create` and `doctor` find it.",
    "Name another listener in the settings (`gateway.section`), or add the kind to the listener.",
)
CERTIFICATE = Cause(
    "certificate-unusable",
    "The listener's certificate is missing, cannot be read or may not be used.",
    "Put a Secret of type kubernetes.io/tls where the listener looks for it.",
)
OTHER_HOST = Cause(
    "certificate-other-host",
    "The listener's certificate does not cover the group's hostname.",
    "Use a certificate for `*.` and the gateway's domain.",
)
CAUSES = (MISSING, CONTROLLER, LISTENER, NOT_HTTPS, KIND, CERTIFICATE, OTHER_HOST)

#: Seconds in which a controller takes a new class on.
TAKES_ON = 10


def called(situation: Situation, parent: Object | None = None) -> str:
    """Return how to call the gateway: `the gateway namespace/name`."""
    ref = part(parent, "parentRef") or next(iter(parts(situation.seen.route, "spec", "parentRefs")), {})
    namespace = text(ref, "namespace") or situation.namespace
    return f"the gateway {namespace}/{text(ref, 'name')}"


def listener(situation: Situation, section: str) -> Object:
    """Return the spec of a listener, empty where it is not known."""
    found = parts(situation.seen.gateway, "spec", "listeners")
    return next((each for each in found if text(each, "name") == section), {})


def admits(situation: Situation, section: str) -> str:
    """Return in words which namespaces a listener admits."""
    found = listener(situation, section)
    if not found:
        return ""
    allowed = text(found, "allowedRoutes", "namespaces", "from") or "Same"
    words = {"Same": "its own alone", "None": "none", "Selector": "those that its selector chooses"}
    return f"; it admits {words[allowed]}" if allowed in words else ""


def controller(situation: Situation) -> str:
    name = text(situation.seen.gateway_class, "spec", "controllerName")
    return f" ({name})" if name else ""


def absent(situation: Situation) -> Iterator[Finding]:
    """Yield that the gateway or its class does not exist."""
    seen = situation.seen
    if seen.gateway is not None and not seen.gateway:
        yield Finding(
            MISSING,
            f"{called(situation)} does not exist",
            "Name an existing one in scaling-group.toml: gateway.name, gateway.namespace.",
            terminal=True,
        )
    elif seen.gateway_class is not None and not seen.gateway_class:
        name = text(seen.gateway, "spec", "gatewayClassName")
        yield Finding(
            CONTROLLER,
            f"{called(situation)} has the class {name}, which does not exist",
            "Install the gateway's controller with its class, or correct the gateway.",
            terminal=True,
        )


def broken(situation: Situation) -> Iterator[Finding]:
    """Yield why no route gets through the gateway, by the conditions of its class and listeners."""
    yield from _class(situation)
    wanted = {text(ref, "sectionName") for ref in parts(situation.seen.route, "spec", "parentRefs")}
    for status in parts(situation.seen.gateway, "status", "listeners"):
        if text(status, "name") in wanted or "" in wanted:
            yield from _listener(situation, status)


def _class(situation: Situation) -> Iterator[Finding]:
    found = situation.seen.gateway_class
    accepted = condition(part(found, "status"), "Accepted")
    created = instant(found, "metadata", "creationTimestamp")
    fresh = created is not None and situation.for_seconds(created) < TAKES_ON
    if not found or accepted.get("status") == "True" or fresh:
        return
    yield Finding(
        CONTROLLER,
        f"no controller has accepted the gateway class {name_of(found)}{controller(situation)}",
        "Check that this controller is installed and running.",
        detail=f"GatewayClass {name_of(found)}: Accepted={accepted.get('status', 'Unknown')} "
        f"({text(accepted, 'reason')}): {text(accepted, 'message')}",
        since=created,
    )


def _listener(situation: Situation, status: Object) -> Iterator[Finding]:
    name = text(status, "name")
    false = [c for c in parts(status, "conditions") if _is_fault(c)]
    if not false:
        return
    said = next((c for c in false if "ertificate" in text(c, "reason") + text(c, "message")), false[0])
    reason, message = text(said, "reason"), text(said, "message")
    certificate = "ertificate" in reason + message
    what = "cannot use its certificate" if certificate else "is not valid"
    yield Finding(
        CERTIFICATE if certificate else LISTENER,
        f"the listener {name} of {called(situation)} {what}: {message or reason}",
        "Put a Secret of type kubernetes.io/tls where the listener looks for it."
        if certificate
        else "Correct the listener as its condition says.",
        detail=f"Gateway listener {name}: {text(said, 'type')}={text(said, 'status')} ({reason}): {message}",
        since=instant(said, "lastTransitionTime"),
    )


def _is_fault(said: Object) -> bool:
    """Return whether a condition of a listener tells of a fault; Conflicted=True does."""
    bad = {"Accepted": "False", "ResolvedRefs": "False", "Programmed": "False", "Conflicted": "True"}
    return bad.get(text(said, "type")) == said.get("status") and text(said, "reason") != "Pending"


def certificate(situation: Situation) -> Iterator[Finding]:
    """Yield that the certificate is for other hosts than the group's."""
    names = situation.seen.certificate_names
    for host in texts(situation.seen.route, "spec", "hostnames") if names else ():
        if not covers_host(tuple(names), host):
            yield Finding(
                OTHER_HOST,
                f"the certificate of {called(situation)} is for {', '.join(names)}, not for {host}",
                f"Use a certificate for *.{host.partition('.')[2]}.",
                terminal=True,
            )
