"""Which of several routes of one hostname gets a request.

The route with the longest path, and of two equal matches that of the older route.
https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
"""

from __future__ import annotations

from scaling_group.rollout.fields import Object, part, parts, text, texts
from scaling_group.spec.hosts import EVERYTHING, Host

#: What narrows a match beside its path.
NARROWED = ("headers", "queryParams", "method")


def path_of(route: Object) -> str:
    """Return the beginning of paths that a route of ours is for."""
    rules = parts(route, "spec", "rules")
    matches = parts(rules[0], "matches") if rules else []
    return _path(matches[0])[1] if matches else EVERYTHING


def has_host(route: Object, host: str) -> bool:
    return host.lower() in {each.lower() for each in texts(route, "spec", "hostnames")}


def matches_same(route: Object, path: str) -> bool:
    """Return whether a route takes every request below a path by a match that is equal to it."""
    return any(not _is_narrowed(each) and _path(each) == ("PathPrefix", path) for each in _matches(route))


def parts_of(route: Object, host: Host) -> list[str]:
    """Return which requests of a host a route gets before one that is for the host's path."""
    if not has_host(route, host.host):
        return []
    return [_said(host.host, each) for each in _matches(route) if _comes_first(each, host.path)]


def surrounds(route: Object, host: Host) -> bool:
    """Return whether a route has got the requests of a host so far, by a shorter path."""
    paths = (_path(each) for each in _matches(route) if not _is_narrowed(each))
    wider = (value for kind, value in paths if kind == "PathPrefix" and value != host.path)
    return has_host(route, host.host) and any(_is_below(host.path, value) for value in wider)


def _comes_first(match: Object, path: str) -> bool:
    kind, value = _path(match)
    if kind == "RegularExpression":
        # Gateways differ in when they ask one.
        return True
    return _is_below(value, path) and (kind != "PathPrefix" or value != path or _is_narrowed(match))


def _is_below(path: str, beginning: str) -> bool:
    return beginning in (EVERYTHING, path) or path.startswith(f"{beginning}/")


def _is_narrowed(match: Object) -> bool:
    return any(match.get(key) for key in NARROWED)


def _matches(route: Object) -> list[Object]:
    """Return every match of a route; a rule without one takes every path, as does a route without a rule."""
    rules = parts(route, "spec", "rules") or [{}]
    return [match for rule in rules for match in (parts(rule, "matches") or [{}])]


def _path(match: Object) -> tuple[str, str]:
    path = part(match, "path")
    value = text(path, "value") or EVERYTHING
    return text(path, "type") or "PathPrefix", value.rstrip("/") or EVERYTHING


def _said(host: str, match: Object) -> str:
    kind, value = _path(match)
    where = f"{host}{value}" if value != EVERYTHING or kind == "Exact" else host
    how = {"Exact": " alone", "RegularExpression": " (a regular expression)"}.get(kind, "")
    only = " (of some methods, headers or queries)" if _is_narrowed(match) else ""
    return f"{where}{how}{only}"
