"""The engine's event stream: progress lines while it runs, and its errors once each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

_COLOUR = re.compile(r"<\{%.*?%\}>")
#: Steps of the engine that are told.
_DOING = {
    "create": "creating",
    "update": "updating",
    "delete": "deleting",
    "create-replacement": "replacing",
}
#: The engine's own summary line; what failed stands in an event of its own.
_SUMMARY = re.compile(r"^(update|destroy|preview|refresh) failed$")


class EventLog:
    """Receives events as JSON; `report` is told of each step, `errors` holds each error once.

    https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
    """

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self.errors: list[str] = []

    def __call__(self, text: str) -> None:
        try:
            event = orjson.loads(text)
        except orjson.JSONDecodeError:
            return
        step = _part(_part(event, "resourcePreEvent"), "metadata")
        kind = str(step.get("type", ""))
        verb = _DOING.get(str(step.get("op", "")))
        if verb and kind.startswith("kubernetes:"):
            self._report(f"{verb} {kind.rpartition(':')[2]}")
        said = _part(event, "diagnosticEvent")
        if said.get("severity") == "error":
            self._error(str(said.get("message", "")))

    def _error(self, message: str) -> None:
        text = _COLOUR.sub("", message).strip()
        # The API server's refusal comes again with every retry and once more as a summary.
        if text and not _SUMMARY.match(text) and not any(text in known for known in self.errors):
            self.errors = [known for known in self.errors if known not in text] + [text]


def _part(value: Any, key: str) -> dict[str, Any]:
    part = value.get(key) if isinstance(value, dict) else None
    return part if isinstance(part, dict) else {}
