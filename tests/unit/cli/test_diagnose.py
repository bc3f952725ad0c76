"""scaling-group diagnose, from files alone."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from scaling_group.cli.main import run
from scaling_group.errors import ExitCode

STATES = Path(__file__).parents[2] / "states"
CRASHED = STATES / "crash-loop" / "016-247.3s.json"


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither settings nor a cluster are needed, so there are none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["diagnose", *arguments]) == ExitCode.DONE
    return capsys.readouterr().out


def test_a_recording_is_told_with_its_causes(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "-f", str(CRASHED)) == (
        "Name:     crash-loop (namespace crash-loop)\n"
        "Status:   Degraded\n"
        "Replicas: 1 desired, 0 ready, 0 available\n"
        "Recorded: 2026-11-23T23:46:20Z\n"
        "\n"
        "! the process exits with code 3 right after it starts (1 of 1 replicas)\n"
        "  pod crash-loop-7d68dcb5f8-c57cl: Error (exit code 3) after 0 s, restarted 5 times\n"
        "  log: boom\n"
        "  To do: Read its log (scaling-group logs --name=crash-loop --previous), correct it, then: "
        "scaling-group update --name=crash-loop --image=IMAGE\n"
        "  (crash-loop, since 2026-11-23T23:42:16Z; waiting does not heal it)\n"
    )


def test_what_is_well_has_no_causes(capsys: pytest.CaptureFixture[str]) -> None:
    [last] = sorted((STATES / "healthy").iterdir())[-1:]
    out = told(capsys, "-f", str(last))

    assert "Status:   Available\n" in out
    assert "Recorded" in out.splitlines()[-1]


def test_what_is_on_its_way_says_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "-f", str(STATES / "slow-start" / "003-1.3s.json"))

    said = "1 running but not ready (readiness probe fails so far: nothing accepts connections on port 8080)"
    assert f"Reason:   0 of 1 replicas available, {said}\n" in out


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_programs_get_the_whole_verdict(capsys: pytest.CaptureFixture[str], form: str, read: Any) -> None:
    verdict = read(told(capsys, "-f", str(CRASHED), "-o", form))

    assert (verdict["name"], verdict["namespace"], verdict["status"]) == (
        "crash-loop",
        "crash-loop",
        "Degraded",
    )
    [diagnosis] = verdict["diagnoses"]
    assert (diagnosis["category"], diagnosis["terminal"]) == ("crash-loop", True)
    assert verdict["reason"] == diagnosis["summary"]
    assert verdict["replicas"] == {"desired": 1, "updated": 1, "ready": 0, "available": 0}


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CRASHED.read_bytes())))

    assert "Degraded" in told(capsys, "-f", "-")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("deployment: {}", "deployment is not a Kubernetes object"),
        ("", "is empty"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "neither a snapshot nor a List"),
        ('{"kind": "List", "items": []}', "the files hold nothing of a group"),
        ('{"deployment": {"metadata": {"name": "x"}}, "pods": 3}', "pods of the snapshot is not a list"),
    ],
)
def test_a_file_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "seen.json"
    file.write_text(content)

    assert run(["diagnose", "-f", str(file)]) == ExitCode.USAGE
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_or_far_too_large_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["diagnose", "-f", str(tmp_path / "none")]) == ExitCode.USAGE
    assert "cannot read" in capsys.readouterr().err
    large = tmp_path / "large.json"
    large.touch()
    os.truncate(large, 2**26 + 1)
    assert run(["diagnose", "-f", str(large)]) == ExitCode.USAGE
    assert "the files have more than 67108864 bytes" in capsys.readouterr().err


def test_a_lone_deployment_is_enough(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "deployment.json"
    file.write_text(json.dumps(json.loads(CRASHED.read_text())["deployment"]))

    assert "Status:   Degraded" in told(capsys, "-f", str(file))
