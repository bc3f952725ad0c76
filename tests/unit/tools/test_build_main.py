"""The builder as a whole: what it says, what it leaves, and where it goes on."""

from __future__ import annotations

import pytest

from tools.toolchain import build as toolchain
from tools.toolchain.build import Binary, toolchain_key

ETCD = Binary("etcd", "go.etcd.io/etcd/server/v3", "bin/etcd")


@pytest.fixture
def main(modules, tmp_path, monkeypatch, go):
    """Run the builder of one program without the extras."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(toolchain, "BINARIES", (ETCD,))
    for extra in ("add_language_exec", "add_gateway_api", "add_kwok_stages"):
        monkeypatch.setattr(toolchain, extra, lambda _go, _folder: None)
    monkeypatch.setattr(toolchain, "install_provider", lambda _folder: None)

    def call(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["build.py", *arguments])
        return toolchain.main()

    return call


def test_a_build_ends_with_the_mark_that_it_is_complete(main, go, capsys):
    go()

    assert main() == 0

    folder = toolchain.cache_folder() / toolchain_key()
    assert (folder / "complete").exists()
    assert (folder / "bin" / "etcd").exists()
    assert "toolchain ready in " in capsys.readouterr().out


def test_a_complete_toolchain_is_left_alone(main, go, capsys, asked):
    command = go()
    main()
    capsys.readouterr()
    before = asked(command)

    assert main() == 0
    assert asked(command) == before
    assert capsys.readouterr().out == ""


def test_a_failure_is_one_error_and_no_mark(main, go, capsys):
    go(before="echo no space; exit 1")

    assert main() == 1

    err = capsys.readouterr().err
    assert err.startswith("error: [1/1] etcd failed; the last lines were:\n  no space\n")
    assert not (toolchain.cache_folder() / toolchain_key() / "complete").exists()


def test_a_repeated_build_goes_on_where_the_failed_one_ended(main, go, files_below):
    go(before="exit 1")
    main()
    (toolchain.cache_folder() / toolchain_key() / "bin" / ".building-killed").mkdir()
    go()

    assert main() == 0
    assert files_below(toolchain.cache_folder() / toolchain_key()) == ["bin", "bin/etcd", "complete"]


def test_the_path_is_printed_and_nothing_is_built(main, go, capsys, asked):
    command = go()

    assert main("--path") == 0

    assert capsys.readouterr().out == f"{toolchain.cache_folder() / toolchain_key()}\n"
    assert asked(command) == []
    assert not toolchain.cache_folder().exists()
