"""docs/security.md names tests; each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_threat_names_its_test_and_every_test_is_there():
    table = PAGE.partition("## Threats")[2].partition("## What remains")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(tests/[^`]+)`", row.rpartition(" | ")[2]) for row in rows]

    assert len(rows) > 10
    assert all(named)
    assert [path for paths in named for path in paths if not (ROOT / path).exists()] == []
