"""What nobody holds or talks to is cleared, all else stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from scaling_group.engine import recovery
from scaling_group.engine.locks import FolderLocks, Lock
from scaling_group.engine.owner import read_owner
from scaling_group.engine.recovery import (
    clear_locks,
    drop_cut_attributes,
    drop_unfinished_locks,
    end_orphans,
)


def lock(folder: Path, *, abandoned: bool) -> Lock:
    file = folder / "lock.json"
    file.touch()
    return Lock("abc123.inference", file, 7, "ada", "here", "then", abandoned)


class Shown(FolderLocks):
    """The locks of a folder that shows these."""

    def __init__(self, *locks: Lock) -> None:
        self._locks = list(locks)

    def held(self, environment: str, name: str) -> list[Lock]:
        assert (environment, name) == ("abc123", "inference")
        return self._locks


def test_the_lock_of_a_process_that_ended_is_cleared_and_told(tmp_path):
    abandoned = lock(tmp_path, abandoned=True)
    said: list[str] = []

    clear_locks(Shown(abandoned), "abc123.inference", said.append)

    assert not abandoned.file.exists()
    assert said == ["removed the lock of a killed run (pid 7, then)"]


def test_a_lock_that_may_be_held_stays(tmp_path):
    held = lock(tmp_path, abandoned=False)

    clear_locks(Shown(held), "abc123.inference", pytest.fail)

    assert held.file.exists()


def test_attributes_that_were_cut_short_are_dropped(tmp_path):
    stack = "abc123.web"
    stacks, history = tmp_path / "stacks" / "scaling-group", tmp_path / "history" / "scaling-group" / stack
    for folder in (stacks, history):
        folder.mkdir(parents=True)
    files = [stacks / f"{stack}.json", stacks / f"{stack}.json.bak", history / f"{stack}-1.history.json"]
    cut = [file.with_name(f"{file.name}.attrs") for file in files]
    another, whole = stacks / "abc123.web2.json.attrs", stacks / f"{stack}.json.zst.attrs"
    for file in (*files, *cut, another):
        file.touch()
    whole.write_text("{}")

    drop_cut_attributes(tmp_path, stack)

    assert {file for file in tmp_path.rglob("*") if file.is_file()} == {*files, another, whole}


def test_locks_that_were_never_whole_are_dropped(tmp_path):
    """The engine takes each file of the folder for a lock, and waits for the owner of none."""
    locks = tmp_path / "locks" / "organization" / "scaling-group" / "abc123.web"
    locks.mkdir(parents=True)
    held, cut, whole = (locks / name for name in ("a.json", "b.json.18ec.tmp", "c.json.18ed.tmp"))
    cut.touch()
    for file in (held, whole):
        file.write_text('{"pid":7}')

    drop_unfinished_locks(tmp_path, "abc123.web")

    assert list(locks.iterdir()) == [held]
    drop_unfinished_locks(tmp_path, "abc123.other")


def test_a_lock_that_is_being_written_is_left_alone(tmp_path, monkeypatch):
    locks = tmp_path / "locks" / "organization" / "scaling-group" / "abc123.web"
    locks.mkdir(parents=True)
    written = locks / "a.json.18ec.tmp"
    written.write_text('{"pid":7}')
    monkeypatch.setattr(recovery.time, "sleep", lambda _seconds: written.rename(locks / "a.json"))

    drop_unfinished_locks(tmp_path, "abc123.web")

    assert [file.name for file in locks.iterdir()] == ["a.json"]


def test_a_backend_without_the_stack_has_no_attributes(tmp_path):
    drop_cut_attributes(tmp_path, "abc123.web")


def test_a_lock_that_is_gone_meanwhile_is_no_trouble(tmp_path):
    abandoned = lock(tmp_path, abandoned=True)
    abandoned.file.unlink()

    clear_locks(Shown(abandoned), "abc123.inference", lambda _said: None)


#: Python under the engine's name, which ends by itself if nobody ends it.
WORKS = "import sys, time; print('ready', flush=True); time.sleep(60)"


@pytest.fixture
def engine(tmp_path):
    """Start processes that look like engines; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []
    inner: list[psutil.Process] = []

    def start(folder: Path, name: str = "pulumi", before: str = "") -> psutil.Process:
        command = tmp_path / "bin" / name
        command.parent.mkdir(exist_ok=True)
        if not command.exists():
            shutil.copy(sys.executable, command)
        folder.mkdir(exist_ok=True)
        process = subprocess.Popen(
            [*before.split(), command, "-c", WORKS],
            cwd=folder,
            env={"PYTHONHOME": sys.base_prefix, "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        inner.extend(psutil.Process(process.pid).children())
        return inner[-1] if inner else psutil.Process(process.pid)

    yield start
    for each in inner:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_an_engine_that_has_lost_its_command_is_ended_and_told_and_no_other_one(
    tmp_path, engine, monkeypatch, system
):
    monkeypatch.setattr(sys, "platform", system)
    orphan, busy = engine(tmp_path / "abc123.one"), engine(tmp_path / "abc123.two")
    said: list[str] = []

    end_orphans(tmp_path / "abc123.one", said.append)

    assert not orphan.is_running()
    assert busy.is_running()
    assert said == [f"stopping the engine of a killed command (pid {orphan.pid})"]


def test_an_engine_is_found_through_a_link_to_the_data_folder(tmp_path, engine):
    orphan = engine(tmp_path / "abc123.one")
    (tmp_path / "link").symlink_to(tmp_path)

    end_orphans(tmp_path / "link" / "abc123.one", lambda _said: None)

    assert not orphan.is_running()


def test_an_engine_under_the_name_of_a_wrapper_is_one(tmp_path, engine):
    orphan = engine(tmp_path / "abc123.one", ".pulumi-wrapped")

    end_orphans(tmp_path / "abc123.one", lambda _said: None)

    assert not orphan.is_running()


def test_an_engine_of_a_container_is_left_alone_though_it_is_seen_in_the_same_folder(tmp_path, engine):
    other = engine(tmp_path / "abc123.one", before="unshare --user --map-root-user --pid --fork")
    assert Path(other.cwd()) == tmp_path / "abc123.one"

    end_orphans(tmp_path / "abc123.one", pytest.fail)

    assert other.is_running()


def test_an_engine_whose_folder_only_reads_the_same_is_left_alone(tmp_path, engine):
    """As in a container, where another disk is at the same path."""
    work = tmp_path / "abc123.one"
    script = tmp_path / "contained"
    script.write_text('#!/bin/sh\nmount -t tmpfs none "$PWD" && cd "$PWD" && exec "$@"\n')
    script.chmod(0o755)
    other = engine(work, before=f"unshare --user --map-root-user --mount {script}")
    assert Path(other.cwd()) == work

    end_orphans(work, pytest.fail)

    assert other.is_running()


def test_the_lock_of_an_engine_that_was_ended_is_known_to_be_nobodys(tmp_path, engine):
    orphan = engine(tmp_path / "abc123.one")

    end_orphans(tmp_path / "abc123.one", lambda _said: None)

    owner = read_owner(tmp_path / "abc123.one")
    assert (owner.pid, owner.is_gone()) == (orphan.pid, True)


def test_where_nothing_is_left_nothing_is_said(tmp_path):
    end_orphans(tmp_path, pytest.fail)
