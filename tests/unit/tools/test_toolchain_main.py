"""The command line of the toolchain: what it says, what it leaves, and where it goes on."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tools.toolchain import __main__ as command_line
from tools.toolchain import shared
from tools.toolchain.folder import COMPLETE, cache_folder, toolchain_folder
from tools.toolchain.pins import PROGRAMS

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def main(monkeypatch):
    """Run the command line; it builds, and asks no host."""
    monkeypatch.setenv("TOOLCHAIN", "build")

    def call(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["toolchain", *arguments])
        return command_line.main()

    return call


def test_a_build_ends_with_the_mark_that_it_is_complete(main, go, capsys):
    go()

    assert main() == 0
    assert (toolchain_folder() / COMPLETE).exists()
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"making the toolchain in {toolchain_folder()}"
    assert out[1].startswith("building ")
    assert " … (about " in out[1]
    assert out[-1].startswith("toolchain ready in ")
    assert out[-1].endswith(": 13 built")


def test_a_complete_toolchain_is_left_alone(main, go, capsys, asked):
    command = go()
    main()
    capsys.readouterr()
    before = asked(command)

    assert main() == 0
    assert asked(command) == before
    assert capsys.readouterr().out == ""


def test_a_failure_is_one_error_and_no_mark(main, go, capsys):
    go(before="echo no luck today; exit 1")

    assert main() == 1
    err = capsys.readouterr().err
    assert err.startswith("error: building ")
    assert " failed; the last lines were:\n  no luck today\n" in err
    assert not (toolchain_folder() / COMPLETE).exists()


def test_a_repeated_build_goes_on_where_a_killed_one_ended(main, go, files_below):
    go(each='case "$package" in *traefik) exit 1;; esac')
    main()
    (toolchain_folder() / "bin" / ".building-killed").mkdir()
    go()

    assert main() == 0
    assert not [name for name in files_below(toolchain_folder()) if ".building" in name]
    assert (toolchain_folder() / COMPLETE).exists()


def test_the_path_is_printed_and_nothing_is_made(main, go, capsys, asked):
    command = go()

    assert main("--path") == 0
    assert capsys.readouterr().out == f"{toolchain_folder()}\n"
    assert asked(command) == []
    assert not cache_folder().exists()


def test_the_versions_tell_which_way_each_program_came(main, go, capsys):
    go()
    assert main("--version") == 0
    assert capsys.readouterr().out.count("missing") == len(PROGRAMS)

    main()
    capsys.readouterr()
    assert main("--version") == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split() for row in rows[:-1]] == [[p.name, p.version, "built"] for p in PROGRAMS]
    assert rows[-1] == str(toolchain_folder())


def test_another_word_for_the_way_is_wrong_usage(main, monkeypatch, capsys):
    monkeypatch.setenv("TOOLCHAIN", "compile")

    assert main() == 2
    assert capsys.readouterr().err == (
        "error: TOOLCHAIN=compile is not one of auto, download, build; leave it out for auto\n"
    )
    assert not cache_folder().exists()


def test_another_system_is_told_what_to_do(main, monkeypatch, capsys):
    monkeypatch.setattr("platform.system", lambda: "Windows")

    assert main() == 2
    assert "On Windows, work in WSL 2" in capsys.readouterr().err


def test_a_cache_that_is_a_file_is_a_sentence(main, cache, capsys):
    cache.write_text("")

    assert main() == 1
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "To repeat: make toolchain" in err


@pytest.fixture
def script(go, tmp_path) -> list[str]:
    """The command line in a process of its own, with the same stand-ins."""
    lines = (
        "import sys",
        "from pathlib import Path",
        "from tools.toolchain import shared",
        f"shared.DIGESTS = Path({str(shared.DIGESTS)!r})",
        "from tools.toolchain.__main__ import main",
        "sys.argv[1:] = []",
        "sys.exit(main())",
    )
    (tmp_path / "script.py").write_text("\n".join(lines))
    return [sys.executable, str(tmp_path / "script.py")]


def with_mounts(script: list[str], *lines: str) -> subprocess.CompletedProcess[str]:
    """Run it where file systems can be mounted that nobody else sees."""
    shell = "\n".join(("set -e", *lines, shlex.join(script)))
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", shell]
    return subprocess.run(command, env=environ(), capture_output=True, text=True, check=False)


def environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_cache_that_cannot_be_written_is_a_sentence_with_what_to_do(main, go, cache, script):
    go()
    cache.mkdir()
    done = with_mounts(script, f"mount --bind {cache} {cache}", f"mount -o remount,ro,bind {cache}")

    assert done.returncode == 1
    assert "cannot be written: Read-only file system. Make " in done.stderr
    assert "or set XDG_CACHE_HOME to a folder that is" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_made(main, go, cache, script, tmp_path):
    go()
    cache.mkdir()
    done = with_mounts(
        script,
        f"mount -t tmpfs -o size=256k tmpfs {cache}",
        f"mkdir -p {toolchain_folder()}/bin",
        f"dd if=/dev/zero of={cache}/fill bs=1k 2>/dev/null || true",
        f"trap 'find {cache} -type f > {tmp_path}/left' EXIT",
    )

    assert done.returncode == 1
    assert "no space is left for " in done.stderr
    assert "what is complete stays. Free 2 GB below " in done.stderr
    assert "Traceback" not in done.stderr
    left = [Path(name).name for name in (tmp_path / "left").read_text().split()]
    assert sorted(left) == ["fill", "lock"]


def test_sigterm_ends_the_build_with_its_children(main, go, script, tmp_path):
    go(before=f"echo $$ > {tmp_path}/unready; mv {tmp_path}/unready {tmp_path}/ready; exec sleep 600")
    process = subprocess.Popen(
        script, env=environ(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    while not (tmp_path / "ready").exists():
        assert process.poll() is None
        time.sleep(0.01)
    child = int((tmp_path / "ready").read_text())
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate()

    assert process.returncode == 130
    assert err == "\ninterrupted; what is complete stays. To go on: make toolchain\n"
    assert not psutil.pid_exists(child)
