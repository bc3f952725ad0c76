"""A backend folder that cannot be written, is full, or holds a file that was cut short."""

from __future__ import annotations

import json
import shlex
import subprocess

import pytest

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration


def with_mounts(terminal: Terminal, *lines: str) -> subprocess.CompletedProcess[str]:
    """Run lines of shell where file systems can be mounted that nobody else sees."""
    script = "\n".join(("set -e", f"cd {shlex.quote(str(terminal.folder))}", *lines))
    return terminal.shell(f"unshare --map-root-user --mount sh -c {shlex.quote(script)}")


def test_a_folder_that_cannot_be_written_can_be_read(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    done = with_mounts(
        terminal,
        "mount --bind data data",
        "mount -o remount,ro,bind data",
        "scaling-group get web -o json > got.json",
        "scaling-group list -o name",
        "scaling-group history web -o json > history.json",
        "scaling-group create --name=api --image=a --port=80 || echo exit code $?",
        "scaling-group update web --replicas=2",
    )
    assert done.returncode == 5
    assert done.stdout == "web\nexit code 5\n"
    assert done.stderr.count("Read-only file system") == 2
    assert done.stderr.count("No object of the group was changed.") == 2
    assert "Traceback" not in done.stderr
    assert terminal.objects("web")["deployment"]["spec"]["replicas"] == 1
    assert terminal.data("update", "web", "--replicas=2")["revision"] == 2


def test_on_a_full_disk_nothing_is_begun_and_the_next_command_works(terminal: Terminal) -> None:
    """Of a group that there is and of a new one: without any room, and with room for our own files alone."""
    terminal.create("web", "--no-wait")
    create = "scaling-group create --name=new --image=a:1 --port=80 --no-wait"
    done = with_mounts(
        terminal,
        "cp -r data copy",
        "mount -t tmpfs -o size=2m tmpfs data",
        "cp -r copy/. data/",
        "dd if=/dev/zero of=data/fill bs=1k 2>/dev/null || true",
        f"{create} || echo exit code $?",
        "truncate --size=-48k data/fill",
        f"{create} || echo exit code $?",
        "scaling-group update web --replicas=2 --no-wait || echo exit code $?",
        "scaling-group get new || echo exit code $?",
        "rm data/fill",
        f"{create} --replicas=2",
        "scaling-group update web --replicas=3",
        "scaling-group list -o json > after.json",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:4] == ["exit code 5", "exit code 5", "exit code 5", "exit code 3"]
    assert "No space left on device" in done.stderr
    assert done.stderr.count("is full: ") == done.stderr.count("No engine was started.") == 2
    assert "Traceback" not in done.stderr
    after = json.loads((terminal.folder / "after.json").read_text())
    assert {group["name"]: (group["revision"], group["replicas"]["desired"]) for group in after} == {
        "web": (2, 3),
        "new": (1, 2),
    }


def test_a_state_that_was_cut_short_while_a_group_was_made_is_brought_back(terminal: Terminal) -> None:
    """As on a disk that fills up meanwhile: of a new group there is no copy yet."""
    made = terminal.create("web", "--no-wait")
    for history in terminal.data_dir.rglob("history/**/*.web-*"):
        history.unlink()
    [file] = terminal.data_dir.rglob("stacks/**/*.web.json")
    cut = file.read_bytes()[:300]
    for each in (file, file.with_name(f"{file.name}.bak")):
        each.write_bytes(cut)
    # The engine wrote these when it was killed.
    file.with_name(f"{file.name}.attrs").write_bytes(b"")

    said = terminal.group("update", "web", "--replicas=2").stderr
    aside = said.partition("Put it aside: ")[2].partition("\n")[0]
    assert terminal.shell(aside).returncode == 0, said
    assert "scaling-group adopt --name=web" in said
    brought = terminal.data("adopt", "--name=web", "--yes")
    assert (brought["id"], brought["spec"]) == (made["id"], made["spec"])
    assert terminal.data("update", "web", "--replicas=2")["status"] == "Available"


def test_a_checkpoint_that_was_cut_short_is_named_with_an_intact_copy(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    terminal.create("other", "--no-wait")
    terminal.data("delete", "other", "--no-wait")
    [file] = terminal.data_dir.rglob("stacks/**/*.web.json")
    whole = file.read_bytes()
    file.write_bytes(whole[:300])
    for arguments in (("get", "web"), ("update", "web", "--replicas=2"), ("delete", "web")):
        done = terminal.group(*arguments)
        assert done.returncode == 5, arguments
        assert f"the state file {file} is corrupted" in done.stderr
        assert f"{file}.bak" in done.stderr
        assert "Restore the newest one: cp " in done.stderr
    assert [group["name"] for group in terminal.data("list", "--include-deleted")] == ["web", "other"]
    terminal.kubectl("delete", "deployment", "web")
    [unknown] = terminal.data("list")
    assert (unknown["status"], str(file) in unknown["reason"]) == ("Unknown", True)

    fix = terminal.group("get", "web").stderr.rpartition("Restore the newest one: ")[2]
    assert terminal.shell(fix).returncode == 0
    assert terminal.data("update", "web", "--replicas=2")["status"] == "Available"


def test_a_wrong_passphrase_is_said_to_be_one(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    done = terminal.with_variables(PULUMI_CONFIG_PASSPHRASE="another").group("update", "web", "--replicas=2")

    assert done.returncode == 5
    assert "The state was encrypted with a different passphrase." in done.stderr
    assert "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE" in done.stderr
    assert "stdout:" not in done.stderr
