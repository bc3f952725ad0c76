"""What is in the data folder is for its user alone, and what was lent does not stay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scaling_group.engine.cli_stacks import project_folder
from scaling_group.engine.folders import private_folder, write_private
from scaling_group.engine.lent import LENT, forget_lent, lent
from scaling_group.engine.stack_lock import stack_lock

KUBECONFIG = {"users": [{"name": "u", "user": {"token": "t"}}]}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_work_folders_are_the_users_alone_whatever_the_umask(tmp_path: Path):
    folder = project_folder(tmp_path / "data" / "work" / "abc123.web")

    assert [mode(each) for each in (folder, folder.parent, folder.parent.parent)] == [0o700] * 3


def test_a_work_folder_that_an_earlier_version_left_open_is_closed(tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir(mode=0o755)

    assert mode(private_folder(folder)) == 0o700


def test_a_file_that_was_open_is_closed_when_it_is_written_again(tmp_path: Path):
    file = tmp_path / "Pulumi.abc123.web.yaml"
    file.write_text("old")
    file.chmod(0o644)

    write_private(file, "new")

    assert (file.read_text(), mode(file)) == ("new", 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        write_private(file, "\ud800")

    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


def test_what_is_lent_is_the_users_alone_and_gone_afterwards(tmp_path: Path):
    with lent(tmp_path, KUBECONFIG) as variables:
        assert mode(Path(variables["KUBECONFIG"])) == 0o600
    assert list(tmp_path.iterdir()) == []

    with pytest.raises(KeyboardInterrupt), lent(tmp_path, KUBECONFIG):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


#: Lends a kubeconfig while it holds the stack, says so and waits.
LENDS = """
import sys
from pathlib import Path
from scaling_group.engine.stack_lock import stack_lock
from scaling_group.engine.lent import lent
folder = Path(sys.argv[1])
with stack_lock(folder, "abc123.web"), lent(folder, {}):
    print("lent", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_command_has_lent_is_gone_after_the_next_one_of_any_stack(tmp_path: Path):
    work = project_folder(tmp_path / "work" / "abc123.web")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = subprocess.Popen([sys.executable, "-c", LENDS, str(work)], text=True, **pipes)
    assert command.stdout.readline() == "lent\n"

    forget_lent(tmp_path)
    assert (work / LENT).exists(), "its command is at work"

    command.kill()
    command.communicate()
    assert (work / LENT).exists()
    forget_lent(tmp_path)
    assert not (work / LENT).exists()


def test_where_nothing_was_lent_nothing_is_touched(tmp_path: Path):
    forget_lent(tmp_path / "none")
    work = project_folder(tmp_path / "work" / "abc123.web")
    with stack_lock(work, "abc123.web"):
        forget_lent(tmp_path)

    assert sorted(each.name for each in work.iterdir()) == ["Pulumi.yaml", "operation.lock"]
