"""Every command of the product page, as it stands there, does what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.integration.terminal import ROOT, Terminal, comparable

pytestmark = pytest.mark.integration

FOLDER = ROOT / "tests" / "golden" / "product-page"
COMMANDS = sorted(FOLDER.glob("*.sh"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda file: file.stem)
def test_create_makes_the_objects_of_the_golden_file(
    command: Path, terminal: Terminal, request: pytest.FixtureRequest
) -> None:
    text = command.read_text()
    name = re.search(r"--name=(\S+)", text)[1]
    done = terminal.shell(text)
    assert done.returncode == 0, done.stderr
    assert f"https://{terminal.environment}-{name}.gw.localhost" in done.stdout
    assert re.search(r"^Status: +Available$", done.stdout, re.M)

    found = comparable(terminal.objects(name), terminal)
    golden = command.with_suffix(".yaml")
    if request.config.getoption("--update-goldens"):
        golden.write_text(yaml.safe_dump_all(found, sort_keys=True))
    assert found == list(yaml.safe_load_all(golden.read_text()))


def test_list_get_and_delete_as_the_page_writes_them(terminal: Terminal) -> None:
    terminal.create("inference", "--tags=team=ml")
    listed = terminal.shell("scaling-group list")
    heading, row = listed.stdout.splitlines()
    assert heading.split() == ["ID", "NAME", "IMAGE", "STATUS", "REPLICAS", "URL", "CREATED"]
    url = f"https://{terminal.environment}-inference.gw.localhost"
    assert row.split()[1:6] == ["inference", "my-registry/server:v1", "Available", "1/1", url]

    shown = terminal.shell("scaling-group get --name=inference").stdout
    for line in (
        r"Replicas: +1 desired, 1 ready, 1 available",
        r"Tags: +team=ml",
        rf"Web URL: +{url}",
        r"Revision: +1",
        r"Created: +\d{4}-\d\d-\d\dT",
    ):
        assert re.search(line, shown), line

    deleted = terminal.shell("scaling-group delete --name=inference")
    assert deleted.returncode == 0, deleted.stderr
    assert terminal.objects("inference") == {}
    assert terminal.names() == []
    assert terminal.data("list") == []
    [record] = terminal.data("list", "--include-deleted")
    assert (record["name"], record["status"]) == ("inference", "Deleted")
    assert terminal.data("get", "inference")["deleted"]


def test_pulumi_up_at_the_root_makes_the_same_objects(terminal: Terminal, tmp_path: Path) -> None:
    """The program of the root Pulumi.yaml and the command line build one and the same thing."""
    created = terminal.shell((FOLDER / "full-example.sh").read_text())
    assert created.returncode == 0, created.stderr
    by_command = comparable(terminal.objects("llm-inference"), terminal)
    record = json.loads((terminal.shell("scaling-group get llm-inference -o json")).stdout)
    assert terminal.group("delete", "llm-inference").returncode == 0

    root = _copy_of_root(tmp_path)
    (root / "Pulumi.dev.yaml").write_text(yaml.safe_dump(_config(record, terminal)))
    pulumi = terminal.with_variables(
        PULUMI_BACKEND_URL=f"file://{tmp_path}", PULUMI_CONFIG_PASSPHRASE="only for this test"
    )
    for line in ("pulumi stack init dev", "pulumi up --yes --stack dev"):
        done = pulumi.shell(line, root)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "Previewing update" in done.stdout
    assert comparable(terminal.objects("llm-inference"), terminal) == by_command

    again = pulumi.shell("pulumi up --yes --skip-preview --stack dev --expect-no-changes", root)
    assert again.returncode == 0, again.stdout
    listed = terminal.data("list")
    assert [(group["status"], group["source"]) for group in listed] == [("Available", "scaling-group/dev")]
    refused = terminal.group("delete", "llm-inference")
    assert refused.returncode == 4
    assert "The Pulumi stack scaling-group/dev owns it" in refused.stderr
    done = pulumi.shell("pulumi destroy --yes --skip-preview --stack dev", root)
    assert done.returncode == 0, done.stdout
    assert terminal.objects("llm-inference") == {}


def _copy_of_root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "programs" / "group").mkdir(parents=True)
    for name in ("Pulumi.yaml", "programs/group/__main__.py"):
        (root / name).write_text((ROOT / name).read_text())
    (root / ".venv").symlink_to(ROOT / ".venv")
    return root


def _config(record: dict[str, object], terminal: Terminal) -> dict[str, object]:
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}
    environment = {"id": terminal.environment, "namespace": terminal.namespace, "gateway": gateway}
    spec = {key: value for key, value in record["spec"].items() if value is not None}
    return {"config": {"scaling-group:record": {"spec": spec, "environment": environment}}}
