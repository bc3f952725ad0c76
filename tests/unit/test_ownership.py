"""Whose a file is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scaling_group.ownership import Identity, identity, stranger

#: No system has a user of this number.
SOMEBODY = 54321
ME = Identity(frozenset({os.geteuid()}), frozenset())
OTHER = Identity(frozenset({SOMEBODY}), frozenset())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "file"
    made.touch()
    made.chmod(0o644)
    return made


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o444])
def test_a_file_of_ones_own_is_nobody_elses(file: Path, mode: int):
    file.chmod(mode)

    assert stranger(file) == stranger(file, ME) == ""


def test_a_file_of_somebody_else_names_them(file: Path):
    assert stranger(file, OTHER).startswith("it belongs to ")


def test_a_link_counts_as_well_as_what_it_leads_to(file: Path):
    link = file.with_name("link")
    link.symlink_to("/etc/passwd")

    assert stranger(link) == ""
    assert stranger(link, OTHER).startswith("it belongs to ")


@pytest.mark.parametrize("mode", [0o646, 0o666, 0o777])
def test_what_everybody_can_write_is_not_ones_own(file: Path, mode: int):
    file.chmod(mode)

    assert stranger(file, ME) == "everybody can write it"


def test_what_a_group_can_write_is_not_ones_own_unless_one_is_alone_in_it(file: Path):
    file.chmod(0o664)
    alone = Identity(ME.users, frozenset({file.stat().st_gid}))

    assert stranger(file, ME).startswith("its group ")
    assert stranger(file, alone) == ""


def test_a_folder_in_which_nobody_renames_what_is_anothers_may_be_written_by_all(tmp_path: Path):
    tmp_path.chmod(0o777)
    assert stranger(tmp_path, ME) == "everybody can write it"

    tmp_path.chmod(0o1777)
    assert stranger(tmp_path, ME) == ""


def test_who_is_root_by_sudo_owns_what_they_owned_before(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert identity({"SUDO_UID": str(SOMEBODY)}).users == {0, SOMEBODY}
    assert identity({"SUDO_UID": "x"}).users == identity({}).users == {0}


def test_who_is_not_root_owns_no_more_for_a_variable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)

    assert identity({"SUDO_UID": "1"}).users == {SOMEBODY, 0}


def test_a_user_and_a_group_without_a_name_are_numbers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    monkeypatch.setattr(os, "getegid", lambda: SOMEBODY)

    assert identity({}) == Identity(frozenset({SOMEBODY, 0}), frozenset({0}))
