"""Names in our folders: never a path, never a pattern."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.engine.folders import entry, names_in
from scaling_group.errors import InvalidInput

ROOT = Path("/data/state")


@given(st.text(st.sampled_from("a./\\\0*~")) | st.text())
def test_an_entry_is_below_its_folder_or_refused(name: str):
    try:
        found = entry(ROOT, name)
    except InvalidInput:
        return
    assert found.parent == ROOT
    assert found.name == name
    assert Path(f"{found}").resolve().is_relative_to(ROOT)


@pytest.mark.parametrize("name", ["", ".", "..", "/", "//", "../x", "/etc", "a/../../x", "a/", "./a", "a\0"])
def test_a_path_is_not_a_name(name: str):
    with pytest.raises(InvalidInput, match="is not a name in the folder /data/state") as caught:
        entry(ROOT, name)
    assert caught.value.exit_code == 2


def test_a_pattern_matches_nothing_but_itself(tmp_path: Path):
    for name in ("abc123.web", "abc1234.web", "[a]*.web"):
        (tmp_path / name).touch()

    assert names_in(tmp_path, "abc123.") == ["abc123.web"]
    assert names_in(tmp_path, "[a]*.") == ["[a]*.web"]
    assert names_in(tmp_path, "*") == []
    assert names_in(tmp_path / "none") == names_in(tmp_path / "abc123.web") == []
