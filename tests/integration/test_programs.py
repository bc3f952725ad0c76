"""Each program of programs/, as its README says: preview and up, an update, destroy."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.integration.package import installable
from tests.integration.project import Project
from tests.integration.terminal import ROOT, Terminal, comparable

pytestmark = pytest.mark.integration

PROGRAMS = ROOT / "programs"
FULL_EXAMPLE = ROOT / "tests" / "golden" / "product-page" / "full-example.yaml"
DIGEST = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def environment(terminal: Terminal) -> dict[str, Any]:
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}
    return {"id": terminal.environment, "namespace": terminal.namespace, "gateway": gateway}


def replicas(terminal: Terminal, name: str) -> int:
    return int(terminal.objects(name)["deployment"]["spec"]["replicas"])


def image(terminal: Terminal, name: str) -> str:
    template = terminal.objects(name)["deployment"]["spec"]["template"]
    return str(template["spec"]["containers"][0]["image"])


def is_the_full_example(terminal: Terminal) -> bool:
    made = comparable(terminal.objects("llm-inference"), terminal)
    return made == list(yaml.safe_load_all(FULL_EXAMPLE.read_text()))


def test_llm_inference_is_the_full_example_of_the_product_page(terminal: Terminal) -> None:
    project = Project.copy_of(PROGRAMS / "llm-inference", terminal)
    project.configure({"environment": environment(terminal)})
    said = project.run("up", "--yes", "--stack", "dev")
    assert "Previewing update" in said
    assert is_the_full_example(terminal)
    assert project.outputs() == {
        "url": f"https://{terminal.environment}-llm-inference.gw.localhost",
        "address": f"llm-inference.{terminal.namespace}.svc:8080",
    }
    project.run("config", "set", "replicas", "3")
    project.up()
    assert replicas(terminal, "llm-inference") == 3
    project.destroy()
    assert terminal.objects("llm-inference") == {}
    # The command line knows of it where it has the same backend.
    [gone] = project.terminal.data("list", "--include-deleted")
    assert (gone["name"], gone["status"], gone["source"]) == ("llm-inference", "Deleted", "llm-inference/dev")
    assert terminal.data("list", "--include-deleted") == []


def test_yaml_makes_the_same_objects_as_python(terminal: Terminal) -> None:
    installable(terminal.folder)
    project = Project.copy_of(PROGRAMS / "yaml", terminal)
    project.run("install")
    settings = {
        "environment": terminal.environment,
        "namespace": terminal.namespace,
        "domain": "gw.localhost",
    }
    project.configure(settings)
    said = project.run("up", "--yes", "--stack", "dev")
    assert "Previewing update" in said
    assert is_the_full_example(terminal)
    project.configure({**settings, "replicas": 3})
    project.up()
    assert replicas(terminal, "llm-inference") == 3
    project.up("--expect-no-changes")
    project.destroy()
    assert terminal.objects("llm-inference") == {}


def test_fleet_makes_changes_and_deletes_the_groups_of_its_file(terminal: Terminal) -> None:
    project = Project.copy_of(PROGRAMS / "fleet", terminal)
    shared = Project(project.terminal, project.folder / "shared")
    shared.run("stack", "init", "dev")
    settings = {
        "environment": terminal.environment,
        "namespace": terminal.namespace,
        "domain": "gw.localhost",
    }
    shared.configure(settings)
    shared.up()

    said = project.run("up", "--yes", "--stack", "dev")
    assert "Previewing update" in said
    assert set(project.outputs()) == {"embeddings", "llm-inference", "moderation"}
    assert image(terminal, "llm-inference") == f"my-registry/llm-serving:v3@{DIGEST}"
    assert image(terminal, "embeddings") == "my-registry/embeddings:v2"

    file = project.folder / "groups.yaml"
    embeddings, llm, _ = file.read_text().split("---\n")
    file.write_text("---\n".join([embeddings.replace("replicas: 2", "replicas: 1"), llm]))
    project.up()
    assert replicas(terminal, "embeddings") == 1
    assert terminal.objects("moderation") == {}
    project.destroy()
    assert terminal.names() == []


def test_a_fleet_names_what_its_environment_lacks_and_every_fault_of_its_groups(terminal: Terminal) -> None:
    project = Project.copy_of(PROGRAMS / "fleet", terminal)
    shared = Project(project.terminal, project.folder / "shared")
    text = (shared.folder / "Pulumi.yaml").read_text()
    (shared.folder / "Pulumi.yaml").write_text("name: shared\nruntime: yaml\noutputs: {a: b}\n")
    shared.run("stack", "init", "dev")
    shared.up()
    said = project.up(succeeds=False)
    assert "organization/shared/dev has no plain output called environment" in said
    assert "Traceback" not in said

    (shared.folder / "Pulumi.yaml").write_text(text)
    shared.configure({"environment": "Not_Legal", "namespace": terminal.namespace})
    shared.up()
    bad = "---\nname: Bad_Name\nimage: a/b:1\nport: 0\nreplcas: 2\n"
    with (project.folder / "groups.yaml").open("a") as file:
        file.write(bad)
    said = project.up(succeeds=False)
    assert "groups.yaml is not valid:" in said
    for fault in (
        r"groups.yaml:23: name: ",
        r"groups.yaml:25: port: ",
        r"groups.yaml:26: replcas: no such field. Did you mean 'replicas'\?",
        r"environment.id: 'Not_Legal'",
    ):
        assert re.search(fault, said), (fault, said)
    assert "Traceback" not in said
    assert terminal.names() == []


def test_missing_settings_are_named_before_anything_is_made(terminal: Terminal) -> None:
    project = Project.copy_of(PROGRAMS / "llm-inference", terminal)
    project.configure({})
    said = project.up(succeeds=False)
    assert "Missing required configuration variable 'llm-inference:environment'" in said

    given = environment(terminal)
    del given["gateway"]["domain"]
    project.configure({"environment": given})
    said = project.up(succeeds=False)
    assert "environment.gateway.domain: is required." in said
    assert "Traceback" not in said
    assert terminal.names() == []


def test_a_name_that_the_command_line_uses_is_refused_and_nothing_of_its_group_is_touched(
    terminal: Terminal,
) -> None:
    terminal.create("llm-inference")
    before = terminal.objects("llm-inference")
    project = Project.copy_of(PROGRAMS / "llm-inference", terminal)
    project.configure({"environment": environment(terminal)})
    said = project.up(succeeds=False)
    assert "Server-Side Apply field conflict" in said
    assert ".metadata.labels.chalk.ai/scaling-group" in said
    project.destroy()
    assert terminal.objects("llm-inference") == before


def test_the_workflows_own_commands_preview_and_apply(terminal: Terminal) -> None:
    project = Project.copy_of(PROGRAMS / "github-actions", terminal, "prod")
    file = project.folder / "Pulumi.prod.yaml"
    record = yaml.safe_load(file.read_text())["config"]["scaling-group:record"]
    project.configure({"record": {**record, "environment": environment(terminal)}})

    assert "+ 5 to create" in workflow(project, "preview")
    workflow(project, "up")
    assert replicas(terminal, "inference") == 3
    spec = {**record["spec"], "replicas": 1}
    project.configure({"record": {"spec": spec, "environment": environment(terminal)}})
    workflow(project, "up")
    assert replicas(terminal, "inference") == 1
    project.destroy()
    assert terminal.objects("inference") == {}


def workflow(project: Project, job: str) -> str:
    """Run the command of a job that previews or changes."""
    text = (project.folder / ".github" / "workflows" / "scaling-group.yaml").read_text()
    steps = yaml.safe_load(text)["jobs"][job]["steps"]
    [command] = [step["run"] for step in steps if "--stack" in step.get("run", "")]
    return project.run(*command.removeprefix("pulumi ").split())
