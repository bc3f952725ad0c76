"""Hostnames of a group beside its own, each for all paths or for those below one.

https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from scaling_group.spec.names import check_subdomain
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.syntax import LongSyntaxOf, ShortSyntax

#: Path of a host that is not shared.
EVERYTHING = "/"
#: A route has 16 hostnames at most, and the group's own is one of them.
MOST = 15
LONGEST_PATH = 1024
_PATH = r"/(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})*"
#: What a gateway would read as another path than it says.
_AMBIGUOUS = r"//|/\.{1,2}(?:/|$)|%2[fF]"
_FORMS = "api.example.com, or api.example.com/v1 for the paths below /v1"


@dataclass(frozen=True)
class Host(ShortSyntax):
    """A hostname, and the beginning of the paths that it is for: whole parts, so /v1 is not /v10."""

    LONG = LongSyntaxOf("HostFields")
    TEXT: ClassVar[dict[str, Any]] = {"examples": ["api.example.com", "api.example.com/v1"]}

    host: str
    path: str = EVERYTHING

    def __str__(self) -> str:
        return f"{self.host}{self.path}" if self.path != EVERYTHING else self.host

    @property
    def url(self) -> str:
        return f"https://{self}"

    @classmethod
    def parse(cls, text: str) -> Self:
        scheme, found, _ = text.partition("://")
        if found:
            raise reject("host", f"{shown(text)}: leave {scheme}:// out; groups are served over HTTPS alone.")
        host, slash, path = text.partition("/")
        return cls(legal_host(host), legal_path(f"{slash}{path}" or EVERYTHING))


def legal_host(host: str) -> str:
    if host.startswith("*"):
        raise reject("host", f"{shown(host)} stands for many hosts; name each one.")
    name, colon, port = host.partition(":")
    if colon and port.isdecimal():
        raise reject("host", f"{shown(host)}: the listener decides on the port; write {name}.")
    if not host:
        raise reject("host", f"names no host. Write {_FORMS}.")
    if re.fullmatch(r"[0-9.]+", host):
        raise reject("host", f"{shown(host)} is an address; a route knows hosts by their names alone.")
    return check_subdomain(host)


def legal_path(path: str) -> str:
    if len(path) > LONGEST_PATH:
        raise reject("host", f"a path of {len(path)} characters; at most {LONGEST_PATH}.")
    if "?" in path or "#" in path:
        raise reject(
            "host", f"{shown(path)}: requests are told apart by their paths; leave out what follows."
        )
    if not re.fullmatch(_PATH, path) or re.search(_AMBIGUOUS, path):
        raise reject("host", f"{shown(path)} is not the beginning of a path like /v1.")
    # Gateways take /v1/ and /v1 for the same beginning.
    return path.rstrip("/") or EVERYTHING


def check_hosts(hosts: Sequence[Host]) -> None:
    """Raise a pydantic error where a route cannot hold the hostnames of a group, or has one twice."""
    if repeated := sorted({str(each) for each in hosts if hosts.count(each) > 1}):
        raise reject("hostnames", f"{', '.join(repeated)} is given twice.")
    if len(hosts) > MOST:
        raise reject("hostnames", f"are {len(hosts)}; at most {MOST} beside the group's own.")
