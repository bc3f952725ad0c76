"""One group name in several places of one program, as in several clusters."""

from __future__ import annotations

import pytest

from tests.integration.project import Project
from tests.integration.terminal import ROOT, Terminal
from tests.integration.waiting import new_namespace

pytestmark = pytest.mark.integration

PROGRAM = ROOT / "tests" / "integration" / "programs" / "clusters"


def configure(project: Project, terminal: Terminal, **namespaces: str) -> None:
    project.configure({"environment": terminal.environment, "namespaces": namespaces})


def test_a_program_has_a_group_of_one_name_in_each_of_two_clusters(terminal: Terminal) -> None:
    other = new_namespace(terminal.cluster)
    project = Project.copy_of(PROGRAM, terminal)
    configure(project, terminal, eu=terminal.namespace, us=other)
    project.up()
    assert project.outputs() == {
        region: f"https://{terminal.environment}-{region}-inference.gw.localhost" for region in ("eu", "us")
    }
    kinds = {"deployment", "service", "httproute"}
    there = Terminal(**{**vars(terminal), "namespace": other})
    assert terminal.objects("inference").keys() == there.objects("inference").keys() == kinds
    project.up("--expect-no-changes")
    project.destroy()
    assert (terminal.objects("inference"), there.objects("inference")) == ({}, {})
