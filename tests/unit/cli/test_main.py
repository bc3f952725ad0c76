"""The program as people and scripts meet it: exit codes, and what is on which stream."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import click
import pytest

from scaling_group.cli.examples import EXAMPLES
from scaling_group.cli.main import VERBS, cli, run

NOWHERE = "--config=/nonexistent/scaling-group.toml"


@pytest.fixture
def called(capsys):
    """Run the program and return exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments))
        captured = capsys.readouterr()
        return int(code), captured.out, captured.err

    return call


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_the_help_of_the_program_names_every_verb(called, flag):
    code, out, err = called(flag)

    assert (code, err) == (0, "")
    assert out.startswith("Usage: scaling-group [OPTIONS] COMMAND [ARGS]...")
    for verb, summary in VERBS.items():
        assert f"  {verb} " in out
        assert summary in out


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_each_verb(called, verb):
    code, out, err = called(verb, "--help")

    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: scaling-group {verb} [OPTIONS]")


@pytest.mark.parametrize(
    "flag",
    [
        "--image", "--name", "--port", "--replicas", "--cpu", "--memory", "--gpu", "--tags", "--entrypoint",
        "--environment", "--namespace", "--context", "--config", "--timeout", "--output",
    ],
)  # fmt: skip
def test_the_help_of_create_names_every_flag(called, flag):
    assert flag in called("create", "--help")[1]


def test_the_version_is_that_of_the_package(called):
    code, out, err = called("--version")

    assert (code, err) == (0, "")
    assert out.strip() == "0.1.0"


def test_no_verb_shows_the_help_and_is_a_usage_error(called):
    code, out, err = called()

    assert (code, out) == (2, "")
    assert err.startswith("Usage: scaling-group")
    assert "  create " in err


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["crate"], ["error: No such command 'crate'", "  See scaling-group --help"]),
        (["list", "--nope"], ["error: No such option '--nope'", "  See scaling-group list --help"]),
        (["list", "extra"], ["error: Got unexpected extra argument (extra)"]),
        (["get", "-o", "xml"], ["'xml' is not one of 'table', 'json', 'yaml'"]),
        (["delete", "x", "--timeout=soon"], ["'soon' is not a duration; write it like 90s, 10m or 1h"]),
        (["get"], ["error: no name is given", "  Name the group with --name=NAME."]),
        (["get", "a", "--name=b"], ["error: two names are given: 'a' and --name='b'"]),
        (["create", "a", "--name=b"], ["error: two names are given: 'a' and --name='b'"]),
        (["diff", "a", "--name=b"], ["error: two names are given: 'a' and --name='b'"]),
        (["diff", "a", "b"], ["error: 'b' is not the number of a revision"]),
        (["diff", "1", "2"], ["error: no name is given", "  Name the group with --name=NAME."]),
        (["diff", "a", "1" * 5000], ["is not the number of a revision"]),
        (["list", NOWHERE], ["error: there is no settings file /nonexistent/scaling-group.toml"]),
    ],
)
def test_wrong_use_is_exit_2_with_nothing_on_standard_output(called, arguments, parts):
    code, out, err = called(*arguments)

    assert (code, out) == (2, "")
    assert [part for part in parts if part not in err] == [], err


def test_every_bad_value_of_create_is_named_with_its_flag(called):
    code, out, err = called(
        "create", "--image=A B", "--name=X_", "--port=http", "--replicas=-1", "--cpu=fast", "--memory=8GB",
        "--gpu=l4:0", "--tags=team", "--entrypoint=,x",
    )  # fmt: skip

    assert (code, out) == (2, "")
    heading, *lines = err.splitlines()
    assert heading == "error: the flags are not valid:"
    flags = {line.split(":")[0].strip() for line in lines}
    assert flags == {
        "--image", "--name", "--port", "--replicas", "--cpu", "--memory", "--gpu", "--tags", "--entrypoint",
    }  # fmt: skip


def test_a_name_that_is_an_argument_of_create_is_judged_with_its_flags(called):
    _, _, err = called("create", "X_", "--image=A B")

    assert {line.split(":")[0].strip() for line in err.splitlines()[1:]} == {"--image", "--name", "--port"}


def test_missing_flags_of_create_are_named(called):
    _, _, err = called("create")

    for flag in ("--image", "--name", "--port"):
        assert f"  {flag}: is required." in err.splitlines()


def test_one_bad_tag_is_named_by_its_key(called):
    _, _, err = called("create", "--image=a", "--name=a", "--port=80", "--tags=a=1", "--tags=b=not legal")

    assert "  --tags.b: 'not legal' holds ' '" in err


@pytest.mark.parametrize("json_flag", [["-o", "json"], ["-ojson"], ["--output", "json"], ["--output=json"]])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", NOWHERE], "there is no settings file /nonexistent/scaling-group.toml"),
        (["list", "--nope"], "No such option '--nope'."),
        (["get"], "no name is given"),
    ],
)
def test_an_error_for_programs_is_one_json_object_on_standard_error(called, arguments, message, json_flag):
    code, out, err = called(*arguments, *json_flag)

    assert (code, out) == (2, "")
    data = json.loads(err)
    assert len(err.splitlines()) == 1
    assert data["error"] == message
    assert data["exitCode"] == 2
    assert set(data) == {"error", "detail", "resolution", "exitCode", "faults", "status", "diagnoses"}


def test_the_faults_of_an_error_for_programs_are_a_list(called):
    _, _, err = called("create", "--image=a", "--name=X", "--port=80", "-o", "json")

    (fault,) = json.loads(err)["faults"]
    assert fault["field"] == "--name"
    assert fault["message"].endswith("For example: x")


@pytest.mark.parametrize("value", ["--image=a-ojson", "--tags=--output=json", "--name=x-o json"])
def test_a_value_that_looks_like_the_flag_does_not_turn_errors_into_json(called, value):
    assert called("create", value)[2].startswith("error: ")


#: What Windows lacks of Python's library, before anything of ours is loaded. The libraries are loaded
#: already: theirs is to know the system that they are on.
WINDOWS = """
import os, signal, sys, sysconfig
import click, filelock, orjson, platformdirs, psutil, pydantic, rich, yaml

sysconfig.get_config_vars()
sys.platform = "win32"
sys.modules |= dict.fromkeys(("fcntl", "grp", "pwd", "resource", "termios"))
for name in ("geteuid", "getegid", "getuid", "kill", "killpg"):
    delattr(os, name)
for name in ("SIGHUP", "SIGKILL"):
    delattr(signal, name)

from scaling_group.cli.main import main
main()
"""


def test_on_windows_every_command_ends_in_a_sentence():
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS, "list"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "error: scaling-group does not run on Windows",
        "  It stops engines with signals and knows files of its own by owner and mode; Windows has neither.",
        "  Run it in WSL, the Windows Subsystem for Linux.",
    ]


@pytest.mark.parametrize(("alias", "verb"), [("ls", "list"), ("describe", "get")])
def test_an_alias_is_the_command(called, alias, verb):
    assert called(alias, "--help")[1] == called(verb, "--help")[1].replace(f" {verb} ", f" {alias} ", 1)


def test_the_version_is_a_command_too(called):
    assert called("version") == called("--version")


def test_help_is_a_command_too(called):
    assert called("help") == called("--help")
    assert called("help", "get") == called("get", "--help")
    assert called("help", "nothing")[0] == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("updat", "error: No such command 'updat'. Did you mean 'update'?"),
        ("status", "error: No such command 'status'; use: scaling-group get"),
        ("xyzzy", "error: No such command 'xyzzy'."),
    ],
)
def test_a_command_that_does_not_exist_is_told_which_does(called, typed, said):
    code, out, err = called(typed, "web")

    assert (code, out) == (2, "")
    assert err.splitlines()[0] == said


@pytest.mark.parametrize("verb", VERBS)
def test_each_help_ends_with_an_example_that_the_command_takes(called, verb):
    assert called(verb, "--help")[1].rstrip().endswith(EXAMPLES[verb].split()[-1])

    _, *arguments = shlex.split(EXAMPLES[verb].partition(" > ")[0])
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    assert command.make_context(verb, arguments).params
