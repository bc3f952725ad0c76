"""One run of the CLI; the CLI here is a shell script."""

from __future__ import annotations

import os
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scaling_group.engine.process import STOPPING, Runs, run_cli
from scaling_group.errors import Interrupted


@pytest.fixture
def script(tmp_path):
    """Write a shell script and return its path."""

    def write(body: str) -> str:
        file = tmp_path / "pulumi"
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
        return str(file)

    return write


def test_output_and_exit_code_are_returned(script, tmp_path):
    command = script("echo one; echo two; echo bad >&2; exit 7")

    finished = run_cli(command, [], str(tmp_path), {})

    assert (finished.code, finished.stdout, finished.stderr) == (7, "one\ntwo", "bad")


def test_lines_are_passed_on_as_they_come(script, tmp_path):
    command = script("echo one; echo two; echo bad >&2")
    out: list[str] = []
    err: list[str] = []

    run_cli(command, [], str(tmp_path), {}, out.append, err.append)

    assert (out, err) == (["one", "two"], ["bad"])


def test_arguments_follow_the_switch_that_keeps_it_from_asking(script, tmp_path):
    command = script('for a in "$@"; do echo "<$a>"; done')

    finished = run_cli(command, ["up", "--stack", "a b"], str(tmp_path), {})

    assert finished.stdout.splitlines() == ["<--non-interactive>", "<up>", "<--stack>", "<a b>"]


def test_it_runs_in_the_folder_and_with_the_variables(script, tmp_path, monkeypatch):
    monkeypatch.setenv("FROM_OUTSIDE", "outside")
    folder = tmp_path / "work"
    folder.mkdir()
    command = script('pwd; echo "$FROM_OUTSIDE $OWN $PULUMI_SKIP_UPDATE_CHECK"; echo "$PATH"')

    lines = run_cli(command, [], str(folder), {"OWN": "own"}).stdout.splitlines()

    assert Path(lines[0]).resolve() == folder.resolve()
    assert lines[1] == "outside own true"
    assert lines[2].split(os.pathsep)[0] == str(tmp_path)


@pytest.mark.parametrize(("given", "taken"), [(None, "400"), ("50", "50")])
def test_garbage_is_looked_for_less_often_unless_the_user_says_how_often(
    script, tmp_path, monkeypatch, given, taken
):
    monkeypatch.delenv("GOGC", raising=False)
    if given:
        monkeypatch.setenv("GOGC", given)

    assert run_cli(script('echo "$GOGC"'), [], str(tmp_path), {}).stdout == taken


def test_standard_input_is_empty(script, tmp_path):
    assert run_cli(script("cat; echo end"), [], str(tmp_path), {}).stdout == "end"


def test_it_has_a_process_group_of_its_own(script, tmp_path):
    pid = int(run_cli(script('ps -o pgid= -p $$ || echo "$$"'), [], str(tmp_path), {}).stdout)

    assert pid != os.getpgrp()


def test_bytes_that_are_no_text_are_replaced(script, tmp_path):
    assert run_cli(script(r"printf '\377ok\n'"), [], str(tmp_path), {}).stdout == "\ufffdok"


def test_much_output_on_both_streams_does_not_block(script, tmp_path):
    command = script(
        'i=0; while [ $i -lt 3000 ]; do echo "$i: 0123456789012345678901234567890123456789"'
        '; echo "$i" >&2; i=$((i+1)); done'
    )

    finished = run_cli(command, [], str(tmp_path), {})

    assert len(finished.stdout.splitlines()) == len(finished.stderr.splitlines()) == 3000


def test_ctrl_c_is_handed_to_the_cli_and_reported_as_interrupted(script, tmp_path, monkeypatch):
    command = script('trap "echo stopped > stopped; exit 1" INT; echo ready; while :; do sleep 0.01; done')
    ready, wait = threading.Event(), subprocess.Popen.wait
    interrupts = iter([KeyboardInterrupt])

    def interrupted_once(process: subprocess.Popen[str]) -> int:
        assert ready.wait(timeout=60)
        for interrupt in interrupts:
            raise interrupt
        return wait(process)

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted_once)

    said: list[object] = []
    with pytest.raises(Interrupted) as caught:
        run_cli(command, [], str(tmp_path), {}, lambda _line: ready.set(), report=said.append)

    assert (tmp_path / "stopped").read_text() == "stopped\n"
    assert caught.value.exit_code == 130
    assert said == [STOPPING]


def test_an_interrupt_reaches_the_runs_of_every_thread_and_no_other_one_begins(script, tmp_path):
    command = script('trap "exit 1" INT; echo ready; while :; do sleep 0.01; done')
    runs, ready = Runs(), threading.Barrier(3)

    def one() -> str:
        try:
            run_cli(command, [], str(tmp_path), {}, lambda _line: ready.wait(timeout=60), runs=runs)
        except Interrupted as stopped:
            return stopped.message
        return "not interrupted"

    with ThreadPoolExecutor() as pool:
        running = [pool.submit(one) for _ in range(2)]
        ready.wait(timeout=60)
        runs.interrupt()
        assert {run.result() for run in running} == {"interrupted: the engine stopped after its current step"}
    with pytest.raises(Interrupted, match="before the engine was started"):
        run_cli(script("touch started"), [], str(tmp_path), {}, runs=runs)
    assert not (tmp_path / "started").exists()


def test_one_run_is_stopped_and_fails_while_others_go_on_and_begin(script, tmp_path):
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    body = 'trap "exit 7" INT; echo ready; while [ ! -f end ]; do sleep 0.01; done'
    command, runs, ready = script(body), Runs(), threading.Barrier(3)

    def one(folder: Path) -> int:
        return run_cli(command, [], str(folder), {}, lambda _line: ready.wait(timeout=60), runs=runs).code

    with ThreadPoolExecutor() as pool:
        stopped, other = (pool.submit(one, folder) for folder in folders)
        ready.wait(timeout=60)
        runs.stop(str(folders[0]))
        assert stopped.result() == 7
        (folders[1] / "end").touch()
        assert other.result() == 0
    assert run_cli(script("echo begun"), [], str(tmp_path), {}, runs=runs).stdout == "begun"
