"""Runs of whole processes."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from benchmarks.errors import BenchError
from benchmarks.measure import Command, in_turn, run


def shell(folder: Path, line: str) -> Command:
    return Command(["sh", "-c", line], os.environ, folder)


def test_a_run_has_what_was_printed_and_its_figures(tmp_path):
    done = run(shell(tmp_path, "echo hello"))

    assert done.stdout == "hello\n"
    assert done.wall > 0
    assert 0 < done.peak < 100 * 2**20
    assert list(tmp_path.iterdir()) == []


def test_the_memory_is_that_of_the_command_and_not_ours(tmp_path):
    ours = bytearray(os.urandom(64) * 2**20)

    assert run(shell(tmp_path, "true")).peak < len(ours) / 4


#: Holds 40 MiB for a second in which the other process does too, whichever of them comes late.
HOLDS = """
import pathlib, sys, time
held, mine, other = bytearray(40 * 2**20), *map(pathlib.Path, sys.argv[1:])
mine.touch()
while not other.exists():
    time.sleep(0.01)
time.sleep(1)
"""


def test_a_watched_run_knows_all_its_processes(tmp_path):
    (tmp_path / "holds.py").write_text(HOLDS)

    done = run(shell(tmp_path, "python3 holds.py a b & python3 holds.py b a; wait"), watched=True)

    assert done.together > 80 * 2**20 > done.own > 0


@pytest.mark.parametrize("watched", [False, True])
def test_a_command_that_fails_is_named_with_what_it_said(tmp_path, watched):
    with pytest.raises(BenchError) as raised:
        run(shell(tmp_path, "echo because >&2; exit 7"), watched=watched)

    assert str(raised.value) == "sh -c 'echo because >&2; exit 7' ended with 7\n  because"


def test_a_command_may_have_to_fail(tmp_path):
    asked = dataclasses.replace(shell(tmp_path, "exit 1"), code=1)

    assert run(asked).wall > 0
    with pytest.raises(BenchError, match="ended with 0"):
        run(dataclasses.replace(asked, arguments=["true"]))


def test_a_run_knows_when_its_first_line_of_progress_came(tmp_path):
    done = run(shell(tmp_path, "echo result; sleep 0.2; echo creating >&2; sleep 0.2; echo created >&2"))

    assert 0.2 < done.first < done.wall - 0.2
    assert run(shell(tmp_path, "echo result")).first == 0


def test_a_command_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(BenchError, match="no-such-command could not be started"):
        run(Command(["no-such-command"], os.environ, tmp_path))


def test_contenders_take_turns_and_the_first_round_does_not_count(tmp_path):
    log = tmp_path / "log"

    def says(name):
        return lambda number: shell(tmp_path, f"echo {name}{number} >> {log}")

    found = in_turn({"a": says("a"), "b": says("b")}, range(3), rested=False)

    assert log.read_text().split() == ["a0", "b0", "a1", "b1", "a2", "b2"]
    assert [len(runs) for runs in found.values()] == [2, 2]
