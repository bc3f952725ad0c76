"""Another HTTPRoute of the same hostname gets the requests.

Of two matches that are equal the older route's counts, then the one that is first by namespace and name.
https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaling_group.rollout.fields import Object, condition, instant, is_current, name_of, part, parts, text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.route import ACCEPTED, answers, kind_of, parent_key, shared_hosts

TAKEN = Cause(
    "hostname-taken",
    "An older HTTPRoute has the same hostname on the same listener, and takes every path; or an older "
    "GRPCRoute has it, and the gateway refuses the HTTPRoute beside it. The other one gets the requests.",
    "Have the hostname removed from the other route, or create the group under another name.",
    source="https://gateway-api.sigs.k8s.io/guides/api-design/#conflicts, "
    "https://gateway-api.sigs.k8s.io/api-types/grpcroute/, "
    "https://gateway-api.sigs.k8s.io/geps/gep-1016/#cross-serving",
    example="the HTTPRoute demo/chat has the hostname abc123-llm.gw.example.com too, and gets its requests, "
    "since it is older",
    hopeless="at once",
)
CAUSES = (TAKEN,)
GRPC = "GRPCRoute"


def find(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield the route that comes before the group's own."""
    if rollout.seen.route and (found := taken(rollout.seen.route, rollout.seen.other_routes)):
        yield found


def taken(route: Object, others: Iterable[Object]) -> Finding | None:
    """Return that the requests of a route go to one of others, None where they do not."""
    rivals = [each for each in others if _takes_all(route, each)]
    first = min(rivals, key=_precedence, default=None)
    return _told(route, first) if first and _precedence(first) < _precedence(route) else None


def _told(route: Object, other: Object) -> Finding:
    where, [host, *_] = _called(other), shared_hosts(route, other)
    older = _created(other) < _created(route)
    why = "it is older" if older else "of two of one age the first by namespace and name counts"
    space, name = text(other, "metadata", "namespace"), name_of(other)
    return Finding(
        TAKEN,
        f"the {kind_of(other)} {where} has the hostname {host} too, and gets its requests, since {why}",
        f"Have the hostname removed from it (kubectl get {kind_of(other).lower()} -n {space} {name} "
        "-o yaml), or create the group under another name.",
        detail=f"Gateway API gives the older route precedence: {where} is of {_created(other)}, "
        f"{_called(route)} of {_created(route)}.",
        terminal=True,
    )


def _called(route: Object) -> str:
    return f"{text(route, 'metadata', 'namespace')}/{name_of(route)}"


def _created(route: Object) -> str:
    """Return when a route was made, in the one form that the API server writes; comparable as it is."""
    return text(route, "metadata", "creationTimestamp")


def _precedence(route: Object) -> tuple[str, str]:
    return _created(route), _called(route)


def _takes_all(route: Object, other: Object) -> bool:
    """Return whether another route of the hostname is in service on a listener of a route, for every path.

    One with paths of its own shares the hostname on purpose.
    """
    known = all(instant(each, "metadata", "creationTimestamp") for each in (route, other))
    whole = any(_matches_all(rule) for rule in parts(other, "spec", "rules"))
    if kind_of(other) == GRPC:
        # Of routes of both kinds with one hostname a gateway is to accept one alone; many take both.
        whole = not any(_accepted(route, answer) for answer in answers(route))
    return known and whole and bool(shared_hosts(route, other)) and _on_one_listener(route, other)


def _matches_all(rule: Object) -> bool:
    matches = parts(rule, "matches")
    return not matches or any(_is_any_path(match) for match in matches)


def _is_any_path(match: Object) -> bool:
    narrowed = any(match.get(key) for key in ("headers", "queryParams", "method"))
    path = part(match, "path")
    prefix = (text(path, "type") or "PathPrefix", text(path, "value") or "/")
    return not narrowed and prefix == ("PathPrefix", "/")


def _on_one_listener(route: Object, other: Object) -> bool:
    """Return whether a gateway has accepted another route where a route wants to be."""
    wanted = [parent_key(route, ref) for ref in parts(route, "spec", "parentRefs")]
    return any(
        _meet(key, parent_key(other, part(answer, "parentRef")))
        for answer in answers(other)
        for key in wanted
        if _accepted(other, answer)
    )


def _meet(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Return whether two parentRefs name a listener in common; one without a section names all."""
    return all(mine == theirs or not (mine and theirs) for mine, theirs in zip(one, other, strict=True))


def _accepted(route: Object, answer: Object) -> bool:
    said = condition(answer, ACCEPTED)
    return is_current(said, route) and said.get("status") == "True"
