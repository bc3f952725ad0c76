"""The page of questions knows every status."""

from __future__ import annotations

import re
from pathlib import Path

from scaling_group.records import Status

FAQ = Path(__file__).parents[3] / "docs" / "faq.md"


def test_every_status_is_in_the_table():
    assert set(re.findall(r"^\| `(\w+)` \|", FAQ.read_text(encoding="utf-8"), re.M)) == set(Status)
