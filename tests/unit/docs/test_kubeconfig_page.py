"""docs/kubeconfig.md tells of every field that client-go knows, and names a test of each."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scaling_group.cluster.understood import CLUSTER, CONTEXT, EXEC, USER

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "kubeconfig.md").read_text()
KNOWN = json.loads((Path(__file__).parent / "client_go_fields.json").read_text())
OURS = {"Cluster": CLUSTER, "Context": CONTEXT, "User": USER, "Credential plugin": EXEC}
ROW = re.compile(r"^\| `([\w-]+)`", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize("part", OURS)
def test_every_field_of_client_go_is_known_and_told(part):
    section = PAGE.partition(f"## {part}\n")[2].partition("\n## ")[0]

    assert set(KNOWN[part]) == OURS[part] == set(ROW.findall(section))


def test_every_row_names_a_test_that_is_there():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "| Test |" not in line]
    named = [TEST.findall(row) for row in rows]

    assert all(len(each) == 1 for each in named)
    for [(file, name)] in named:
        assert f"def {name}(" in (ROOT / file).read_text(), name
