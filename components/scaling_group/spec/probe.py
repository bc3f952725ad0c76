"""Probes, as one text: `tcp`, `http:/path`, `grpc` or `none`, then options after commas.

https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator, Field

from scaling_group.spec.rejection import did_you_mean, reject, shown
from scaling_group.spec.text import check_sendable

#: Option, its default, and its least value: seconds, and a count for failures.
OPTIONS = {"delay": (0, 0), "period": (5, 1), "timeout": (1, 1), "failures": (3, 1)}
MOST = 86_400
_FORMS = "tcp, http:/path, grpc or none, then options: http:/healthz,delay=10,period=5,timeout=1,failures=3"


@dataclass(frozen=True)
class Probe:
    """kind is tcp, http, grpc or none; options hold those of OPTIONS that were given."""

    kind: str
    path: str = ""
    options: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        head = f"http:{self.path}" if self.kind == "http" else self.kind
        given = {key: value for key, value in self.options.items() if value != OPTIONS[key][0]}
        return ",".join([head, *(f"{key}={given[key]}" for key in OPTIONS if key in given)])

    def seconds(self, option: str) -> int:
        return self.options.get(option, OPTIONS[option][0])


def parse_probe(text: str) -> Probe:
    """Return the probe of a text; raises a pydantic error otherwise."""
    head, *rest = text.split(",")
    kind, _, path = head.partition(":")
    if kind not in ("tcp", "http", "grpc", "none"):
        raise reject("probe", f"{shown(text)} is not a probe. Write {_FORMS}.")
    if kind == "http" and not path.startswith("/"):
        raise reject("probe", f"{shown(text)} names no path. Did you mean http:/{path}?")
    if kind != "http" and path:
        raise reject("probe", f"{shown(text)}: a {kind} probe has no path; it asks the group's port.")
    if kind == "none" and rest:
        raise reject("probe", f"{shown(text)}: no probe has no options.")
    options = dict(_option(text, part) for part in rest)
    if len(options) < len(rest):
        raise reject("probe", f"{shown(text)} gives an option twice.")
    return Probe(kind, check_sendable(path), options)


def _option(text: str, part: str) -> tuple[str, int]:
    key, _, value = part.partition("=")
    if key not in OPTIONS:
        known = ", ".join(OPTIONS)
        raise reject("probe", f"{shown(text)}: no option {shown(key)} ({known}).{did_you_mean(key, OPTIONS)}")
    least = OPTIONS[key][1]
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= MOST:
        raise reject("probe", f"{shown(text)}: {key} must be a whole number from {least} to {MOST}.")
    return key, int(value)


#: The canonical text of a Probe.
ProbeText = Annotated[
    str,
    AfterValidator(lambda text: str(parse_probe(text))),
    Field(json_schema_extra={"examples": ["tcp", "http:/healthz,delay=10", "grpc", "none"]}),
]
