"""What is said of every recorded moment, against sentences that a person has read.

pytest tests/unit/rollout/test_goldens.py --update-goldens    rewrites them; read the diff
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scaling_group.records import Diagnosis
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.status import judge
from scaling_group.yaml_text import yaml_text
from tests.unit.rollout.recordings import SCENARIOS, Moment, moments

GOLDEN = Path(__file__).parents[2] / "golden" / "diagnoses"

#: By scenario the category, the first moment at which it is said, and at which it is hopeless.
TOLD = {
    "bad-command": ("missing-command", "003-1.4s", "003-1.4s"),
    "bad-update": ("registry-unknown", "009-7.1s", "009-7.1s"),
    "crash-loop": ("crash-loop", "002-1.5s", "004-2.5s"),
    "exits-zero": ("process-finishes", "004-2s", "005-2.6s"),
    "flapping": ("flapping", "005-9.6s", "007-18.6s"),
    "gpu-rollout-deadlock": ("gpu-rollout-deadlock", "006-7.4s", "007-82.3s"),
    "image-not-found": ("registry-unknown", "002-1.4s", "002-1.4s"),
    "invalid-image-name": ("invalid-image-name", "002-1.4s", "002-1.4s"),
    "listens-on-loopback": ("not-ready-refused", "004-60.1s", ""),
    "liveness-kill-loop": ("liveness-kills", "003-6.4s", "006-24.7s"),
    "missing-secret": ("missing-secret", "003-1.5s", "003-1.5s"),
    "missing-service-account": ("missing-service-account", "000-0.2s", "000-0.2s"),
    "oom-killed": ("out-of-memory", "004-3.8s", "006-4.6s"),
    "paused": ("paused", "008-6.5s", "008-6.5s"),
    "pod-security-restricted": ("pod-security", "000-0.2s", "000-0.2s"),
    "progress-deadline": ("not-ready-refused", "002-10.8s", ""),
    "quota-exceeded": ("quota-exceeded", "000-0.1s", "000-0.1s"),
    "readiness-failing": ("not-ready-refused", "002-60.2s", ""),
    "readiness-http-404": ("not-ready-status", "003-60.4s", ""),
    "unbound-pvc": ("missing-storage-class", "000-0.1s", "000-0.1s"),
    "unschedulable-cpu": ("unschedulable-cpu", "000-0.1s", ""),
    "unschedulable-gpu-selector": ("gpu-type-absent", "000-0.1s", ""),
}
WELL = ("good-update", "healthy", "scaled-to-zero", "slow-start")


def test_every_scenario_has_its_expectation() -> None:
    assert sorted([*TOLD, *WELL]) == SCENARIOS


@pytest.mark.parametrize("scenario", TOLD)
def test_a_cause_is_told_first_from_its_moment_on_and_given_up_when_it_is_hopeless(scenario: str) -> None:
    category, told, hopeless = TOLD[scenario]
    files = [moment.file.partition("/")[2] for moment in moments(scenario)]
    first = files.index(told)
    vain = files.index(hopeless) if hopeless else len(files)

    for at, moment in enumerate(moments(scenario)):
        found = diagnose(moment.seen)
        assert [d.category for d in found[:1]] == ([category] if at >= first else []), str(moment)
        # What runs at the moment may go on to, however often it has ended before.
        in_vain = at >= vain and not _runs(moment)
        assert [d.terminal for d in found[:1]] == ([in_vain] if at >= first else []), str(moment)


def _runs(moment: Moment) -> bool:
    """Return whether a container of the newest pods runs."""
    return any(c.running for pod in ObservedRollout(moment.seen).pods for c in pod.containers)


@pytest.mark.parametrize("scenario", WELL)
def test_nothing_is_wrong_with_what_comes_up(scenario: str) -> None:
    assert not [str(moment) for moment in moments(scenario) if diagnose(moment.seen)]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_moment_is_told_as_it_was_read(scenario: str, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / f"{scenario}.yaml"
    told = yaml_text([[_told(moment) for moment in moments(scenario)]])
    if request.config.getoption("--update-goldens"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


def _told(moment: Moment) -> dict[str, Any]:
    judged = judge(moment.seen)
    told: dict[str, Any] = {"moment": moment.file.partition("/")[2], "status": judged.status.value}
    if judged.reason:
        told["reason"] = judged.reason
    if judged.diagnoses:
        told["diagnoses"] = [_in_words(diagnosis) for diagnosis in judged.diagnoses]
    return told


def _in_words(diagnosis: Diagnosis) -> dict[str, Any]:
    data = diagnosis.model_dump(mode="json")
    return {key: value for key, value in data.items() if value is not None}
