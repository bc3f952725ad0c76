"""Probes, as one text: `tcp`, `http:/path`, `grpc` or `none`, then options after commas.

https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from scaling_group.errors import did_you_mean
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.syntax import LongSyntaxOf, ShortSyntax
from scaling_group.spec.text import check_sendable

#: Option, its default, and its least value: seconds, and a count for failures.
OPTIONS = {"delay": (0, 0), "period": (5, 1), "timeout": (1, 1), "failures": (3, 1)}
MOST = 86_400
_FORMS = "tcp, http:/path, grpc or none, then options: http:/healthz,delay=10,period=5,timeout=1,failures=3"


@dataclass(frozen=True)
class Probe(ShortSyntax):
    """kind is tcp, http, grpc or none; the options are seconds, and a count for failures."""

    LONG = LongSyntaxOf("ProbeFields")
    TEXT: ClassVar[dict[str, Any]] = {"examples": ["tcp", "http:/healthz,delay=10", "grpc", "none"]}

    kind: str
    path: str = ""
    delay: int = OPTIONS["delay"][0]
    period: int = OPTIONS["period"][0]
    timeout: int = OPTIONS["timeout"][0]
    failures: int = OPTIONS["failures"][0]

    def __str__(self) -> str:
        head = f"http:{self.path}" if self.kind == "http" else self.kind
        return ",".join([head, *(f"{key}={value}" for key, value in self.changed_options().items())])

    def changed_options(self) -> dict[str, int]:
        """Return the options that are not at their default."""
        given = {key: int(getattr(self, key)) for key in OPTIONS}
        return {key: value for key, value in given.items() if value != OPTIONS[key][0]}

    @classmethod
    def parse(cls, text: str) -> Self:
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
        return cls(kind, check_sendable(path), **options)


def _option(text: str, part: str) -> tuple[str, int]:
    key, _, value = part.partition("=")
    if key not in OPTIONS:
        known = ", ".join(OPTIONS)
        raise reject("probe", f"{shown(text)}: no option {shown(key)} ({known}).{did_you_mean(key, OPTIONS)}")
    least = OPTIONS[key][1]
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= MOST:
        raise reject("probe", f"{shown(text)}: {key} must be a whole number from {least} to {MOST}.")
    return key, int(value)
