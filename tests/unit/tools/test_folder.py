"""Where the toolchain is, what its name stands for, and files that are whole or absent."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tools.toolchain import pins
from tools.toolchain.files import finished_or_absent, remove_half_made
from tools.toolchain.folder import cache_folder, toolchain_folder, toolchain_key
from tools.toolchain.recipes import BUILDS, REPLACED


@pytest.fixture
def inputs(tmp_path) -> Path:
    """The files that decide the key, in place of the repository's."""
    here = tmp_path / "inputs"
    for name in INPUTS:
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text("x\n")
    return here


INPUTS = (
    "etcd/go.mod",
    "etcd/go.sum",
    "etcd/main.go",
    "engine/provider/main.go",
    f"{REPLACED}/lego/providers/table.go",
    f"{REPLACED}/lego/data.json",
    "share.sha256",
)


@pytest.mark.parametrize("name", INPUTS)
def test_the_key_changes_with_every_file_that_is_built_or_checked(inputs, name):
    before = toolchain_key(inputs)
    with (inputs / name).open("a") as file:
        file.write("// changed\n")
    assert toolchain_key(inputs) != before


def test_the_key_changes_with_the_recipes_and_the_pins_and_with_nothing_else(inputs, monkeypatch):
    before = toolchain_key(inputs)
    (inputs / "README.md").write_text("x")
    # What Python makes of go.py when it is first imported.
    (inputs / "__pycache__").mkdir()
    (inputs / "__pycache__" / "go.cpython-311.pyc").write_bytes(b"compiled")
    assert toolchain_key(inputs) == before

    with monkeypatch.context() as patched:
        patched.setattr("tools.toolchain.recipes.BUILDS", ())
        assert toolchain_key(inputs) != before
    monkeypatch.setattr(pins, "PROGRAMS", pins.PROGRAMS[1:])
    assert toolchain_key(inputs) != before


def test_a_better_estimate_is_the_same_toolchain(inputs, monkeypatch):
    before = toolchain_key(inputs)
    first, *others = BUILDS
    later = tuple(dataclasses.replace(main, seconds=1.0, packages=1) for main in first.mains)
    monkeypatch.setattr("tools.toolchain.recipes.BUILDS", (dataclasses.replace(first, mains=later), *others))
    assert toolchain_key(inputs) == before


def test_the_cache_is_where_the_user_wants_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "scaling-group" / "toolchain"
    assert toolchain_folder() == cache_folder() / toolchain_key()

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "scaling-group" / "toolchain"


def test_a_build_that_says_done_and_made_nothing_is_an_error(tmp_path, files_below):
    with pytest.raises(OSError, match="No such file"), finished_or_absent(tmp_path / "chain" / "x"):
        pass
    assert files_below(tmp_path) == ["chain"]


def test_an_interrupted_step_leaves_nothing_half_made(tmp_path, files_below):
    def interrupted() -> None:
        with finished_or_absent(tmp_path / "x") as unfinished:
            unfinished.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert files_below(tmp_path) == []


def test_leftovers_of_a_killed_build_are_removed_at_every_depth(tmp_path, files_below):
    for folder in (".building-a", "key/.building-b", "key/bin/.building-c", "key/share/kept"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "half").write_text("x")
    (tmp_path / "key" / ".building-b").chmod(0o555)

    remove_half_made(tmp_path)

    assert files_below(tmp_path) == ["key", "key/bin", "key/share", "key/share/kept", "key/share/kept/half"]
