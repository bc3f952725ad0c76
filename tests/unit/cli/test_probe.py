"""Whether a URL answers, on the command line."""

from __future__ import annotations

import pytest

from scaling_group.answer import Answer
from scaling_group.cli.answers import print_answer
from tests.unit.cli.done import Call


@pytest.mark.parametrize(
    "arguments",
    [
        ("get", "web", "--probe", "--watch"),
        ("get", "web", "--probe", "--revision=1"),
        ("get", "web", "--probe", "-o", "name"),
        ("get", "web", "--probe", "-o", "snapshot"),
        ("create", "--name=web", "--image=a", "--port=80", "--probe", "--no-wait"),
        ("create", "--name=web", "--image=a", "--port=80", "--probe", "--dry-run"),
        ("get", "web", "--with-env"),
    ],
)
def test_what_a_flag_does_not_go_with_is_refused(configured: Call, arguments: tuple[str, ...]) -> None:
    done = configured(*arguments)
    assert done.code == 2
    assert "error: --probe asks" in done.err or "error: --with-env is for -o snapshot" in done.err


def test_an_answer_is_one_line_and_what_stops_it_has_evidence_and_fix(
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = "192.0.2.1:443"
    print_answer(Answer(answered=True, stage="", summary="it answers 200 OK", address=at, status=200))
    assert capsys.readouterr().out == "The URL answers: 200 OK (192.0.2.1:443)\n"
    print_answer(
        Answer(
            answered=False,
            stage="dns",
            summary="x does not resolve",
            detail="Asked at 192.0.2.1:443: \x1b[2J.",
            resolution="Make a record.",
            address=at,
        )
    )
    assert capsys.readouterr().out == (
        "! the URL does not answer: x does not resolve\n"
        "  Asked at 192.0.2.1:443: \\x1b[2J.\n"
        "  To do: Make a record.\n"
        "  (dns, 192.0.2.1:443)\n"
    )
