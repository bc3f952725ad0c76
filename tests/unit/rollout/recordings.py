"""The recordings of tests/states: what a real API server returned, moment by moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import orjson

from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.snapshot_file import snapshot_of

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
    def since_change(self) -> float | None:
        """Seconds since the update of the Deployment, None before it."""
        return self.data.get("secondsSinceChange")

    @cached_property
    def seen(self) -> Snapshot:
        """The recording with a route that is served: there was no gateway."""
        return replace(snapshot_of(self.data), route=served_route())

    @property
    def lags(self) -> bool:
        status = self.deployment.get("status", {})
        return status.get("observedGeneration", 0) < self.deployment["metadata"]["generation"]

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
