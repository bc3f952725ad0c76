"""The engine's event stream: progress lines while it runs, and its errors once each."""

from __future__ import annotations

import re
from collections.abc import Callable

from pulumi.automation.events import EngineEvent, OpType

_COLOUR = re.compile(r"<\{%.*?%\}>")
_DOING = {
    OpType.CREATE: "creating",
    OpType.UPDATE: "updating",
    OpType.DELETE: "deleting",
    OpType.CREATE_REPLACEMENT: "replacing",
}
#: The engine's own summary line; what failed stands in an event of its own.
_SUMMARY = re.compile(r"^(update|destroy|preview|refresh) failed$")


class EventLog:
    """Receives events; `report` is told of each step, `errors` holds each error once."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self.errors: list[str] = []

    def __call__(self, event: EngineEvent) -> None:
        if event.resource_pre_event:
            self._step(event.resource_pre_event.metadata)
        if event.diagnostic_event and event.diagnostic_event.severity == "error":
            self._error(str(event.diagnostic_event.message))

    def _step(self, metadata: object) -> None:
        op = getattr(metadata, "op", None)
        verb = _DOING.get(op) if isinstance(op, OpType) else None
        kind = str(getattr(metadata, "type", "")).rpartition(":")[2]
        if verb and str(getattr(metadata, "type", "")).startswith("kubernetes:"):
            self._report(f"{verb} {kind}")

    def _error(self, message: str) -> None:
        text = _COLOUR.sub("", message).strip()
        # The API server's refusal comes again with every retry and once more as a summary.
        if text and not _SUMMARY.match(text) and not any(text in known for known in self.errors):
            self.errors = [known for known in self.errors if known not in text] + [text]
