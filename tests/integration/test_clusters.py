"""One group name in several places of one program, as in several clusters."""

from __future__ import annotations

import pytest

from tests.integration.project import Project
from tests.integration.terminal import ROOT, Terminal
from tests.integration.waiting import new_namespace

pytestmark = pytest.mark.integration

PROGRAM = ROOT / "tests" / "integration" / "programs" / "clusters"
KINDS = {"deployment", "service", "httproute"}


def configure(project: Project, terminal: Terminal, **namespaces: str) -> None:
    """Set which component has its group in which namespace; `_` stands for `-` in their names."""
    components = {name.replace("_", "-"): namespace for name, namespace in namespaces.items()}
    project.configure({"environment": terminal.environment, "components": components})


def elsewhere(terminal: Terminal) -> Terminal:
    return Terminal(**{**vars(terminal), "namespace": new_namespace(terminal.cluster)})


def uids(terminal: Terminal) -> dict[str, str]:
    return {kind: each["metadata"]["uid"] for kind, each in terminal.objects("inference").items()}


def all_of_both_is_there_and_goes(project: Project, terminal: Terminal, other: Terminal) -> None:
    assert project.outputs() == {
        f"{region}-inference": f"https://{terminal.environment}-{region}-inference.gw.localhost"
        for region in ("eu", "us")
    }
    project.up("--expect-no-changes")
    project.destroy()
    assert (uids(terminal), uids(other)) == ({}, {})


@pytest.mark.long
def test_a_program_has_a_group_of_one_name_in_each_of_two_clusters(terminal: Terminal) -> None:
    """Both at once; that one comes after the other has the test below."""
    other = elsewhere(terminal)
    project = Project.copy_of(PROGRAM, terminal)
    configure(project, terminal, eu_inference=terminal.namespace, us_inference=other.namespace)
    project.up()
    assert uids(terminal).keys() == uids(other).keys() == KINDS
    all_of_both_is_there_and_goes(project, terminal, other)


def test_one_that_is_called_after_its_group_stays_when_another_is_added(terminal: Terminal) -> None:
    other = elsewhere(terminal)
    project = Project.copy_of(PROGRAM, terminal)
    configure(project, terminal, inference=terminal.namespace)
    project.up()
    before = uids(terminal)
    configure(project, terminal, us_inference=other.namespace, inference=terminal.namespace)
    project.up()
    assert uids(terminal) == before
    assert uids(other).keys() == KINDS
    project.destroy()


def test_objects_that_were_called_after_their_group_stay_where_another_component_is_added_at_once(
    terminal: Terminal,
) -> None:
    """What an earlier version has left: the same URN for a child whatever its component is called."""
    other = elsewhere(terminal)
    project = Project.copy_of(PROGRAM, terminal)
    configure(project, terminal, eu_inference=terminal.namespace)
    project.up()
    state = project.folder / "state.json"
    project.run("stack", "export", "--stack", "dev", "--file", str(state))
    text = state.read_text()
    for kind in ("Deployment", "Service", "HTTPRoute"):
        text = text.replace(f"{kind}::eu-inference", f"{kind}::inference")
    state.write_text(text)
    project.run("stack", "import", "--stack", "dev", "--file", str(state))
    before = uids(terminal)

    configure(project, terminal, us_inference=other.namespace, eu_inference=terminal.namespace)
    project.up()
    assert uids(terminal) == before
    assert uids(other).keys() == KINDS
    all_of_both_is_there_and_goes(project, terminal, other)


def test_a_namespace_and_a_group_in_it_are_made_and_removed_by_one_program(terminal: Terminal) -> None:
    made = Terminal(**{**vars(terminal), "namespace": f"{terminal.namespace}-made"})
    project = Project.copy_of(PROGRAM.with_name("namespace"), terminal)
    project.configure({"environment": terminal.environment, "namespace": made.namespace})
    project.run("preview", "--stack", "dev")
    project.up()
    assert uids(made).keys() == KINDS
    project.destroy()
    assert uids(made) == {}
