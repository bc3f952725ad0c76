"""Stacks that are made without a process; tests/integration has what the engine sees of them."""

from __future__ import annotations

import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from scaling_group.engine.backend import choose_backend, prepare
from scaling_group.engine.new_stacks import NewStacks

VERSION = (3, 259, 0)
AT_ONCE = 8
#: What changes files, as the interpreter calls it before it is done.
CALLS = ("open", "os.link", "os.remove", "os.rename")


@pytest.fixture
def new(tmp_path: Path) -> NewStacks:
    """A default backend after its first stack."""
    backend = choose_backend(tmp_path, {})
    prepare(backend)
    found = NewStacks.of(backend)
    assert found
    (found.folder / "stacks" / "scaling-group").mkdir(parents=True)
    (found.folder / "meta.yaml").write_text("version: 1")
    return found


def test_of_those_who_make_a_stack_at_once_one_wins(new: NewStacks):
    ready = Barrier(AT_ONCE)

    def make(_number: int) -> bool:
        ready.wait()
        try:
            return new.make("abc123.web", VERSION, "v1:salt")
        except FileExistsError:
            return False

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(make, range(AT_ONCE))) == 1
    stacks = new.folder / "stacks" / "scaling-group"
    assert [file.name for file in stacks.iterdir()] == ["abc123.web.json"]
    assert {file.name for file in new.folder.iterdir()} == {"meta.yaml", "stacks"}


def killed_before(event: int, new: NewStacks) -> bool:
    """Keep a salt and make a stack in a process that is killed before this one of its calls on files.

    Returns whether there were so many.
    """
    child = os.fork()
    if child == 0:
        left = iter(range(event))
        sys.addaudithook(lambda name, _: None if name not in CALLS or next(left, None) is not None else die())
        try:
            new.keep("v1:salt")
            new.make("abc123.web", VERSION, "v1:salt")
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_wherever_it_is_killed_there_is_a_whole_stack_or_none(new: NewStacks):
    stack = new.folder / "stacks" / "scaling-group" / "abc123.web.json"
    killed = 0
    while killed_before(killed, new):
        killed += 1
        assert new.salt() in ("", "v1:salt")
        there = stack.exists()
        if there:
            assert json.loads(stack.read_bytes())["checkpoint"]["stack"].endswith("/abc123.web")
            with pytest.raises(FileExistsError):
                new.make("abc123.web", VERSION, "v1:salt")
        else:
            assert new.make("abc123.web", VERSION, "v1:salt")
        stack.unlink()
        (new.passphrase.parent / "salt.json").unlink(missing_ok=True)
    assert stack.exists()
    assert killed > 5


def test_the_engine_makes_what_cannot_be_written_here(new: NewStacks, tmp_path: Path):
    assert not new.make("abc123.web", VERSION, "")
    (new.folder / "meta.yaml").write_text("version: 2")
    assert not new.make("abc123.web", VERSION, "v1:salt")
    (new.folder / "meta.yaml").unlink()
    assert not new.make("abc123.web", VERSION, "v1:salt")
    assert not list((new.folder / "stacks" / "scaling-group").iterdir())
    # A passphrase of the user's own, a key service, and state elsewhere.
    variable = {"PULUMI_CONFIG_PASSPHRASE": "p"}
    assert NewStacks.of(choose_backend(tmp_path, variable)) is None
    assert NewStacks.of(choose_backend(tmp_path, {**variable, "PULUMI_BACKEND_URL": "s3://b"})) is None


def test_a_salt_is_that_of_one_passphrase(new: NewStacks):
    assert new.salt() == ""
    new.keep("v1:salt")
    assert new.salt() == "v1:salt"
    kept = new.passphrase.parent / "salt.json"
    assert kept.stat().st_mode & 0o077 == 0
    new.passphrase.write_text("another one")
    assert new.salt() == ""
    kept.write_text("cut")
    assert new.salt() == ""
