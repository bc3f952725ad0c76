"""The recordings of tests/states: what a real API server returned, moment by moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

STATES = Path(__file__).parents[2] / "states"
SCENARIOS = sorted(folder.name for folder in STATES.iterdir())


@dataclass(frozen=True)
class Moment:
    """One file: the state of a namespace at one moment of the store."""

    file: str
    data: dict[str, Any]

    @property
    def deployment(self) -> dict[str, Any]:
        return self.data["deployment"]

    @property
    def pods(self) -> list[dict[str, Any]]:
        return self.data["pods"]

    @property
    def since_change(self) -> float | None:
        """Seconds since the update of the Deployment, None before it."""
        return self.data.get("secondsSinceChange")

    @property
    def lags(self) -> bool:
        status = self.deployment.get("status", {})
        return status.get("observedGeneration", 0) < self.deployment["metadata"]["generation"]

    @property
    def containers(self) -> list[dict[str, Any]]:
        """Container statuses of the pods that are to stay."""
        stay = [pod for pod in self.pods if not pod["metadata"].get("deletionTimestamp")]
        return [status for pod in stay for status in pod["status"].get("containerStatuses", ())]

    def __str__(self) -> str:
        return self.file


@cache
def moments(scenario: str) -> tuple[Moment, ...]:
    """Return every moment of a scenario, in order."""
    files = sorted((STATES / scenario).glob("*.json"))
    return tuple(Moment(f"{scenario}/{file.stem}", orjson.loads(file.read_bytes())) for file in files)


def every_moment() -> list[Moment]:
    return [moment for scenario in SCENARIOS for moment in moments(scenario)]


def served_route() -> dict[str, Any]:
    """Return an HTTPRoute that its gateway serves."""
    conditions = [
        {"type": kind, "status": "True", "reason": kind, "observedGeneration": 1}
        for kind in ("Accepted", "ResolvedRefs")
    ]
    parent = {
        "controllerName": "example.com/gateway",
        "parentRef": {"name": "gateway", "namespace": "gateway-system", "sectionName": "https"},
        "conditions": conditions,
    }
    return {"metadata": {"name": "x", "generation": 1}, "status": {"parents": [parent]}}
