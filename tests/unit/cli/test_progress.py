"""The live line of a terminal."""

from __future__ import annotations

import io

import pytest

from scaling_group.cli.progress import progress
from scaling_group.client.progress import WARNING


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_warning_stays_above_the_live_line_and_is_not_repeated_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    with progress() as report:
        report("applying web")
        report(f"{WARNING}requests to web fail while its pods are replaced")

    text = screen.getvalue()
    assert text.count("requests to web fail") == 1
    assert "warning: requests to web fail while its" in text
    assert "applying web" in text
