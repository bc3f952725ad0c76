"""The component with Outputs that are truly unknown in a preview, on the real engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.terminal import ROOT, Terminal

pytestmark = pytest.mark.integration

PROGRAM = ROOT / "tests" / "integration" / "programs" / "outputs"
FIRST = {"source": "first", "image": "my-registry/a:v1", "cpu": "1000m", "team": "ml", "model": "llama3"}
#: Another ConfigMap is made, so image, cpu, tags and env are unknown again while the group exists.
SECOND = {"source": "second", "image": "my-registry/a:v2", "cpu": "2", "team": "search", "model": "llama4"}


class Project:
    """A Pulumi project of one stack."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self._folder = folder
        self._terminal = terminal.with_variables(
            PULUMI_BACKEND_URL=f"file://{folder}", PULUMI_CONFIG_PASSPHRASE="only for this test"
        )
        (folder / "__main__.py").write_text((PROGRAM / "__main__.py").read_text())
        runtime = {"name": "python", "options": {"virtualenv": str(ROOT / ".venv")}}
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "sample", "runtime": runtime}))
        self.run("stack", "init", "dev")

    def configure(self, **values: str) -> None:
        values |= {"namespace": self._terminal.namespace, "environment": self._terminal.environment}
        file = self._folder / "Pulumi.dev.yaml"
        settings = (yaml.safe_load(file.read_text()) or {}) if file.exists() else {}
        settings["config"] = {f"sample:{key}": value for key, value in values.items()}
        file.write_text(yaml.safe_dump(settings))

    def run(self, *arguments: str, succeeds: bool = True) -> str:
        line = " ".join(["pulumi", "--non-interactive", *arguments])
        done = self._terminal.shell(line, self._folder)
        assert (done.returncode == 0) is succeeds, done.stdout + done.stderr
        return done.stdout + done.stderr

    def steps(self) -> dict[str, str]:
        """Return the operation that a preview announces for each resource's type."""
        text = self.run("preview", "--stack", "dev", "--json")
        listed: list[dict[str, Any]] = json.loads(text)["steps"]
        return {step["urn"].split("::")[-2].split("$")[-1]: step["op"] for step in listed}


@pytest.fixture
def project(terminal: Terminal, tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(terminal, folder)


def test_unknown_values_are_an_update_and_never_a_replacement(project: Project, terminal: Terminal) -> None:
    project.configure(**FIRST)
    assert project.steps()["kubernetes:apps/v1:Deployment"] == "create"
    project.run("up", "--yes", "--skip-preview", "--stack", "dev")
    first = terminal.objects("sample")["deployment"]

    project.configure(**SECOND)
    steps = project.steps()
    assert steps["kubernetes:apps/v1:Deployment"] == "update"
    assert not [kind for kind, op in steps.items() if "replace" in op and "ConfigMap" not in kind]
    project.run("up", "--yes", "--skip-preview", "--stack", "dev")
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
    project.run("up", "--yes", "--skip-preview", "--stack", "dev", "--expect-no-changes")
    project.run("destroy", "--yes", "--skip-preview", "--stack", "dev")
    assert terminal.objects("sample") == {}


def test_a_value_that_breaks_a_rule_is_refused_when_it_is_known(project: Project, terminal: Terminal) -> None:
    project.configure(**{**FIRST, "cpu": "1 core"})
    said = project.run("up", "--yes", "--skip-preview", "--stack", "dev", succeeds=False)
    assert "ScalingGroup 'sample' is not valid" in said
    assert "cpu: '1 core' is not a quantity" in said
    assert "Traceback" not in said
    assert "deployment" not in terminal.objects("sample")
