"""What is told of other people's clusters: recordings built by hand from public reports, in tests/cases.

pytest tests/unit/rollout/test_cases.py --update-goldens    rewrites what is told; read the diff
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.reports import Verdict
from scaling_group.yaml_text import yaml_text

CASES = Path(__file__).parents[2] / "cases"
GOLDEN = Path(__file__).parents[2] / "golden" / "cases.yaml"
NAMES = sorted(file.stem for file in CASES.glob("*.json"))

#: By case what the first cause is, whether it is hopeless, words that it has, and words that nothing has.
RIGHT = {
    "scale-up-failed": ("scale-up-failed", False, "GCE out of resources", "is being added"),
    "gpu-node-too-small": (
        "unschedulable-memory",
        True,
        "the most that one offers is 30Gi",
        "no node has GPUs",
    ),
    "sandbox-no-address": ("no-pod-addresses", False, "44 attempts", "being created"),
    "gpu-admission-error": ("device-plugin-refuses", False, "node-1", "--memory"),
    "image-disk-full": ("node-disk-full", False, "node-1 has no room", "--image="),
    "nvidia-runtime-missing": ("node-gpu-runtime", False, "node-1", "--entrypoint"),
    "node-not-ready": ("node-lost", False, "since 2026-11-20 10:01:00 UTC", "running but not ready"),
    "readiness-gate": ("readiness-gate", False, "cloud.google.com/load-balancer-neg-ready", "running but"),
    "surge-quota": ("quota-rollout-deadlock", True, "beside the old one", "--memory"),
    "pull-past-deadline": ("image-pulling", False, "for 599 s so far", "scaling-group logs"),
    "sidecar-event-blamed-on-main": ("sidecar-not-ready", False, "istio-proxy", "port 8000 is answered"),
    "webhook-unreachable": (
        "webhook-unreachable",
        False,
        "of Kyverno (Service kyverno/kyverno-svc)",
        "refused",
    ),
    "backend-tls-no-ca": ("backend-tls-policy", False, "BackendTLSPolicy llm-tls", "Available"),
    "backend-tls-conflict": (
        "backend-tls-conflict",
        False,
        "BackendTLSPolicy llm-tls-old",
        "llm-tls is older",
    ),
    "route-reference-not-granted": ("reference-not-granted", False, "Service llm", "update --name"),
    "route-reference-other-grant": ("reference-not-granted", False, "Service models/llm", "update --name"),
    "route-of-one-host": ("hostname-taken", True, "HTTPRoute demo/chat", "route-refused"),
    "gfd-labels": ("gpu-label-other", True, "nvidia.com/gpu.product (NVIDIA-L4)", "GPUs of type"),
}
SERVED = ("route-stale-section", "route-stale-parent", "route-other-controller", "route-accepted-alone")


def told(name: str) -> Verdict:
    return diagnose_recorded(orjson.loads((CASES / f"{name}.json").read_bytes()))


@pytest.mark.parametrize("name", RIGHT)
def test_the_cause_on_somebody_elses_cluster_is_told_first(name: str) -> None:
    category, terminal, words, never = RIGHT[name]
    verdict = told(name)
    first = (*verdict.diagnoses, *verdict.notes)[0]

    assert (first.category, first.terminal) == (category, terminal)
    assert words in first.summary
    assert never not in verdict.model_dump_json()


@pytest.mark.parametrize("name", SERVED)
def test_a_route_is_judged_by_what_answers_its_present_parents(name: str) -> None:
    verdict = told(name)

    assert (verdict.status.value, verdict.diagnoses) == ("Available", ())


def test_every_case_is_told_as_it_was_read(request: pytest.FixtureRequest) -> None:
    read = yaml_text([{name: _in_words(told(name)) for name in NAMES}])
    if request.config.getoption("--update-goldens"):
        GOLDEN.write_text(read, encoding="utf-8")
    assert read == GOLDEN.read_text(encoding="utf-8")


def _in_words(verdict: Verdict) -> dict[str, Any]:
    causes = [
        {key: getattr(each, key) for key in ("category", "summary", "resolution", "terminal")}
        for each in (*verdict.diagnoses, *verdict.notes)
    ]
    return {"status": verdict.status.value, "causes": causes}
