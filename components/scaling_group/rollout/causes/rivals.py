"""Another HTTPRoute of the same hostname gets the requests.

Of two matches that are equal the older route's counts, then the one that is first by namespace and name.
https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaling_group.rollout.fields import Object, condition, instant, is_current, name_of, part, parts, text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.precedence import matches_same, parts_of, path_of
from scaling_group.rollout.route import ACCEPTED, answers, kind_of, parent_key, shared_hosts
from scaling_group.spec.hosts import Host
from scaling_group.spec.route_kinds import HTTP_ROUTE

TAKEN = Cause(
    "hostname-taken",
    "An older HTTPRoute has the same hostname and path on the same listener; or an older route of the other "
    "kind has it (HTTPRoute, GRPCRoute), and the gateway refuses the group's beside it. The other one gets "
    "the requests.",
    "Have the hostname removed from the other route, or create the group under another name.",
    source="https://gateway-api.sigs.k8s.io/guides/api-design/#conflicts, "
    "https://gateway-api.sigs.k8s.io/api-types/grpcroute/, "
    "https://gateway-api.sigs.k8s.io/geps/gep-1016/#cross-serving",
    example="the HTTPRoute demo/chat has the hostname abc123-llm.gw.example.com too, and gets its requests, "
    "since it is older",
    hopeless="at once",
)
SHARED = Cause(
    "hostname-shared",
    "Another HTTPRoute has the same hostname with a longer path, and gets the requests below that.",
    "Nothing, if that is meant. Otherwise have the hostname removed from the other route.",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
    example="the HTTPRoute demo/chat gets the requests to api.example.com/v1, since its path is longer",
    note=True,
)
CAUSES = (TAKEN, SHARED)


def find(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield the routes that come before the group's own, for all that they serve or for a part of it."""
    for route in rollout.seen.routes:
        if found := taken(route, rollout.seen.other_routes):
            yield found
        yield from _shared(route, rollout.seen.other_routes)


def _shared(route: Object, others: Iterable[Object]) -> Iterator[Finding]:
    path = path_of(route)
    for other in others:
        hosts = [Host(host, path) for host in shared_hosts(route, other)]
        found = [each for host in hosts for each in parts_of(other, host)]
        if found and kind_of(other) == HTTP_ROUTE and _on_one_listener(route, other):
            yield Finding(
                SHARED,
                f"the {kind_of(other)} {_called(other)} gets the requests to {', '.join(found)}, since its "
                "path is longer or says more",
                SHARED.advice,
                detail=f"Gateway API gives the longest path precedence; {_called(route)} is for {path}.",
            )


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
    """Return whether another route of the hostname is in service on a listener of a route, for its path.

    One with other paths shares the hostname on purpose.
    """
    known = all(instant(each, "metadata", "creationTimestamp") for each in (route, other))
    whole = matches_same(other, path_of(route))
    if kind_of(other) != kind_of(route):
        # Of routes of both kinds with one hostname a gateway is to accept one alone; many take both.
        whole = not any(_accepted(route, answer) for answer in answers(route))
    return known and whole and bool(shared_hosts(route, other)) and _on_one_listener(route, other)


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
