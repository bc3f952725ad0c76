"""A network that breaks down at a random place of a command; once it is back, one command finishes it.

Between the API server and both the command and its engine. Three rounds by default, 25 with --long: each of
six commands meets each of the four faults.
"""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.kills import Typical, chance_of, finish, gone, left_behind, told, whole
from tests.integration.proxy import FAULTS, RESET, SLOW, Proxy, port_of, proxy_to, through
from tests.integration.terminal import Terminal, read_until
from tests.integration.waiting import HANGS_SECONDS, POLL_SECONDS, Eventually

pytestmark = pytest.mark.integration

#: Rounds in `make test`.
SHORT = 3
VERBS = ("create", "update", "delete", "apply", "list", "wait")
GROUP = "{{name: {name}, image: 'my-registry/server:v1', port: 8080, tags: {{round: '{round}'}}}}"
#: Bytes of a command that nothing stops, before one has told.
READ, CHANGE = 20_000.0, 600_000.0
#: Seconds until the network is back, at most; half of them while the command still runs.
AWAY = 8.0
#: The command line, which does not wait half a minute for an answer.
IMPATIENT = """
from scaling_group.operations import outage
outage.PAUSE_SECONDS, outage.PATIENCE_SECONDS = 0.2, 1.0
from scaling_group.cli.start import main
main()
"""


class Rounds:
    """The groups that commands are about, and how much they send."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self.terminal, self.folder = terminal, folder
        self._extents = {verb: Typical(READ if verb in ("list", "wait") else CHANGE) for verb in VERBS}

    def prepared(self, verb: str, number: int) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Return the name of a group, the command that meets the fault, and the one that finishes it."""
        name, file = f"web-{number}", self.folder / "web.yaml"
        group = (f"--name={name}", "--image=my-registry/server:v1", "--port=8080")
        file.write_text(GROUP.format(name=name, round=number))
        apply = ("apply", "-f", "web.yaml")
        if verb == "create":
            return name, ("create", *group, f"--tags=round={number}"), apply
        if verb == "wait":
            self.terminal.create(name, "--no-wait", f"--tags=round={number}", image="simulate/slow-start:3s")
        else:
            self.terminal.create(name, "--no-wait")
        commands = {
            "update": ("update", name, f"--tags=round={number}"),
            "delete": ("delete", name),
            "apply": apply,
            "list": ("list",),
            "wait": ("wait", name),
        }
        return name, commands[verb], commands[verb]

    def broken(self, verb: str, number: int, *command: str) -> tuple[str, int, str]:
        """Run a command whose network breaks down; return what was done, the exit code and what was said."""
        chance = chance_of(f"network {number}")
        how = FAULTS[(number % len(VERBS) + number // len(VERBS)) % len(FAULTS)]
        after = self._extents[verb].some(chance)
        with proxy_to(port_of(self.terminal), how, after) as proxy:
            far = through(self.terminal, proxy.port, self.folder)
            process = far.start(*command)
            stayed = _stays_away(process, proxy, how, chance)
            _, said = process.communicate(timeout=HANGS_SECONDS)
            if proxy.passed < after:
                self._extents[verb].heard(proxy.passed)
        place = f"after {after / 1000:.0f} kB, {stayed}" if proxy.passed >= after else "not reached"
        what = f"{verb} {number}: {how} {place} ({' '.join(command)}), exit code {process.returncode}"
        print(what)
        return what, process.returncode, said


def _stays_away(process: subprocess.Popen[str], proxy: Proxy, how: str, chance: random.Random) -> str:
    """Let the network come back after a while, or only after the command; return which it was."""
    seconds = chance.uniform(0.0, 2 * AWAY)
    if how == SLOW:
        return "to the end"
    while not proxy.broken and process.poll() is None:
        _ends_within(process, POLL_SECONDS)
    if seconds > AWAY:
        _ends_within(process, HANGS_SECONDS)
        return "until it had ended"
    _ends_within(process, seconds % AWAY)
    proxy.heal()
    return f"for {seconds % AWAY:.1f} s"


def _ends_within(process: subprocess.Popen[str], seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def test_once_the_network_is_back_one_command_finishes_what_it_broke(
    terminal: Terminal, tmp_path: Path, rounds: range
) -> None:
    each = Rounds(terminal, tmp_path)
    for number in rounds:
        verb = VERBS[number % len(VERBS)]
        name, command, finishing = each.prepared(verb, number)
        before = [] if verb == "create" else terminal.data("history", name)
        what, code, said = each.broken(verb, number, *command)
        assert code in (0, 1, 5), (what, said)
        assert "Traceback" not in said, what
        assert code == 0 or "error: " in said, (what, said)
        told(terminal, what, before, name)
        if verb == "delete":
            done = terminal.group(*finishing)
            assert done.returncode == 0 or "is already deleted" in done.stderr, (what, done.stderr)
            gone(terminal, what, name)
            continue
        finish(terminal, what, *finishing)
        tags = {} if verb == "list" else {"round": str(number)}
        assert whole(terminal, what, name)["spec"]["tags"] == tags, what
        finish(terminal, what, "delete", name, "--no-wait")
        gone(terminal, what, name)


def is_ending(terminal: Terminal) -> bool:
    return "deletionTimestamp" in terminal.objects("web").get("deployment", {}).get("metadata", {})


def test_a_delete_that_the_api_server_has_accepted_does_not_wait_for_one_that_stays_away(
    terminal: Terminal, tmp_path: Path, eventually: Eventually
) -> None:
    """Its engine would, ten minutes long: it waits for Pods of a group that is deleted in the foreground."""
    terminal.create("web")
    state = terminal.folder / "data/state/.pulumi/stacks/scaling-group" / f"{terminal.environment}.web.json"
    # As versions have left it that did not delete in the background.
    policy = '"pulumi.com/deletionPropagationPolicy":"{}ground"'.format
    kept = state.read_text().replace(policy("back"), policy("fore"))
    assert policy("fore") in kept
    state.write_text(kept)
    pod = f"pod/{terminal.pods()[0]['metadata']['name']}"
    terminal.kubectl("patch", pod, '--patch={"metadata": {"finalizers": ["example.com/hold"]}}')
    with proxy_to(port_of(terminal), RESET) as proxy:
        far = through(terminal, proxy.port, tmp_path)
        process = subprocess.Popen(
            [sys.executable, "-c", IMPATIENT, "delete", "web"],
            cwd=far.folder,
            env=far.environ(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        terminal.running.append(process)
        read_until(process.stderr, "deleting Deployment")
        eventually(lambda: is_ending(terminal))
        proxy.fail()
        _, said = process.communicate(timeout=HANGS_SECONDS)
    assert process.returncode == 5, said
    # The provider takes an object for gone where its watch had not begun: the command itself finds out then.
    stopped = "error: the API server has not answered for 1 s, and the engine was stopped" in said
    assert stopped or "error: cannot reach cluster https://" in said
    assert not stopped or "the API server does not answer; retrying" in said
    assert "Objects of web may still exist." in said
    assert "Finish it with: scaling-group delete --name=web" in said
    assert left_behind(terminal) == []

    told(terminal, "delete", terminal.data("history", "web"), "web")
    terminal.kubectl("patch", pod, '--patch={"metadata": {"finalizers": null}}')
    finish(terminal, "delete", "delete", "web")
    gone(terminal, "delete", "web")
