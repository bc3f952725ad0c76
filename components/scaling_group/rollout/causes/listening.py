"""Where a probe looks, what it met there, and where the process says that it listens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scaling_group.rollout.containers import Container
from scaling_group.rollout.fields import field, number, part, parts, text
from scaling_group.rollout.pods import Pod

#: Words before an address in the logs of servers: uvicorn, gunicorn, Flask, http.server, Node, Go, Java.
LISTENING = re.compile(
    r"(?:listen(?:ing|s)?|running|serving|started|bound|binding|available|accepting connections)\b"
    r"[^\n]{0,60}?(?:"
    r"(?:https?|tcp|grpc)://(?P<host1>\[[0-9a-f:]*\]|[\w.-]+):(?P<port1>\d{1,5})"
    r"|(?<![\w.])(?P<host2>\[[0-9a-f:]*\]|\d+\.\d+\.\d+\.\d+|localhost|\*)?:(?P<port2>\d{2,5})\b(?!:)"
    r"|(?P<host3>\d+\.\d+\.\d+\.\d+|localhost)?[ ,]*\bport(?:\(s\))?[ :=]+(?P<port3>\d{2,5})\b"
    r")",
    re.IGNORECASE,
)
LOOPBACK = ("127.", "localhost", "[::1]")
#: Forms of what a probe met, in this order.
MET = (
    ("status", re.compile(r"statuscode: (?P<code>\d+)")),
    ("refused", re.compile(r"connection refused")),
    ("timeout", re.compile(r"timeout|deadline exceeded|timed out", re.IGNORECASE)),
    ("grpc", re.compile(r"does not implement the grpc health protocol")),
)


@dataclass(frozen=True)
class Address:
    """Where a process says that it listens; host is empty where it names none."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        return self.host.startswith(LOOPBACK)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.host else f"port {self.port}"


@dataclass(frozen=True)
class Failure:
    """What a probe asks for and what it met: status (with code), refused, timeout, grpc or other."""

    met: str
    port: int
    path: str
    message: str
    count: int
    code: int = 0

    def __str__(self) -> str:
        where = f"port {self.port}" if self.port else "its port"
        asked = f"GET {self.path} on {where}" if self.path else where
        return {
            "status": f"GET {self.path or '/'} on {where} is answered with {self.code}",
            "refused": f"nothing accepts connections on {where}",
            "timeout": f"{asked} does not answer in time",
            "grpc": f"the server on {where} does not implement the gRPC health protocol",
        }.get(self.met, f"{asked} fails: {self.message[-120:] or 'no reason is given'}")


def probe_failure(pod: Pod, container: Container, kind: str) -> Failure:
    """Return how a probe (readiness, liveness, startup) failed last."""
    probe = part(container.spec, f"{kind}Probe")
    event = pod.event("Unhealthy", f"{kind.capitalize()} probe", container=container.name)
    message = event.message.partition(": ")[2] if event else ""
    met, code = _met(message)
    path = text(probe, "httpGet", "path")
    return Failure(met, _port(container, probe), path, message, event.count if event else 0, code)


def _met(message: str) -> tuple[str, int]:
    for met, form in MET:
        if found := form.search(message):
            return met, int(found.groupdict().get("code") or 0)
    return "other", 0


def _port(container: Container, probe: object) -> int:
    """Return the port of a probe, which may be given by name; 0 where there is none."""
    for kind in ("tcpSocket", "httpGet", "grpc"):
        port = field(probe, kind, "port")
        if isinstance(port, int):
            return port
        for named in parts(container.spec, "ports"):
            if port and port == named.get("name"):
                return number(named, "containerPort")
    return 0


def listens_elsewhere(log: str, port: int) -> Address | None:
    """Return where the process says it listens, None where it says nothing or the right thing."""
    found = [_address(match) for match in LISTENING.finditer(log)]
    if not port or any(a.port == port and not a.loopback for a in found):
        return None
    return next((a for a in found if a.port == port), found[-1] if found else None)


def _address(match: re.Match[str]) -> Address:
    groups = match.groupdict()
    host = next((groups[key] for key in ("host1", "host2", "host3") if groups[key]), "")
    return Address(host, int(next(groups[key] for key in ("port1", "port2", "port3") if groups[key])))
