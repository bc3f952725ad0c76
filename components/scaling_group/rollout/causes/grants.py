"""A route that names a Service of another namespace needs that namespace's consent, a ReferenceGrant.

https://gateway-api.sigs.k8s.io/api-types/referencegrant/
"""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.rollout.fields import Object, message, name_of, parts, text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.route import GROUP

NOT_GRANTED = Cause(
    "reference-not-granted",
    "The route names a Service that no ReferenceGrant lets it use.",
    "Have a ReferenceGrant made in the Service's namespace for HTTPRoutes of the route's namespace.",
    source="https://gateway-api.sigs.k8s.io/api-types/referencegrant/, "
    "https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason",
    example="Gateway gateway-system/gateway may not use the Service models/llm: Backend ref to Service "
    "models/llm not permitted by any ReferenceGrant",
)
CAUSES = (NOT_GRANTED,)


@dataclass(frozen=True)
class _Reference:
    """A Service that a route of another namespace names."""

    route_namespace: str
    namespace: str
    name: str


def not_granted(rollout: ObservedRollout, where: str, said: Object) -> Finding:
    """Return the cause of a route of which its gateway says RefNotPermitted."""
    wanted = _foreign(rollout)
    called = f"{wanted.namespace}/{wanted.name}" if wanted else rollout.name
    return Finding(
        NOT_GRANTED,
        f"{where} may not use the Service {called}: {message(said, 'message') or 'no grant'}",
        _fix(wanted)
        if wanted
        else "Have a ReferenceGrant made in the Service's namespace for HTTPRoutes of "
        "the route's: kubectl get referencegrants -A",
        detail=_recorded(rollout, wanted) if wanted else "",
    )


def _foreign(rollout: ObservedRollout) -> _Reference | None:
    """Return the first Service of another namespace that the route names."""
    refs = [ref for rule in parts(rollout.seen.route, "spec", "rules") for ref in parts(rule, "backendRefs")]
    for ref in refs:
        namespace = text(ref, "namespace")
        if namespace and namespace != rollout.namespace:
            return _Reference(rollout.namespace, namespace, text(ref, "name"))
    return None


def _fix(wanted: _Reference) -> str:
    return (
        f"Have a ReferenceGrant made in namespace {wanted.namespace}, from HTTPRoutes of namespace "
        f"{wanted.route_namespace} to the Service {wanted.name}: "
        f"kubectl get referencegrants -n {wanted.namespace} -o yaml"
    )


def _recorded(rollout: ObservedRollout, wanted: _Reference) -> str:
    """Return what is known of the grants of the Service's namespace."""
    grants = [each for each in rollout.seen.grants if _namespace(each) == wanted.namespace]
    if fitting := next((each for each in grants if _permits(each, wanted)), None):
        permit = f"{wanted.namespace}/{name_of(fitting)}"
        return f"The ReferenceGrant {permit} permits it; the gateway has not taken it on yet."
    if not grants:
        return ""
    names = ", ".join(sorted(name_of(each) for each in grants))
    return f"ReferenceGrants of namespace {wanted.namespace}, none of which is for it: {names}"


def _namespace(found: Object) -> str:
    return text(found, "metadata", "namespace")


def _permits(grant: Object, wanted: _Reference) -> bool:
    origin = (GROUP, "HTTPRoute", wanted.route_namespace)
    given = [(text(o, "group"), text(o, "kind"), text(o, "namespace")) for o in parts(grant, "spec", "from")]
    return origin in given and any(
        text(to, "kind") == "Service" and text(to, "name") in ("", wanted.name)
        for to in parts(grant, "spec", "to")
    )
