"""The component with Outputs that are truly unknown in a preview, on the real engine."""

from __future__ import annotations

import json

import pytest

from tests.integration.project import Project, Step, operations
from tests.integration.terminal import ROOT, Terminal

pytestmark = pytest.mark.integration

PROGRAM = ROOT / "tests" / "integration" / "programs" / "outputs"
FIRST = {"source": "first", "image": "my-registry/a:v1", "cpu": "1000m", "team": "ml", "model": "llama3"}
#: What the engine sends in place of a text that is not known yet.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
#: Another ConfigMap is made, so image, cpu, tags and env are unknown again while the group exists.
SECOND = {"source": "second", "image": "my-registry/a:v2", "cpu": "2", "team": "search", "model": "llama4"}


@pytest.fixture
def project(terminal: Terminal) -> Project:
    return Project.copy_of(PROGRAM, terminal)


def configure(project: Project, terminal: Terminal, values: dict[str, str]) -> None:
    project.configure({**values, "namespace": terminal.namespace, "environment": terminal.environment})


def assert_unknown(previewed: list[Step]) -> None:
    """A preview that knew everything would show nothing."""
    [deployment] = [
        s["newState"] for s in previewed if s["newState"]["type"] == "kubernetes:apps/v1:Deployment"
    ]
    [container] = deployment["inputs"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == UNKNOWN


def test_unknown_values_are_an_update_and_never_a_replacement(project: Project, terminal: Terminal) -> None:
    configure(project, terminal, FIRST)
    previewed = project.previewed()
    assert operations(previewed)["kubernetes:apps/v1:Deployment"] == "create"
    assert_unknown(previewed)
    project.up()
    first = terminal.objects("sample")["deployment"]

    configure(project, terminal, SECOND)
    previewed = project.previewed()
    steps = operations(previewed)
    assert steps["kubernetes:apps/v1:Deployment"] == "update"
    assert not [kind for kind, op in steps.items() if "replace" in op and "ConfigMap" not in kind]
    assert_unknown(previewed)
    project.up()
    second = terminal.objects("sample")["deployment"]
    assert second["metadata"]["uid"] == first["metadata"]["uid"]

    [container] = second["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "my-registry/a:v2"
    assert container["resources"]["limits"]["cpu"] == "2"
    assert {"name": "MODEL", "value": "llama4"} in container["env"]
    assert second["spec"]["template"]["metadata"]["labels"]["chalk.ai/tag-team"] == "search"
    record = json.loads(second["metadata"]["annotations"]["chalk.ai/record"])
    assert record["spec"]["image"] == "my-registry/a:v2"
    assert set(record) == {"id", "spec", "environment", "source"}
    project.up("--expect-no-changes")
    project.destroy()
    assert terminal.objects("sample") == {}


def test_a_value_that_breaks_a_rule_is_refused_when_it_is_known(project: Project, terminal: Terminal) -> None:
    configure(project, terminal, {**FIRST, "cpu": "1 core"})
    said = project.up(succeeds=False)
    assert "ScalingGroup 'sample' is not valid" in said
    assert "cpu: '1 core' is not a quantity" in said
    assert "Traceback" not in said
    assert "deployment" not in terminal.objects("sample")
