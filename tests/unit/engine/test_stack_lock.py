"""One command at a time: whoever is second is told who is first."""

from __future__ import annotations

import os
import re
import socket

import pytest

from scaling_group.engine.stack_lock import stack_lock
from scaling_group.errors import Conflict


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "abc123.inference"
    folder.mkdir()
    return folder


def test_the_second_one_is_told_who_is_first_where_and_since_when(work):
    first, second = stack_lock(work, "abc123.inference"), stack_lock(work, "abc123.inference", patience=0.05)
    with first, pytest.raises(Conflict) as caught, second:
        pass

    assert caught.value.message == "another command on this machine is changing abc123.inference"
    owner = rf"held by \S+@{re.escape(socket.gethostname())} \(pid {os.getpid()}\) since 2\d+-\S+Z"
    assert re.fullmatch(owner, caught.value.detail)


def test_what_was_claimed_is_free_again_and_leaves_no_name(work):
    for _ in range(2):
        with stack_lock(work, "abc123.inference"):
            pass

    assert [file.name for file in work.iterdir()] == ["operation.lock"]


def test_a_claim_of_a_killed_command_does_not_count(work):
    (work / "operation.owner").write_text('{"pid": 7, "username": "ada"}')

    with stack_lock(work, "abc123.inference"):
        assert str(os.getpid()) in (work / "operation.owner").read_text()
