"""Stacks of the programs of commit e32ca74, Python and YAML: `pulumi up` goes on with them in place."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.integration.package import installable
from tests.integration.project import Project
from tests.integration.terminal import Terminal
from tests.upgrade.recording import PROJECTS
from tests.upgrade.restored import SHIPPED, Restored
from tests.upgrade.seen import assert_in_place, seen

pytestmark = pytest.mark.integration

GROUP = "llm-inference"
COMPONENT = "serving"
#: What gives the component that name, by file.
PROGRAM = {
    "__main__.py": [(f'"{GROUP}",\n    {{', f'"{COMPONENT}",\n    {{\n        "name": "{GROUP}",')],
    "Pulumi.yaml": [
        (f"  {GROUP}:\n    type: ", f"  {COMPONENT}:\n    type: "),
        ("    properties:\n", f"    properties:\n      name: {GROUP}\n"),
        (f"${{{GROUP}.", f"${{{COMPONENT}."),
    ],
}


def goes_on(restored: Restored, project: Project, source: str) -> None:
    """`pulumi up` without a change leaves the group, one with a change is made in place."""
    terminal = restored.terminal
    before, recorded = seen(terminal, GROUP), terminal.data("get", GROUP)
    assert (recorded["source"], recorded["drift"]) == (source, [])
    project.run("preview", "--stack", "dev", "--expect-no-changes")
    project.run("config", "set", "replicas", "3", "--stack", "dev")
    project.up()
    assert_in_place(before, seen(terminal, GROUP))
    now = terminal.data("get", GROUP)
    assert (now["id"], now["replicas"]["desired"]) == (recorded["id"], 3)
    project.destroy()
    assert terminal.objects(GROUP) == {}


def test_a_python_program_goes_on_in_place(terminal: Terminal) -> None:
    own = replace(terminal, environment=f"env-{SHIPPED.name}")
    restored = Restored(SHIPPED, own, "python-program", renamed=False)
    goes_on(restored, restored.project("llm-inference"), "llm-inference/dev")


def test_a_yaml_program_goes_on_in_place(terminal: Terminal) -> None:
    own = replace(terminal, environment=f"yenv-{SHIPPED.name}")
    restored = Restored(SHIPPED, own, "yaml-program", renamed=False)
    installable(terminal.folder / PROJECTS)
    goes_on(restored, restored.project("yaml"), "yaml/dev")


def called_otherwise(project: Project) -> None:
    """Give the component another name than its group, in the program and in the state that it has left."""
    for file in (project.terminal.folder / PROJECTS / ".pulumi").rglob("*.json"):
        file.write_text(file.read_text().replace(f"ScalingGroup::{GROUP}", f"ScalingGroup::{COMPONENT}"))
    for name, changes in PROGRAM.items():
        file = project.folder / name
        text = file.read_text() if file.exists() else ""
        if changes[0][0] in text:
            for old, new in changes:
                text = text.replace(old, new)
            file.write_text(text)


def objects_have_the_name_of_their_component(project: Project) -> None:
    terminal = project.terminal
    before = seen(terminal, GROUP)
    called_otherwise(project)
    project.up()
    assert_in_place(before, seen(terminal, GROUP))
    resources = json.loads(project.run("stack", "export", "--stack", "dev"))["deployment"]["resources"]
    children = {each["urn"].rpartition("::")[2] for each in resources if "ScalingGroup$" in each["urn"]}
    assert children == {COMPONENT}
    project.destroy()
    assert terminal.objects(GROUP) == {}


def test_objects_that_were_called_after_their_group_stay_in_a_python_program(terminal: Terminal) -> None:
    own = replace(terminal, environment=f"env-{SHIPPED.name}")
    restored = Restored(SHIPPED, own, "python-program", renamed=False)
    objects_have_the_name_of_their_component(restored.project("llm-inference"))


@pytest.mark.long
def test_objects_that_were_called_after_their_group_stay_in_a_yaml_program(terminal: Terminal) -> None:
    own = replace(terminal, environment=f"yenv-{SHIPPED.name}")
    restored = Restored(SHIPPED, own, "yaml-program", renamed=False)
    installable(terminal.folder / PROJECTS)
    objects_have_the_name_of_their_component(restored.project("yaml"))
