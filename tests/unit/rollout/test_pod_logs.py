"""What `kubectl logs` has printed, beside the objects: whose log it is, and that its last lines are read."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scaling_group.client.recorded import read_recorded
from scaling_group.errors import InvalidInput
from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.reports import Verdict
from scaling_group.rollout.pod_logs import LARGEST_LOG
from scaling_group.rollout.recorded import documents_of

CASE = Path(__file__).parents[2] / "cases" / "vllm-cuda-memory.json"
POD = "llm-6f9d7c5b88-a"
RECORDED: dict[str, Any] = json.loads(CASE.read_bytes())
LOG: str = RECORDED.pop("logs")[POD]
WITHOUT = "flapping"
FOUND = "gpu-out-of-memory"


def pods(*names: str, ended: bool = True) -> dict[str, Any]:
    """Return the recording with more pods like its own, which have ended or run."""
    data = deepcopy(RECORDED)
    for name in names:
        pod = deepcopy(data["pods"][0])
        pod["metadata"]["name"] = name
        if not ended:
            pod["status"]["containerStatuses"][0] |= {
                "restartCount": 0,
                "state": {"running": {}},
                "ready": True,
            }
            pod["status"]["containerStatuses"][0].pop("lastState", None)
        data["pods"].append(pod)
    return data


def told(tmp_path: Path, log: str, name: str = "log", data: dict[str, Any] = RECORDED) -> Verdict:
    (tmp_path / "pods.json").write_text(json.dumps(data))
    (tmp_path / name).write_text(log, errors="surrogateescape")
    return diagnose_recorded(*read_recorded(tmp_path / "pods.json", tmp_path / name))


@pytest.mark.parametrize(
    "log",
    [
        LOG,
        "INFO:     Started server process [1]\nINFO:     Waiting for application startup.\n" + LOG,
        '{"level": "info", "msg": "starting"}\nTraceback (most recent call last):\n' + LOG,
        f"[2026-11-20 10:05:10] INFO starting\n{LOG}",
        "I1120 10:05:10.123456 1 server.cc:674]\n+---+\n" + LOG,
        "ERROR " + "x" * (2 * LARGEST_LOG) + "\n" + LOG,
        LOG + "\nno UTF-8: \udcff",
    ],
    ids=["vllm", "uvicorn", "lines of JSON", "in brackets", "triton", "long", "not UTF-8"],
)
@pytest.mark.parametrize("name", ["llm.log", "logs.txt", "said"])
def test_the_log_of_the_only_pod_tells_why_it_ended(tmp_path: Path, log: str, name: str) -> None:
    assert diagnose_recorded(RECORDED).diagnoses[0].category == WITHOUT

    assert told(tmp_path, log, name).diagnoses[0].category == FOUND


@pytest.mark.parametrize(
    ("name", "log"),
    [
        (f"{POD}.log", LOG),
        ("logs.txt", "\n".join(f"[pod/{POD}/main] {line}" for line in LOG.splitlines())),
    ],
    ids=["the name of the file", "its lines"],
)
def test_of_several_pods_the_one_that_is_named_is_meant(tmp_path: Path, name: str, log: str) -> None:
    verdict = told(tmp_path, log, name, pods("llm-6f9d7c5b88-b"))

    assert f"pod {POD}" in next(each for each in verdict.diagnoses if each.category == FOUND).detail


def test_of_several_pods_the_one_that_has_ended_is_meant(tmp_path: Path) -> None:
    verdict = told(tmp_path, LOG, "a.log", pods("llm-6f9d7c5b88-b", ended=False))

    assert verdict.diagnoses[0].category == FOUND


@pytest.mark.parametrize("data", [pods("llm-6f9d7c5b88-b"), {**RECORDED, "pods": []}], ids=["two", "none"])
def test_a_log_that_may_be_of_any_pod_is_refused(tmp_path: Path, data: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"whose log .*a\.log is") as caught:
        told(tmp_path, LOG, "a.log", data)

    assert "kubectl logs POD --prefix" in caught.value.resolution


@pytest.mark.parametrize("content", [b"a: [", b"NAME  READY\nweb   1/1\n", b"{} {", b"kind: Pod\nERROR"])
def test_what_is_no_log_is_not_taken_for_one(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        diagnose_recorded(RECORDED, *documents_of(content, "file"))
