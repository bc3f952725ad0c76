"""Stacks of the programs of commit e32ca74, Python and YAML: `pulumi up` goes on with them in place."""

from __future__ import annotations

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
