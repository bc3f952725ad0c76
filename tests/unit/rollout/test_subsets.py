"""Whatever part of a recording somebody sends: it is judged, never as well where the whole is not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.records import Status
from scaling_group.reports import Verdict
from scaling_group.rollout.deployment_status import rollout_step
from scaling_group.rollout.snapshot_file import LISTS, SINGLES
from scaling_group.rollout.status import judge
from tests.unit.rollout.recordings import SCENARIOS, Moment, every_moment, moments

CASES = sorted((Path(__file__).parents[2] / "cases").glob("*.json"))
#: Subsets of each recording, beside those that lack one object or all of a kind.
DRAWN = 15


def recordings() -> dict[str, dict[str, Any]]:
    """Return a recording of each kind: every case, the last moment of every scenario, and each moment at
    which a Deployment reads complete and its group is not well.
    """
    cases = {file.stem: orjson.loads(file.read_bytes()) for file in CASES}
    last = {name: moments(name)[-1].data for name in SCENARIOS}
    return cases | last | {str(each): each.data for each in every_moment() if _only_seems_well(each)}


def _only_seems_well(moment: Moment) -> bool:
    return rollout_step(moment.deployment).complete and judge(moment.seen).status is Status.DEGRADED


RECORDINGS = recordings()


def subsets(data: dict[str, Any], seed: str) -> Iterator[dict[str, Any]]:
    """Yield parts of a recording that still have its Deployment."""
    draw = random.Random(seed)  # noqa: S311 - nothing here is a secret
    for at, one in enumerate(objects := list(_objects(data))):
        yield _without(data, {at})
        yield _without(data, {n for n, each in enumerate(objects) if each[1] == one[1]})
    for _ in range(DRAWN):
        yield _without(data, {n for n in range(len(objects)) if draw.random() < draw.random()})


def _objects(data: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield where an object is, its kind, and the object; all but the Deployment, and but what others have
    made, of which nothing in the group's own objects tells.
    """
    if "items" in data:
        yield from (("items", o["kind"], o) for o in data["items"] if not _always(o))
        return
    for key, _, kind in LISTS:
        yield from ((key, kind, each) for each in data.get(key) or ())
    yield from ((key, kind, data[key]) for key, _, kind in SINGLES if data.get(key))
    yield from (("logs", "Log", pod) for pod in data.get("logs", ()))


def _always(found: dict[str, Any]) -> bool:
    others = found["kind"] == "HTTPRoute" and found["metadata"]["namespace"] == "demo"
    return found["kind"] in ("Deployment", "BackendTLSPolicy") or others


def _without(data: dict[str, Any], gone: set[int]) -> dict[str, Any]:
    left = {key: value for key, value in data.items() if key != "logs"}
    dropped = [(key, one) for at, (key, _, one) in enumerate(_objects(data)) if at in gone]
    for key in {key for key, _ in dropped}:
        lost = [one for where, one in dropped if where == key]
        if isinstance(data[key], list):
            left[key] = [each for each in data[key] if not any(each is one for one in lost)]
        elif key != "logs":
            del left[key]
    logs = {pod: said for pod, said in data.get("logs", {}).items() if ("logs", pod) not in dropped}
    return left | ({"logs": logs} if logs else {})


def waited_for(verdict: Verdict) -> set[str]:
    return {cause.category for cause in verdict.diagnoses if not cause.terminal}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_part_of_a_recording_says_less_and_nothing_worse(name: str) -> None:
    whole = diagnose_recorded(RECORDINGS[name])

    for part in subsets(RECORDINGS[name], name):
        verdict = diagnose_recorded(part)
        kinds = [kind for _, kind, _ in _objects(part)]
        assert whole.status is Status.AVAILABLE or verdict.status is not Status.AVAILABLE, kinds
        given_up = {cause.category for cause in verdict.diagnoses if cause.terminal}
        assert not given_up & (waited_for(whole) - {"progress-deadline"}), kinds
