"""Flags of the verbs that look at a cluster over time, and errors that carry causes."""

from __future__ import annotations

import json

import pytest

from scaling_group.cli.errors import print_error
from scaling_group.cli.main import run
from scaling_group.errors import ExitCode, RolloutFailed


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("logs web -f --previous", "--previous is of a run that has ended"),
        ("logs web --tail=-1", "--tail"),
        ("logs web --since=yesterday", "is not a duration"),
        ("get web --watch -o snapshot", "--watch shows a group as it is now"),
        ("get web --watch --revision=1", "--watch shows a group as it is now"),
        ("wait web --for=pods", "available"),
        ("wait --timeout=5s", "no name is given"),
        ("events", "no name is given"),
    ],
)
def test_flags_that_make_no_sense_are_usage_errors(capsys, line, said):
    assert run(line.split()) == ExitCode.USAGE

    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_the_error_of_a_rollout_carries_its_causes(capsys):
    cause = {
        "category": "image-not-found",
        "summary": "no such image",
        "detail": "",
        "resolution": "Name another image.",
        "terminal": True,
        "since": None,
    }
    error = RolloutFailed("web failed: no such image", status="Pending", diagnoses=[cause])

    print_error(error, as_json=True)

    found = json.loads(capsys.readouterr().err)
    assert found["error"] == "web failed: no such image"
    assert (found["status"], found["diagnoses"]) == ("Pending", [cause])
    assert found["exitCode"] == 1
