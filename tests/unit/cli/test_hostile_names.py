"""Names are data: none of them is a path, a pattern or a query, whatever the verb."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.done import Call

#: With what each needs besides the name to come as far as the name.
VERBS = {
    "get": [],
    "update": ["--replicas=2"],
    "scale": ["2"],
    "delete": ["--yes"],
    "restore": [],
    "history": [],
    "diff": [],
    "rollback": [],
    "wait": [],
    "logs": [],
    "events": [],
    "unlock": ["--force"],
}
#: A name, and the legal form that is offered for it, if any.
NAMES = {
    "web/../../x": "web-x",
    "a/../../x": "a-x",
    "*": "",
    "..": "",
    "web?x=1": "web-x-1",
    "we[b]": "we-b",
    "web%2F..": "web-2f",
    "web.json": "web-json",
    "web\n::error::": "web-error",
    "web\x1b]0;x\x07": "web-0-x",
    "--force": "force",
    "w" * 64: "w" * 63,
}


def names_below(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*")}


@pytest.fixture
def with_state(configured: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The same with a kubeconfig of a cluster that nobody must be asked for, and the state of a group."""
    monkeypatch.setenv("SCALING_GROUP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    (tmp_path / "kubeconfig").write_text(
        "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n"
        "contexts: [{name: c, context: {cluster: c}}]\ncurrent-context: c\n"
    )
    state = tmp_path / "data" / "state" / ".pulumi"
    for part in ("stacks/scaling-group", "locks/organization/scaling-group/abc123.web"):
        (state / part).mkdir(parents=True)
    (state / "stacks/scaling-group/x.json").write_text("{}")
    (state / "locks/organization/scaling-group/abc123.web/1.json").write_text("{}")
    return configured


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_a_name_that_is_none_and_touches_nothing(
    with_state: Call, tmp_path: Path, verb: str, name: str
):
    before = names_below(tmp_path)

    done = with_state(verb, f"--name={name}", *VERBS[verb])

    assert (done.code, done.out) == (2, "")
    heading, fault = done.err.splitlines()
    assert heading == "error: the flags are not valid:"
    assert fault.startswith("  --name: ")
    assert "For example" not in fault if not NAMES[name] else fault.endswith(f"For example: {NAMES[name]}")
    assert names_below(tmp_path) == before


@pytest.mark.parametrize("verb", sorted({*VERBS, "export"} - {"diff"}))
def test_a_name_without_its_flag_is_checked_as_well(with_state: Call, verb: str):
    done = with_state(verb, "web/../../x", *VERBS.get(verb, []))

    assert (done.code, done.out) == (2, "")
    assert "For example: web-x" in done.err


def test_every_name_of_export_is_checked(with_state: Call):
    done = with_state("export", "web", "*", "a/b")

    assert (done.code, done.out) == (2, "")
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["error", "  NAME", "  NAME"]


@pytest.mark.parametrize("verb", ["list", "doctor", "gpus", *sorted(VERBS)])
@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--environment", "*", "'*' is not a name of lower-case letters, digits and '-'"),
        ("--environment", "../abc123", "For example: abc123"),
        ("--environment", "", "'' is not a name"),
        ("--namespace", "*", "'*' is not a name of lower-case letters, digits and '-'"),
        ("--namespace", "a/../kube-system", "For example: a-kube-system"),
        ("--namespace", "", "'' is not a name"),
        ("--context", "a\nb", "'a\\nb' is not the name of a context"),
        ("--context", "\x1b[2J", "'\\x1b[2J' is not the name of a context"),
        ("--context", "", "'' is not the name of a context"),
    ],
)
def test_flags_of_the_place_are_names_as_well(with_state: Call, verb: str, flag: str, value: str, said: str):
    name = [] if verb in ("list", "doctor", "gpus") else ["--name=web"]
    done = with_state(verb, *name, *VERBS.get(verb, []), f"{flag}={value}")

    assert (done.code, done.out) == (2, "")
    heading, fault = done.err.splitlines()
    assert heading == "error: the flags are not valid:"
    assert fault.startswith(f"  {flag}: ")
    assert said in fault


def test_a_context_may_be_named_as_clouds_name_them(with_state: Call):
    for context in ("arn:aws:eks:eu-west-1:1:cluster/a", "gke_p_europe-west1-b_c", "admin@kind", "Über uns"):
        done = with_state("get", "web", f"--context={context}")
        assert done.code == 3, done.err
        assert f"no context {context!r}" in done.err


def test_a_context_of_a_variable_or_a_file_is_checked_too(with_state: Call, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("SCALING_GROUP_CONTEXT", "a\nb")
    done = with_state("list")
    assert done.code == 2
    assert "error: the settings are not valid:\n  context: 'a\\nb' is not the name of a context" in done.err


def test_a_name_of_a_context_that_is_no_context_is_a_fault_of_programs_too(with_state: Call):
    done = with_state("get", "a/b", "-o", "json")
    assert [fault["field"] for fault in done.error["faults"]] == ["--name"]
