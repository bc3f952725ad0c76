"""Guardrails of the settings on the command line: before the engine, before the cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaling_group.operations.context import unguarded
from scaling_group.settings.guardrails import patient
from scaling_group.spec.group import group_spec
from tests.unit.cli.done import SETTINGS, Call
from tests.unit.operations.fakes import ENVIRONMENT

FLAGS = ["--name=inference", "--image=my-registry/my-server:v1", "--port=8080"]
GROUPS = """\
name: inference
image: my-registry/my-server:v1
port: 8080
tags: {team: ml}
---
name: other
image: my-registry/other:v1
port: 8080
"""
TEAM = 'required-tags = {tags = ["team"]}'
MISSING = "required-tags: the tag team is missing. Set it in tags (--tags=KEY=VALUE)."


@pytest.fixture
def guarded(configured: Call, tmp_path: Path):
    """Write rules into the settings file of the folder."""

    def write(*rules: str) -> None:
        text = "\n".join([SETTINGS, "[guardrails]", *rules])
        (tmp_path / "scaling-group.toml").write_text(text)
        (tmp_path / "groups.yaml").write_text(GROUPS)

    return write


def test_a_short_wait_is_warned_of_beside_the_guardrails():
    told: list[str] = []
    slow = group_spec({"name": "a", "image": "a/b:1", "port": 1, "startup": "tcp,period=10,failures=60"})

    patient(unguarded, 10, told.append)(slow, ENVIRONMENT)
    patient(unguarded, None, told.append)(slow, ENVIRONMENT)

    [warning] = told
    assert warning.startswith("warning: a pod may take 600 s to start")


def test_create_is_refused_where_there_is_not_even_a_cluster(guarded, configured: Call, tmp_path: Path):
    guarded(TEAM, 'allowed-registries = {registries = ["ghcr.io"]}')
    done = configured("create", *FLAGS)

    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "error: the guardrails refuse inference:",
        f"  {MISSING}",
        "  allowed-registries: the image my-registry/my-server:v1 of the container main is in none of "
        "ghcr.io. Push the image to one of them and name it there (--image).",
        f"  They are set in {tmp_path}/scaling-group.toml.",
    ]
    assert not (tmp_path / "home").exists()


def test_what_keeps_the_rules_goes_on(guarded, configured: Call):
    guarded(TEAM)
    assert "no cluster" in configured("create", *FLAGS, "--tags=team=ml").err


def test_create_as_json_names_the_rule(guarded, configured: Call):
    guarded(TEAM)
    done = configured("create", *FLAGS, "-o", "json")

    [fault] = done.error["faults"]
    assert (fault["field"], done.error["exitCode"]) == ("required-tags", 2)


@pytest.mark.parametrize("verb", ["validate", "apply", "render"])
def test_every_group_of_a_file_is_checked_before_one_is_changed(guarded, configured: Call, verb: str):
    guarded(TEAM, "replica-ceiling = {most = 0}")
    done = configured(verb, "-f", "groups.yaml")

    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == "error: the guardrails refuse the groups:"
    assert [line.split(". ")[0].strip() for line in done.err.splitlines()[1:-1]] == [
        "groups.yaml:1: replica-ceiling: 1 replica is more than the 0 that are allowed",
        "groups.yaml:6: required-tags: the tag team is missing",
        "groups.yaml:6: replica-ceiling: 1 replica is more than the 0 that are allowed",
    ]


def test_what_is_advisory_warns(guarded, configured: Call):
    guarded('required-tags = {level = "advisory", tags = ["team"]}', 'no-mutable-tag = "advisory"')
    done = configured("validate", "-f", "groups.yaml")

    assert (done.code, done.out) == (0, "2 groups are valid\n")
    assert done.err == f"warning: groups.yaml:6: {MISSING}\n"
    assert configured("render", *FLAGS).err == f"warning: {MISSING}\n"


def test_what_is_disabled_says_nothing(guarded, configured: Call):
    guarded('required-tags = "disabled"')
    assert configured("render", *FLAGS).err == ""


def test_the_environment_decides_which_ceiling_holds(guarded, configured: Call):
    guarded("replica-ceiling = {most = 10, environments = {abc123 = 2}}")

    assert "2 that are allowed in environment abc123" in configured("render", *FLAGS, "--replicas=3").err
    assert configured("render", *FLAGS, "--replicas=3", "--environment=prod").code == 0


def test_a_guardrail_that_is_not_valid_is_named_by_its_file_and_key(
    guarded, configured: Call, tmp_path: Path
):
    guarded('required-tag = {tags = ["team"]}', 'allowed-registries = {registry = "a", level = "must"}')
    done = configured("create", *FLAGS)

    place = f"  {tmp_path}/scaling-group.toml: guardrails"
    assert done.code == 2
    assert done.err.splitlines() == [
        "error: the guardrails are not valid:",
        f"{place}.required-tag: no such rule. Did you mean 'required-tags'?",
        f"{place}.allowed-registries.level: 'must' is not one of mandatory, advisory, disabled.",
        f"{place}.allowed-registries.registries: is required.",
        f"{place}.allowed-registries.registry: no such field. Did you mean 'registries'?",
        "  See docs/rules.md.",
    ]


def test_validate_needs_settings_only_where_there_are_guardrails(call: Call, tmp_path: Path):
    (tmp_path / "groups.yaml").write_text(GROUPS)
    assert call("validate", "-f", "groups.yaml").code == 0

    (tmp_path / "scaling-group.toml").write_text(f"[guardrails]\n{TEAM}\n")
    done = call("validate", "-f", "groups.yaml")
    assert done.code == 2
    assert "  environment: not set (by " in done.err


@pytest.fixture
def of_user(tmp_path: Path):
    """Write rules into the user's own file."""

    def write(*rules: str) -> Path:
        user = tmp_path / "home" / "scaling-group" / "scaling-group.toml"
        user.parent.mkdir(parents=True, exist_ok=True)
        user.write_text("\n".join(["[guardrails]", *rules]))
        return user

    return write


def test_a_project_tightens_the_users_rules(guarded, of_user, configured: Call, tmp_path: Path):
    user = of_user("replica-ceiling = {most = 5}", 'required-tags = {level = "advisory", tags = ["team"]}')
    guarded("replica-ceiling = {most = 2}", TEAM)

    done = configured("render", *FLAGS, "--replicas=3")
    assert done.err.splitlines() == [
        f"warning: {MISSING}",
        "error: the guardrails refuse inference:",
        "  replica-ceiling: 3 replicas are more than the 2 that are allowed. "
        "Request fewer (--replicas, --max-replicas), or raise the ceiling.",
        f"  {MISSING}",
        f"  They are set in {user}, {tmp_path}/scaling-group.toml.",
    ]


@pytest.mark.parametrize(
    "rule",
    [
        'replica-ceiling = "disabled"',
        'replica-ceiling = {level = "disabled", most = 9}',
        'replica-ceiling = {level = "advisory", most = 1}',
        "replica-ceiling = {most = 9}",
        "replica-ceiling = {most = 9, environments = {abc123 = 9}}",
    ],
)
def test_a_project_never_loosens_the_users_rules(guarded, of_user, configured: Call, rule: str):
    of_user("replica-ceiling = {most = 1}")
    guarded(rule)

    done = configured("render", *FLAGS, "--replicas=2")

    assert done.code == 2
    assert "replica-ceiling: 2 replicas are more than the 1 that are allowed" in done.err


@pytest.mark.parametrize("value", ["[guardrails]\na = ", 'guardrails = "all"', "guardrails = [1]"])
def test_a_file_that_cannot_be_read_is_named(configured: Call, tmp_path: Path, value: str):
    (tmp_path / "scaling-group.toml").write_text(value)
    done = configured("render", *FLAGS)

    assert done.code == 2
    assert f"the settings file {tmp_path}/scaling-group.toml" in done.err
