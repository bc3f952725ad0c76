"""The component as a package for other languages: its schema, numbers, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.package import installable
from tests.integration.project import Project
from tests.integration.terminal import ROOT, Terminal

pytestmark = pytest.mark.integration

PROGRAMS = ROOT / "tests" / "integration" / "programs"
SCHEMA = ROOT / "tests" / "golden" / "component" / "schema.json"

#: Configuration in place of the sample's own, of the stack with the values, or of the sample.
Change = Callable[..., Project]


@pytest.fixture
def sample(terminal: Terminal) -> Change:
    """Make the sample's stack; `values` are outputs of the other stack, `settings` its own configuration."""
    installable(terminal.folder)
    values_of = Project.copy_of(PROGRAMS / "values", terminal)
    project = Project.copy_of(PROGRAMS / "package", terminal)

    def configured(values: dict[str, Any], **settings: Any) -> Project:
        values_of.configure(values)
        values_of.up()
        place = {"environment": terminal.environment, "namespace": terminal.namespace}
        project.configure({"values": "organization/values/dev", **place, **settings})
        return project

    return configured


def test_the_schema_is_the_golden_one(
    terminal: Terminal, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    package = installable(tmp_path)
    offline = terminal.with_variables(PIP_NO_INDEX="1")
    done = offline.shell(f"pulumi package get-schema {package}")
    assert done.returncode == 0, done.stderr
    # What the installation says comes before.
    found = json.loads(done.stdout[done.stdout.index("{") :])
    if request.config.getoption("--update-goldens"):
        SCHEMA.parent.mkdir(exist_ok=True)
        SCHEMA.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
    assert found == json.loads(SCHEMA.read_text())


def test_what_another_stack_sends_is_checked_and_used(sample: Change, terminal: Terminal) -> None:
    """One installation of the package serves all that follows: it takes longer than they do."""
    project = sample({"key": "no-colon"}, port=70000, environment="Not_Legal")
    project.run("install")
    what_breaks_a_rule_is_named_by_its_property_and_without_a_traceback(project, sample)
    assert terminal.names() == []
    whole_numbers_arrive_as_such(sample, terminal)
    what_scales_a_group_is_as_the_command_line_makes_it(terminal)
    how_a_group_is_reached_is_as_the_command_line_makes_it(terminal)
    project.destroy()
    a_secret_is_refused_and_not_printed(sample, terminal)
    assert terminal.names() == []


def what_breaks_a_rule_is_named_by_its_property_and_without_a_traceback(
    project: Project, sample: Change
) -> None:
    said = project.up(succeeds=False)
    assert "ScalingGroup 'sample' is not valid:" in said
    assert "port: input should be less than or equal to 65535, not 70000." in said
    assert "environment.id: 'Not_Legal' is not a name" in said

    said = sample({"key": "no-colon"}).up(succeeds=False)
    assert "secretEnv.API_KEY: 'no-colon' is not secret:key" in said

    said += sample({"replicas": -1}).up(succeeds=False)
    assert "replicas: input should be greater than or equal to 0, not -1." in said
    for noise in ("Traceback", "File ", "Unexpected", "<class"):
        assert noise not in said


def whole_numbers_arrive_as_such(sample: Change, terminal: Terminal) -> None:
    project = sample({"replicas": 2})
    project.up()
    deployment = terminal.objects("sample")["deployment"]
    assert deployment["spec"]["replicas"] == 2
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert "lifecycle" not in container
    labels = deployment["metadata"]["labels"]
    assert labels["example.com/scaling-group"] == project.outputs()["id"]
    record = json.loads(deployment["metadata"]["annotations"]["example.com/record"])
    assert (record["spec"]["replicas"], record["spec"]["port"]) == (2, 8080)
    sample({"replicas": 0}).up()
    assert terminal.objects("sample")["deployment"]["spec"]["replicas"] == 0


def what_scales_a_group_is_as_the_command_line_makes_it(terminal: Terminal) -> None:
    scaling = {"min": 2, "max": 6, "pods": {"waiting": 5}, "scale_down": {"window": "1m"}}
    rendered = rendered_group(terminal, autoscale=scaling)
    found = json.loads(terminal.kubectl("get", "horizontalpodautoscaler", "scaled", "-o", "json"))["spec"]
    # What is left out of a behavior the API server fills in.
    assert found.pop("behavior")["scaleDown"]["stabilizationWindowSeconds"] == 60
    wanted = rendered["HorizontalPodAutoscaler"]["spec"]
    assert wanted.pop("behavior") == {"scaleDown": {"stabilizationWindowSeconds": 60}}
    assert found == wanted
    deployment = terminal.objects("scaled")["deployment"]
    assert (deployment["spec"]["replicas"], "replicas" in rendered["Deployment"]["spec"]) == (2, False)


def rendered_group(terminal: Terminal, **fields: Any) -> dict[str, Any]:
    """Return the objects that the command line makes of a group, by kind and the rest of the name."""
    group = {"name": "scaled", "image": "my-registry/server:v1", "port": 8080, **fields}
    (terminal.folder / "scaled.yaml").write_text(yaml.safe_dump(group))
    found = yaml.safe_load_all(terminal.group("render", "-f", "scaled.yaml").stdout)
    return {each["kind"] + each["metadata"]["name"].removeprefix("scaled"): each for each in found}


#: What the sample says of the same group.
REACHED = {
    "hostnames": ["llm.gw.localhost", "api.gw.localhost/v1"],
    "protocol": "h2c",
    "service": "cluster-ip",
    "peers": {"EMBEDDINGS": "embeddings:9000"},
    "disruptions": "max_unavailable=1",
    "min_ready": 1,
}


def how_a_group_is_reached_is_as_the_command_line_makes_it(terminal: Terminal) -> None:
    rendered = rendered_group(terminal, **REACHED)
    assert len(rendered) == 6
    for made in rendered.values():
        kind, name = made["kind"], made["metadata"]["name"]
        found = json.loads(terminal.kubectl("get", kind, name, "-o", "json"))["spec"]
        if kind == "Deployment":
            [container], [live] = (each["template"]["spec"]["containers"] for each in (made["spec"], found))
            assert (found["minReadySeconds"], live["env"]) == (1, container["env"])
        else:
            # The API server adds addresses and its defaults.
            assert found.items() >= made["spec"].items()


def a_secret_is_refused_and_not_printed(sample: Change, terminal: Terminal) -> None:
    file = terminal.folder / "tests" / "integration" / "programs" / "values" / "Pulumi.yaml"
    file.write_text(file.read_text().replace("image: ${image}", "image:\n    fn::secret: hush/server:v1"))
    said = sample({}).up(succeeds=False)
    assert "image: is marked as a secret, because it was made from one" in said
    assert "hush" not in said
