"""Ask the URL of a group once, as a client would, and say where the request stops."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from scaling_group.answer import Answer
from scaling_group.at_once import at_once
from scaling_group.check_result import Outcome
from scaling_group.errors import NotFound
from scaling_group.manifests.route import route_name
from scaling_group.operations.checks.check import CheckFinding
from scaling_group.operations.checks.host import LOCAL, certificate_finding
from scaling_group.operations.context import Context
from scaling_group.operations.evidence import gateway_and_class, other_routes
from scaling_group.operations.gather import AnyObject, read_one
from scaling_group.operations.observed import Origin, known_group
from scaling_group.operations.protocols import ClusterReader, Network
from scaling_group.records import Record, now
from scaling_group.rollout.answering import Asked, answer_of
from scaling_group.rollout.attachment import GatewayView, attachment_to
from scaling_group.rollout.causes.rivals import taken
from scaling_group.rollout.certificate import ServedCertificate
from scaling_group.rollout.fields import number
from scaling_group.rollout.finding import Finding
from scaling_group.rollout.known_gateways import known_gateway
from scaling_group.rollout.route import route_step
from scaling_group.spec.hosts import Host
from scaling_group.spec.route_kinds import HTTP_ROUTE, route_kind

#: The port of a URL that names none.
HTTPS = 443
#: Addresses that are tried, each for five seconds at most.
TRIED = 3
#: Between two requests, while a gateway learns of a route.
PAUSE_SECONDS = 1.0


def probe(context: Context, name: str, *, patience: float = 0) -> Answer:
    """Return whether the URLs of a group answer, asked once from this machine; raises NotFound.

    The answer is that of its own hostname, or of the first URL that does not answer. patience: for so many
    seconds it is asked again while the gateway has no route or no Pod yet.
    """
    known = known_group(context, name)
    if known.origin is Origin.DELETED:
        raise NotFound(f"{name} is deleted, so it has no URL")
    ends = time.monotonic() + patience
    while True:
        answer = ask(context.cluster, context.network, known.record).first
        settled = answer.category or answer.stage not in ("route", "backend")
        if settled or time.monotonic() >= ends:
            return answer
        context.report(f"{name}: {answer.summary}")
        time.sleep(PAUSE_SECONDS)


@dataclass(frozen=True)
class Probed:
    """answers: by host, the group's own first.

    certificates: the DNS names of the certificate that was shown by hostname, none where nobody has seen it.
    other_routes: HTTPRoutes of others with a hostname of the group.
    """

    answers: Mapping[Host, Answer]
    certificates: Mapping[str, tuple[str, ...]]
    other_routes: Sequence[AnyObject]

    @property
    def answer(self) -> Answer:
        """Of the group's own hostname."""
        return next(iter(self.answers.values()))

    @property
    def further(self) -> dict[str, Answer]:
        """By URL, of the other hostnames."""
        own = next(iter(self.answers))
        return {host.url: answer for host, answer in self.answers.items() if host != own}

    @property
    def first(self) -> Answer:
        """The first that is none, or of the group's own hostname."""
        return next((each for each in self.answers.values() if not each.answered), self.answer)


def ask(cluster: ClusterReader, network: Network, record: Record) -> Probed:
    """Return whether the URLs of a group answer, each asked once through the Gateway's address.

    Raises NotFound where it has none.
    """
    if not record.hosts:
        raise NotFound(
            f"{record.name} is private, so it has no URL",
            detail=f"Workloads of the cluster reach it at {record.address}.",
        )
    gateway, gateway_class = gateway_and_class(cluster, record)
    kind = route_kind(record.spec, record.environment)
    view = GatewayView(attachment_to(record.environment, record.name, kind=kind), gateway, gateway_class)
    others = other_routes(cluster, record)
    one = partial(_ask_host, cluster, network, record, view, others)
    told = at_once({host: partial(one, host) for host in record.hosts})
    answers = {host: answer for host, (answer, _) in told.items()}
    names = {host.host: seen for host, (_, seen) in reversed(told.items())}
    return Probed(answers, names, others)


def _ask_host(
    cluster: ClusterReader,
    network: Network,
    record: Record,
    view: GatewayView,
    others: Sequence[AnyObject],
    host: Host,
) -> tuple[Answer, tuple[str, ...]]:
    """Return whether one URL answers, and the DNS names of the certificate that was shown."""
    name = route_name(record.name, host.path)
    kind = view.wanted.kind if name == record.name else HTTP_ROUTE
    route = read_one(cluster, kind, record.environment.namespace, name)
    further = name if name != record.name else ""
    waits = "" if route is None else route_step(route, further, kind=kind).message
    asked = Asked(record.name, record.spec.port, waits, known_gateway(view.controller), host.path)
    request = _Request(network, replace(view, wanted=view.wanted.for_host(host.host)), asked)
    return _of_group(request.answer(), taken(route or {}, others)), request.names


def _of_group(answer: Answer, rival: Finding | None) -> Answer:
    """Return an answer, which is not the group's where another route gets its requests."""
    if rival is None or answer.stage not in ("", "route", "backend"):
        return answer
    return answer.model_copy(
        update={
            "answered": False,
            "stage": "route",
            "category": rival.cause.category,
            "summary": rival.said,
            "detail": f"{rival.detail}\nIts URL asked from here: {answer.summary}.",
            "resolution": rival.resolution,
        }
    )


@dataclass
class _Request:
    """One request. names: DNS names of the certificate, once it is seen."""

    network: Network
    view: GatewayView
    asked: Asked
    names: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        return self.view.wanted.host

    def answer(self) -> Answer:
        resolved = self.network.addresses(self.host)
        targets, port = self._targets(resolved)
        unknown = not resolved and not self.host.endswith(LOCAL)
        if not targets:
            return self._no_name("", "the Gateway reports no address")
        found = self._past_dns(targets, port)
        if unknown:
            return self._no_name(found.address, f"asked at {found.address or 'its address'}: {found.summary}")
        return found

    def _targets(self, resolved: Sequence[str]) -> tuple[list[str], int]:
        """Return where a client ends up: at the Gateway, or at what stands before it."""
        gateway = self.view.addresses
        own = {address for name in gateway for address in (name, *self.network.addresses(name))}
        if gateway and (not resolved or self.host.endswith(LOCAL) or own.intersection(resolved)):
            return gateway[:TRIED], number(self.view.listener, "port", default=HTTPS)
        return list(resolved[:TRIED]), HTTPS

    def _no_name(self, address: str, past: str) -> Answer:
        record = self.host if self.view.wanted.further else f"*.{self.host.partition('.')[2]}"
        to = ", ".join(self.view.addresses) or "the Gateway"
        return Answer(
            answered=False,
            stage="dns",
            summary=f"{self.host} does not resolve on this machine",
            detail=f"{past[:1].upper()}{past[1:]}.",
            resolution=f"Make a DNS record {record} that points to {to}.",
            address=address,
        )

    def _past_dns(self, targets: Sequence[str], port: int) -> Answer:
        refused = []
        for address in targets:
            try:
                self.network.connect(address, port)
            except OSError as error:
                refused.append(f"{address} port {port}: {_reason(error)}")
                continue
            found = self._past_connection(address, port)
            return found.model_copy(update={"address": f"{address}:{port}"})
        return Answer(
            answered=False,
            stage="connect",
            summary=f"nothing accepts a connection at {refused[0]}",
            detail="\n".join(refused[1:]),
            resolution="Check that the gateway's Pods or its load balancer run, that this machine may reach "
            f"the address, and what the Gateway reports: {self.view.wanted.show}",
            address=f"{targets[0]}:{port}",
        )

    def _past_connection(self, address: str, port: int) -> Answer:
        try:
            shown = self.network.certificate(address, port, self.host)
        except OSError as error:
            return Answer(
                answered=False,
                stage="tls",
                summary=f"no TLS connection for {self.host} at {address} port {port}: {_reason(error)}",
                resolution="Check that the listener terminates HTTPS and has a certificate for the host: "
                f"{self.view.wanted.show}",
            )
        self.names = shown.names
        fault = _fault(shown, certificate_finding(shown, self.view.wanted, now()))
        answer = self._response(address, port, verified=fault is None)
        if fault is None:
            return answer
        past = f"Without this check: {answer.summary}."
        return fault.model_copy(update={"detail": "\n".join(filter(None, (fault.detail, past)))})

    def _response(self, address: str, port: int, *, verified: bool) -> Answer:
        try:
            response = self.network.request(address, port, self.host, self.asked.path, verified=verified)
        except OSError as error:
            timeout = f"Of {self.asked.known.name}: {self.asked.known.timeout}." if self.asked.known else ""
            return Answer(
                answered=False,
                stage="backend",
                summary=f"there is no HTTP response from {address} port {port}: {_reason(error)}",
                detail=timeout,
                resolution=self.asked.logs,
            )
        return answer_of(response, self.asked)


def _fault(shown: ServedCertificate, found: CheckFinding) -> Answer | None:
    """Return why a client refuses the certificate, None where it does not."""
    if found.outcome is not Outcome.FAILED and not shown.untrusted:
        return None
    until = f" until {shown.expires:%Y-%m-%d}" if shown.expires else ""
    names = f"It is for {', '.join(shown.names)}" if shown.names else ""
    signed = f"signed by {shown.issuer}" if shown.issuer else ""
    detail = ", ".join(filter(None, (names, signed, shown.untrusted or shown.fault)))
    return Answer(
        answered=False,
        stage="tls",
        category=found.category,
        summary=found.summary,
        detail=f"{detail}{until and f', valid{until}'}.",
        resolution=found.resolution,
    )


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
