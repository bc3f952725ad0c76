"""A group that goes from the command line to `pulumi up` and back, without a restart of a pod."""

from __future__ import annotations

import shutil

import pytest
import yaml

from tests.integration.terminal import ROOT, Terminal

pytestmark = pytest.mark.integration


def pods(terminal: Terminal) -> dict[str, str]:
    """Return the UIDs of the group's pods by name."""
    return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in terminal.pods()}


def test_a_group_moves_between_faces_without_a_restart(terminal: Terminal) -> None:
    created = terminal.create("inference", "--replicas=2", "--tags=team=ml")
    before, uids = pods(terminal), {k: o["metadata"]["uid"] for k, o in terminal.objects("inference").items()}
    assert len(before) == 2
    stack = f"{terminal.environment}.inference"

    root = terminal.folder / "root"
    (root / "programs").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", root)
    shutil.copytree(ROOT / "programs" / "group", root / "programs" / "group")
    (root / ".venv").symlink_to(ROOT / ".venv")
    pulumi = terminal.with_variables(
        PULUMI_BACKEND_URL=f"file://{terminal.data_dir}/state",
        PULUMI_CONFIG_PASSPHRASE_FILE=f"{terminal.data_dir}/passphrase",
    )
    for line in (f"pulumi config refresh --stack {stack}", f"pulumi up --yes --skip-preview --stack {stack}"):
        done = pulumi.shell(line, root)
        assert done.returncode == 0, done.stdout + done.stderr
    assert pods(terminal) == before
    found = terminal.objects("inference")
    assert {kind: item["metadata"]["uid"] for kind, item in found.items()} == uids
    again = pulumi.shell(f"pulumi up --yes --skip-preview --expect-no-changes --stack {stack}", root)
    assert again.returncode == 0, again.stdout

    settings = root / f"Pulumi.{stack}.yaml"
    config = yaml.safe_load(settings.read_text())
    record = config["config"]["scaling-group:record"]
    record["spec"]["replicas"] = 3
    record["revision"] += 1
    settings.write_text(yaml.safe_dump(config))
    done = pulumi.shell(f"pulumi up --yes --skip-preview --stack {stack}", root)
    assert done.returncode == 0, done.stdout
    grown = pods(terminal)
    assert before.items() <= grown.items()
    assert len(grown) == 3

    shown = terminal.data("get", "inference")
    assert (shown["id"], shown["revision"], shown["created"]) == (created["id"], 2, created["created"])
    assert (shown["replicas"]["available"], shown["drift"]) == (3, [])
    updated = terminal.data("update", "inference", "--replicas=4")
    assert (updated["id"], updated["revision"], updated["created"]) == (created["id"], 3, created["created"])
    assert grown.items() <= pods(terminal).items()
    history = terminal.data("history", "inference")
    assert [entry["revision"] for entry in history] == [3, 2, 1, 1, 1]
    assert ["3" in entry["change"] for entry in history[:2]] == [True, True]
    assert terminal.data("delete", "inference")["status"] == "Deleted"
    assert terminal.names() == []
