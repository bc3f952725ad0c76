"""Building the toolchain. Go and pip are shell scripts here, and the cache is a temporary folder."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from tools.toolchain import build as toolchain
from tools.toolchain.build import (
    LAST_LINES,
    Binary,
    BuildError,
    build_binary,
    duration,
    find_go,
    finished_or_absent,
    go_version,
    join_yaml,
    remove_half_made,
    toolchain_key,
)

ETCD = Binary("etcd", "go.etcd.io/etcd/server/v3", "bin/etcd")


def test_a_binary_is_built_where_it_belongs(go, tmp_path, files_below):
    build_binary(go(), ETCD, tmp_path / "chain", "[1/1]")

    assert files_below(tmp_path / "chain") == ["bin", "bin/etcd"]


def test_what_is_there_is_not_built_again(go, tmp_path, asked):
    command = go()
    build_binary(command, ETCD, tmp_path / "chain", "[1/1]")
    (tmp_path / "chain" / "bin" / "etcd").write_text("the first one")

    build_binary(command, ETCD, tmp_path / "chain", "[1/1]")

    assert (tmp_path / "chain" / "bin" / "etcd").read_text() == "the first one"
    assert len(asked(command)) == 1


def test_other_names_are_links_to_the_binary(go, tmp_path):
    binary = Binary("kubernetes", ".", "bin/kube", links=("kubectl", "kube-apiserver"))
    for _ in range(2):
        build_binary(go(), binary, tmp_path, "[1/1]")

    assert os.readlink(tmp_path / "bin" / "kubectl") == "kube"
    assert os.readlink(tmp_path / "bin" / "kube-apiserver") == "kube"


def test_a_failed_build_says_how_it_ended_and_how_to_repeat_it(go, tmp_path, capsys):
    lines = " ".join(f"line-{i}" for i in range(1, 41))
    command = go(before=f"for l in {lines}; do echo $l; done; echo the cause >&2; exit 1")

    with pytest.raises(BuildError) as caught:
        build_binary(command, ETCD, tmp_path / "chain", "[1/1]")

    heading, *shown, repeat = str(caught.value).splitlines()
    assert heading == "[1/1] etcd failed; the last lines were:"
    assert len(shown) == LAST_LINES
    assert shown[0] == f"  line-{40 - LAST_LINES + 2}"
    assert shown[-1] == "  the cause"
    assert repeat == "To repeat: make toolchain"
    assert "[1/1] etcd FAILED in " in capsys.readouterr().out


def test_a_failed_build_leaves_nothing_half_made(go, tmp_path, files_below):
    half = 'while [ "$1" != "-o" ]; do shift; done; echo half > "$2"; exit 1'

    with pytest.raises(BuildError):
        build_binary(go(before=half), ETCD, tmp_path / "chain", "[1/1]")

    assert files_below(tmp_path / "chain") == ["bin"]


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

    remove_half_made(tmp_path)

    assert files_below(tmp_path) == ["key", "key/bin", "key/share", "key/share/kept", "key/share/kept/half"]


@pytest.mark.parametrize(
    ("text", "version"),
    [("go1.26.3", (1, 26)), ("go1.27", (1, 27)), ("go1.26rc1", (1, 26)), ("devel", (0, 0)), ("", (0, 0))],
)
def test_the_version_of_a_go(go, text, version):
    assert go_version(go(text)) == version


def test_a_go_that_does_not_run_has_no_version(tmp_path):
    assert go_version(str(tmp_path / "none")) == (0, 0)


@pytest.mark.parametrize("version", ["go1.26.0", "go1.30.1", "go2.0"])
def test_a_go_on_path_that_is_new_enough_is_taken(go, tmp_path, version):
    command = go(version)

    assert find_go(tmp_path / "cache") == command


@pytest.mark.parametrize("version", ["go1.25.9", "go1.9", "devel"])
def test_an_old_go_on_path_is_not_taken(go, tmp_path, version, monkeypatch):
    go(version)
    fetched: list[Path] = []
    monkeypatch.setattr(toolchain, "fetch_go", fetched.append)

    found = find_go(tmp_path / "cache")

    (home,) = fetched
    assert found == str(home / "go" / "bin" / "go")
    assert home.parent == tmp_path / "cache"


def test_a_fetched_go_is_kept_under_the_digest_of_its_lock(go, tmp_path, monkeypatch):
    go("go1.1")
    digest = hashlib.sha256((toolchain.HERE / "go.lock").read_bytes()).hexdigest()[:16]
    home = tmp_path / f"go-{digest}"
    home.mkdir()
    monkeypatch.setattr(toolchain, "fetch_go", lambda _home: pytest.fail("it is there already"))

    assert find_go(tmp_path) == str(home / "go" / "bin" / "go")


@pytest.mark.parametrize("name", ["go.mod", "go.sum", "main.go"])
def test_the_key_changes_with_a_module_file(modules, name):
    before = toolchain_key()
    with (modules / "etcd" / name).open("a") as file:
        file.write("// changed\n")

    assert toolchain_key() != before


def test_the_key_changes_with_the_flags_and_with_nothing_else(modules, monkeypatch):
    before = toolchain_key()
    (modules / "README.md").write_text("x")
    assert toolchain_key() == before

    monkeypatch.setattr(toolchain, "BINARIES", (ETCD,))
    assert toolchain_key() != before


def test_the_cache_is_where_the_user_wants_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert toolchain.cache_folder() == tmp_path / "scaling-group" / "toolchain"

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert toolchain.cache_folder() == tmp_path / "home" / ".cache" / "scaling-group" / "toolchain"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.9, "0s"), (59.9, "59s"), (60, "1m 00s"), (61.5, "1m 01s"), (3725, "62m 05s")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_yaml_files_are_joined_as_documents(tmp_path):
    files = [tmp_path / name for name in ("a.yaml", "b.yaml")]
    for file in files:
        file.write_text(f"\nname: {file.stem}\n\n")

    join_yaml(files, tmp_path / "share" / "all.yaml")

    assert (tmp_path / "share" / "all.yaml").read_text() == "name: a\n---\nname: b\n"


def test_the_builder_runs_without_any_installed_package():
    script = "import sys; sys.path[:0] = ['.']; import tools.toolchain.build"
    root = Path(__file__).parents[3]
    python = ["python3", "-I", "-S", "-c", script]

    finished = subprocess.run(python, cwd=root, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stderr
