"""The policy pack on the real engine: what it stops, what it says, and what it cannot know yet."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import documented
from tests.integration.project import MADE, Project
from tests.integration.terminal import ROOT, Terminal

pytestmark = pytest.mark.integration

SAMPLES = ROOT / "tests" / "integration" / "programs"
LLM = ROOT / "programs" / "llm-inference"
#: What the model server of programs/ keeps.
KEPT = {
    "required-tags": {"tags": ["team", "model"]},
    "allowed-registries": {"registries": ["my-registry"]},
    "replica-ceiling": {"most": 2},
    "gpu-ceiling": {"most": 2},
    "hostname-domain": {"domains": ["gw.localhost"]},
    "resources": {"enforcementLevel": "mandatory", "defaults": False},
    "no-mutable-tag": "mandatory",
}


class Pack:
    """A copy of policies/ and the flags that name it; nothing is installed, its venv is the tests' own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "policies"
        shutil.copytree(ROOT / "policies", self.folder, ignore=MADE)
        (self.folder / "venv").symlink_to(ROOT / ".venv")

    def flags(self, config: dict[str, Any]) -> tuple[str, ...]:
        """Return the flags for the program that starts the pack, which is sooner there than the folder."""
        return self._flags(self.folder / "pack", config)

    def flags_of_the_folder(self, config: dict[str, Any]) -> tuple[str, ...]:
        return self._flags(self.folder, config)

    def _flags(self, pack: Path, config: dict[str, Any]) -> tuple[str, ...]:
        file = self.folder.parent / "policies.json"
        file.write_text(json.dumps(config))
        return ("--policy-pack", str(pack), "--policy-pack-config", str(file))


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


def sample(terminal: Terminal, program: Path = LLM, /, **settings: Any) -> Project:
    project = Project.copy_of(program, terminal)
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}
    place = {"id": terminal.environment, "namespace": terminal.namespace, "gateway": gateway}
    project.configure(settings or {"environment": place})
    return project


def test_an_update_that_breaks_a_rule_is_stopped_and_what_is_there_already_can_be_analyzed(
    terminal: Terminal, pack: Pack
) -> None:
    project = sample(terminal)
    strict = {**KEPT, "required-tags": {"tags": ["team", "owner"]}, "gpu-ceiling": {"most": 1}}
    said = project.up(*pack.flags(strict), succeeds=False)

    assert "required-tags" in said
    assert "the tag owner is missing." in said
    assert "Set it in tags (--tags=KEY=VALUE)." in said
    assert "2 GPUs (2 replicas with 1 each) are more than the 1 that are allowed." in said
    assert "the tag team" not in said
    assert "deployment" not in terminal.objects("llm-inference")

    said = project.up(*pack.flags_of_the_folder(KEPT))
    assert "[mandatory]" not in said
    assert "scaling-group@v0.1.0" in said
    assert set(terminal.objects("llm-inference")) == {"deployment", "service", "httproute"}
    what_is_there_already_can_be_analyzed(project, terminal, pack)


def what_is_there_already_can_be_analyzed(project: Project, terminal: Terminal, pack: Pack) -> None:
    project.run("stack", "export", "--stack", "dev", "--file", "export.json")

    def analyzed(config: dict[str, Any], *, succeeds: bool) -> str:
        return project.run(
            "policy", "analyze", *pack.flags(config), "--file", "export.json", succeeds=succeeds
        )

    assert "scaling-group@v0.1.0" in analyzed(KEPT, succeeds=True)
    said = analyzed({**KEPT, "allowed-registries": {"registries": ["ghcr.io"]}}, succeeds=False)
    assert "the image my-registry/llm-serving:v3 of the container main is in none of ghcr.io." in said
    said = analyzed(
        {"allowed-namespaces": {"enforcementLevel": "advisory", "namespaces": ["prod"]}}, succeeds=True
    )
    assert said.count(f"the namespace {terminal.namespace} is none of prod.") == 3


def test_objects_of_a_program_and_groups_that_it_has_changed_are_asked_too(
    terminal: Terminal, pack: Pack
) -> None:
    project = sample(
        terminal, SAMPLES / "own", environment=terminal.environment, namespace=terminal.namespace
    )
    # What is mandatory stops at the first object; in a preview of what is advisory all of them are told.
    said = project.run("preview", "--stack", "dev", *pack.flags({"all": "advisory"}))
    for sentence in (
        "the volume root is the folder / of the node.",
        "chalk.ai/tag-team is a label or annotation reserved for groups.",
        "the container agent has no memory in its limits.",
        "hostNetwork shares the network of the node.",
    ):
        assert sentence in said
    assert "chalk.ai/scaling-group is" not in said

    said = project.up(*pack.flags({}), succeeds=False)
    assert "[mandatory]  no-host-access" in said
    assert terminal.objects("agent") == {}
    assert "deployment" not in terminal.objects("inference")


def test_what_a_preview_cannot_know_is_asked_at_the_update(terminal: Terminal, pack: Pack) -> None:
    first = {"source": "first", "image": "my-registry/a", "cpu": "1", "team": "ml", "model": "llama3"}
    place = {"namespace": terminal.namespace, "environment": terminal.environment}
    project = sample(terminal, SAMPLES / "outputs", **first, **place)
    strict = pack.flags({"no-mutable-tag": "mandatory"})

    said = project.run("preview", "--stack", "dev", *strict)
    assert "can't run policy 'no-mutable-tag'" in said
    assert "can't be known during preview" in said
    said = project.up(*strict, succeeds=False)
    assert "the image my-registry/a of the container main has no tag, which means latest." in said
    assert "deployment" not in terminal.objects("sample")


#: What may stand in a pack's configuration by mistake, and what the engine or the pack says then.
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"required-tags": {"tag": ["a"]}}, "required-tags.tag: no such field. Did you mean 'tags'?"),
    ({"gpu-ceiling": {"environments": {"dev": 1}}}, "gpu-ceiling.most: is required."),
    (
        {"required-tag": {"enforcementLevel": "mandatory", "tags": ["a"]}},
        "required-tag: no such rule. Did you mean 'required-tags'?",
    ),
    (
        {"required-tag": {"tags": ["a"]}},
        'invalid enforcement level ""',
    ),
    ({"gpu-ceiling": {"most": "8"}}, "gpu-ceiling: most: Invalid type. Expected: integer, given: string"),
    ({"gpu-memory": "mandatry"}, 'for "gpu-memory": "mandatry" is not a valid enforcement level'),
]


def test_a_configuration_that_is_not_valid_stops_the_update_and_is_named(
    terminal: Terminal, pack: Pack, request: pytest.FixtureRequest
) -> None:
    project = sample(terminal)
    # One that the pack finds and one that the engine finds; --long tries the others too.
    for config, sentence in MISTAKES if request.config.getoption("--long") else (MISTAKES[0], MISTAKES[-1]):
        said = project.up(*pack.flags(config), succeeds=False)
        assert sentence in said
        assert "Traceback" not in said
    assert terminal.objects("llm-inference") == {}


def verdicts_of_the_pack(said: str) -> dict[str, str]:
    """Return the rules that the engine names, each with its level."""
    return {rule: level for level, rule in re.findall(r"\[(mandatory|advisory)\]\s+([a-z-]+)", said)}


def verdicts_of_the_command_line(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    assert done.returncode in (0, 2), done.stderr
    found = re.findall(r"^(warning: |  ).*?\.yaml:\d+: ([a-z-]+): ", done.stderr, re.MULTILINE)
    return {rule: "advisory" if before == "warning: " else "mandatory" for before, rule in found}


def group_of_the_configuration(terminal: Terminal) -> Project:
    """Return a copy of programs/group as its page runs it, from the root of a clone."""
    root = terminal.folder / "root"
    shutil.copytree(ROOT / "programs" / "group", root / "programs" / "group", ignore=MADE)
    shutil.copy(ROOT / "Pulumi.yaml", root)
    (root / ".venv").symlink_to(ROOT / ".venv")
    backend = {"PULUMI_BACKEND_URL": f"file://{terminal.folder}", "PULUMI_CONFIG_PASSPHRASE": "for this test"}
    project = Project(terminal.with_variables(**backend), root)
    project.run("stack", "init", project.stack)
    return project


#: Between them they break every rule of the page, and one breaks none; --long asks about each rule alone.
TELLING = ("nothing", "an image without digest", "a GPU without memory", "much")


def test_what_the_page_shows_for_both_faces_gives_the_same_verdicts(
    terminal: Terminal, pack: Pack, request: pytest.FixtureRequest
) -> None:
    settings = (terminal.cluster.directory / "scaling-group.toml").read_text()
    (terminal.folder / "guarded.toml").write_text(f"{settings}\n{documented.guardrails_text()}")
    guarded = terminal.with_variables(SCALING_GROUP_CONFIG=str(terminal.folder / "guarded.toml"))
    flags = pack.flags(documented.pack_configuration())
    gateway = {"name": "gateway", "namespace": "gateway-system", "section": "https", "domain": "gw.localhost"}
    place = {"id": terminal.environment, "namespace": terminal.namespace, "gateway": gateway}
    project = group_of_the_configuration(terminal)

    for wrong in documented.GROUPS if request.config.getoption("--long") else TELLING:
        group = documented.GROUPS[wrong]
        (terminal.folder / "group.yaml").write_text(yaml.safe_dump(group))
        told = guarded.group("validate", "-f", "group.yaml")
        project.configure({"record": {"spec": group, "environment": place}})
        refused = "mandatory" in verdicts_of_the_command_line(told).values()
        assert (told.returncode == 2) is refused, wrong

        said = project.up(*flags, succeeds=not refused)
        assert verdicts_of_the_pack(said) == verdicts_of_the_command_line(told), wrong
        assert ("deployment" in terminal.objects("kept")) is not refused, wrong
        if not refused:
            project.destroy()
