from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of one's own; everything beside it is compared after all examples."""
    own = tmp_path / "home"
    own.mkdir()
    (tmp_path / "beside").write_text("not ours")
    monkeypatch.setenv("HOME", str(own))
    monkeypatch.chdir(own)
    yield own
    assert {each.name for each in tmp_path.iterdir()} == {"beside", "home"}
    assert (tmp_path / "beside").read_text() == "not ours"
