"""What an HTTP response to the URL of a group means: who has answered, and what the gateway tells by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from scaling_group.answer import Answer
from scaling_group.masking import masked
from scaling_group.rollout.known_gateways import KnownGateway
from scaling_group.rollout.response import Response

#: Envoy writes it into every response of a backend.
FROM_BACKEND = "x-envoy-upstream-service-time"
#: How Envoy names a backend that it has no connection to, in the body of a 503.
ENVOY_NO_CONNECTION = "upstream connect error"


@dataclass(frozen=True)
class Asked:
    """What is known of a group whose URL was asked.

    waits: what its route still waits for. path: of the URL.
    """

    name: str
    port: int
    waits: str
    known: KnownGateway | None
    path: str = "/"

    @property
    def logs(self) -> str:
        return f"See its logs with: scaling-group logs --name={self.name}"


def answer_of(response: Response, asked: Asked) -> Answer:
    """Return what a response means, without the address that it comes from."""
    status = response.status
    judges: dict[int, Callable[[Response, Asked], Answer | None]] = {
        404: _not_found,
        502: _bad_gateway,
        503: _unavailable,
        504: _timed_out,
    }
    judge = judges.get(status)
    told = judge(response, asked) if judge and FROM_BACKEND not in response.headers else None
    return told or Answer(
        answered=True, stage="", summary=f"it answers {_said(response, asked.path)}", status=status
    )


def phrase(status: int) -> str:
    """Return a status as people write it: 502 Bad Gateway."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _said(response: Response, path: str) -> str:
    said = phrase(response.status)
    if response.status == HTTPStatus.UNAUTHORIZED:
        scheme = response.headers.get("www-authenticate", "").partition(" ")[0]
        return f"{said}: it asks for credentials" + (f" ({scheme})" if scheme else "")
    if 300 <= response.status < 400 and (to := response.headers.get("location")):
        return f"{said}: it leads to {_place(to)}"
    if response.status == HTTPStatus.NOT_FOUND:
        return f"{said}: the application has nothing at {path}"
    return said


def _place(location: str) -> str:
    """Return a URL without its query, which may hold a token."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "a place that is no URL"
    shown = parts._replace(query="", fragment="").geturl()[:200]
    return masked(shown)


def _not_found(response: Response, asked: Asked) -> Answer | None:
    own = asked.known.no_route if asked.known else ()
    body = response.beginning.strip()
    is_gateways = any(body.startswith(text) if text else not body for text in own)
    if not is_gateways and not asked.waits:
        return None
    return Answer(
        answered=False,
        stage="route",
        summary=f"the gateway has no route for this host: it answers {phrase(404)} itself",
        detail=asked.waits,
        resolution="A gateway that was just told of a route may take a while. Otherwise see what it says of "
        f"it: scaling-group get --name={asked.name}",
        status=404,
    )


def _bad_gateway(response: Response, asked: Asked) -> Answer:
    return Answer(
        answered=False,
        stage="backend",
        summary=f"the gateway answers {phrase(response.status)}: it gets no HTTP response from a Pod at port "
        f"{asked.port}",
        detail="The Pod refuses the connection or closes it, speaks another protocol (TLS, HTTP/2 alone), or "
        "a NetworkPolicy keeps the gateway away.",
        resolution=asked.logs,
        status=response.status,
    )


def _unavailable(response: Response, asked: Asked) -> Answer:
    if response.beginning.startswith(ENVOY_NO_CONNECTION):
        return _bad_gateway(response, asked)
    return Answer(
        answered=False,
        stage="backend",
        summary=f"the gateway answers {phrase(503)}: it has no Pod to send the request to",
        detail=f"Of {asked.known.name}: {asked.known.health}." if asked.known and asked.known.health else "",
        resolution=f"See whether Pods are ready: scaling-group get --name={asked.name}",
        status=503,
    )


def _timed_out(_response: Response, asked: Asked) -> Answer:
    return Answer(
        answered=False,
        stage="backend",
        summary=f"the gateway answers {phrase(504)}: no Pod has answered in time",
        detail=f"Of {asked.known.name}: {asked.known.timeout}." if asked.known else "",
        resolution=asked.logs,
        status=504,
    )
