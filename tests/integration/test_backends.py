"""State in backends that people share: two users on two machines do all there is to do, and one is killed.

Each has a data folder of their own and nothing of the other's: what both need is in the backend.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.integration.key_service import key_service
from tests.integration.servers import PASSWORD, Kept, Server, azure, folder, postgres, s3
from tests.integration.terminal import Terminal
from tests.integration.waiting import HANGS_SECONDS, wait_until

pytestmark = pytest.mark.integration

#: Seconds: an engine needs more for what it does between the start of its provider and its own end.
MOMENT = 0.02
#: Servers of S3 and Azure have to be made first (`make backends`).
SERVERS = {"folder-with-blanks": folder, "postgres": postgres, "s3": s3, "azure": azure}


def places(short: str) -> pytest.MarkDecorator:
    """Return every place for a test; all but one are in the long proofs alone."""
    marks = {name: () if name == short else (pytest.mark.long,) for name in SERVERS}
    params = [pytest.param(server, id=name, marks=marks[name]) for name, server in SERVERS.items()]
    return pytest.mark.parametrize("kept", params, indirect=True)


@pytest.fixture
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    server: Server = request.param
    place = tmp_path / "server"
    place.mkdir()
    with server(place) as running:
        yield running


@pytest.fixture
def ada(terminal: Terminal, kept: Kept) -> Terminal:
    return _user(terminal, kept, "ada")


@pytest.fixture
def bob(terminal: Terminal, kept: Kept) -> Terminal:
    return _user(terminal, kept, "bob")


def _user(terminal: Terminal, kept: Kept, name: str) -> Terminal:
    """Return the shell of a user with a machine of their own: another home, another data folder."""
    home = terminal.folder / name
    home.mkdir()
    there = dataclasses.replace(terminal, folder=home)
    return there.with_variables(
        USER=name, SCALING_GROUP_STATE_BACKEND=kept.url, PULUMI_CONFIG_PASSPHRASE="of both", **kept.variables
    )


@places(short="folder-with-blanks")
def test_two_users_go_on_with_each_others_groups(ada: Terminal, bob: Terminal, kept: Kept) -> None:
    created = ada.create("web", "--no-wait")
    assert [group["id"] for group in bob.data("list")] == [created["id"]]
    assert bob.data("get", "web")["revision"] == 1
    assert bob.data("update", "web", "--replicas=2", "--no-wait", "-m", "more")["id"] == created["id"]
    assert [(e["revision"], e["actor"][:4]) for e in ada.data("history", "web")] == [(2, "bob@"), (1, "ada@")]
    assert ada.data("rollback", "web", "--to=1", "--no-wait")["revision"] == 3
    assert bob.data("delete", "web", "--no-wait")["status"] == "Deleted"
    [deleted] = ada.data("list", "--include-deleted")
    assert (deleted["id"], deleted["status"]) == (created["id"], "Deleted")
    assert ada.data("restore", "web", "--no-wait")["id"] == created["id"]
    again = bob.group("create", "--name=web", "--image=a", "--port=80")
    assert (again.returncode, "already exists" in again.stderr) == (4, True)
    assert bob.group("delete", "web", "--purge", "--yes", "--no-wait").returncode == 0
    assert ada.data("list", "--include-deleted") == []
    assert ada.group("history", "web").returncode == 3
    assert not list(ada.folder.rglob("state")), "all of it is in the backend"


@places(short="postgres")
def test_a_killed_update_locks_the_group_until_its_user_goes_on_or_somebody_removes_the_lock(
    ada: Terminal, bob: Terminal
) -> None:
    ada.create("web", "--no-wait")
    for second in (False, True):
        kill_update(ada)
        if not second:
            # Nobody elsewhere can know that it was killed.
            refused = bob.group("update", "web", "--replicas=2", "--no-wait")
            assert (refused.returncode, "holds the lock" in refused.stderr) == (4, True), refused.stderr
            asked = bob.group("unlock", "web")
            assert (asked.returncode, "may still be in use" in asked.stderr) == (4, True), asked.stderr
            assert "(pid " in asked.stderr
            removed = bob.group("unlock", "web", "--force", "--yes")
            assert (removed.returncode, "it was locked by " in removed.stdout) == (0, True), removed.stderr
            assert bob.data("update", "web", "--replicas=2", "--no-wait")["spec"]["replicas"] == 2
        else:
            updated = ada.group("update", "web", "--replicas=4", "--no-wait")
            assert updated.returncode == 0, updated.stderr
            assert "removed the lock of a killed run (pid " in updated.stderr
    assert bob.data("get", "web")["spec"]["replicas"] == 4
    assert bob.group("delete", "web").returncode == 0
    assert bob.names() == []


def kill_update(user: Terminal) -> None:
    """Kill an update and its engine once it has a lock, as a machine that loses power would."""
    command = user.start("update", "web", "--replicas=3", "--no-wait")
    while not (started := [each for each in user.processes("pulumi") if each.info["name"] == "pulumi"]):
        assert command.poll() is None, command.communicate()
    [engine] = started

    def locked() -> bool:
        # It goes on a moment at a time, and so cannot end unseen.
        engine.resume()
        time.sleep(MOMENT)
        engine.suspend()
        return bool(user.processes("pulumi-resource"))

    engine.suspend()
    wait_until(locked)
    command.kill()
    engine.kill()
    psutil.wait_procs([engine], timeout=HANGS_SECONDS)
    command.communicate()


@pytest.mark.parametrize("kept", [pytest.param(postgres, id="postgres")], indirect=True)
def test_the_password_of_a_backend_is_never_printed(ada: Terminal) -> None:
    wrong = str(ada.variables["SCALING_GROUP_STATE_BACKEND"]).replace("pulumi:", "nobody:")
    stranger = ada.with_variables(SCALING_GROUP_STATE_BACKEND=wrong)
    for arguments in (
        ("list",),
        ("doctor",),
        ("env",),
        ("get", "web"),
        ("create", "--name=a", "--image=a", "--port=1"),
    ):
        done = stranger.group(*arguments)
        assert PASSWORD not in done.stdout + done.stderr
    assert stranger.group("list").returncode == 5
    assert ada.data("list", "--include-deleted") == [], "nothing is there before the first change"
    checks = {check["id"]: check for check in json.loads(ada.group("doctor", "-o", "json").stdout)}
    assert (checks["backend"]["outcome"], "postgres://***@" in checks["backend"]["summary"]) == ("ok", True)


@places(short="postgres")
def test_reads_start_no_process_and_ask_the_store_once_for_each_thing(
    ada: Terminal, kept: Kept, tmp_path: Path
) -> None:
    watched, starts = counted(ada, tmp_path)
    for name in ("web", "gone", "left"):
        watched.create(name, "--no-wait")
    for name in ("gone", "left"):
        watched.data("delete", name, "--no-wait")
    most = {
        # The stacks; of the two without objects the checkpoints, their histories, and the newest entries.
        ("list",): 1 + 2 + 2 + 2,
        # And the stacks and histories of all three, with the three entries that are not read yet. At last
        # the projects of other programs.
        ("list", "--include-deleted"): 1 + 2 + 2 + 2 + 1 + 3 + 3 + 1,
        ("get", "web"): 1,
        # Its checkpoint, its history twice, and two entries.
        ("history", "gone"): 1 + 2 + 2,
    }
    for arguments, requests in most.items():
        starts.write_text("")
        before = kept.requests() if kept.requests else []
        watched.data(*arguments)
        assert starts.read_text() == "", arguments
        after = kept.requests() if kept.requests else []
        assert len(after) - len(before) <= requests, "\n".join(after[len(before) :])


def counted(user: Terminal, place: Path) -> tuple[Terminal, Path]:
    """Return a shell whose `pulumi` notes each start in a file, and that file."""
    log, stand_in = place / "starts", place / "bin" / "pulumi"
    stand_in.parent.mkdir()
    real = user.cluster.toolchain / "bin" / "pulumi"
    stand_in.write_text(f'#!/bin/sh\necho "$*" >> "{log}"\nexec "{real}" "$@"\n')
    stand_in.chmod(0o755)
    # The language host lies beside the real one and is looked for on PATH.
    return user.with_variables(PATH=f"{stand_in.parent}:{user.environ()['PATH']}"), log


@pytest.mark.long
@pytest.mark.parametrize("kept", [pytest.param(folder, id="folder-with-blanks")], indirect=True)
def test_a_key_service_takes_the_place_of_the_passphrase(ada: Terminal, bob: Terminal) -> None:
    with key_service() as keys:
        variables = {
            "SCALING_GROUP_STATE_SECRETS_PROVIDER": "awskms://alias/state?region=us-east-1",
            "AWS_ENDPOINT_URL_KMS": keys.url,
            "AWS_ACCESS_KEY_ID": "ada",
            "AWS_SECRET_ACCESS_KEY": PASSWORD,
        }
        ada, bob = (without_passphrase(each).with_variables(**variables) for each in (ada, bob))
        created = ada.create("web", "--no-wait")
        assert "Encrypt" in keys.asked
        assert bob.data("update", "web", "--replicas=2", "--no-wait")["id"] == created["id"]
        assert "Decrypt" in keys.asked
        assert ada.data("delete", "web", "--no-wait")["status"] == "Deleted"

    nobody = without_passphrase(bob).with_variables(SCALING_GROUP_STATE_SECRETS_PROVIDER="")
    done = nobody.group("list")
    assert (done.returncode, "needs a passphrase, and none is set" in done.stderr) == (5, True)


def without_passphrase(user: Terminal) -> Terminal:
    kept = {name: value for name, value in user.variables.items() if name != "PULUMI_CONFIG_PASSPHRASE"}
    return dataclasses.replace(user, variables=kept)
