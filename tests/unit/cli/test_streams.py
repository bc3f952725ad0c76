"""Streams, folders and users at the ends of the earth: a result or a sentence, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.done import SETTINGS

#: As the installed command, it looks for no module in the current folder (-P).
COMMAND = f"{sys.executable} -P -c 'from scaling_group.cli.main import main; main()'"


def shell(line: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `$scaling` is the command, with these variables alone."""
    given = {"PATH": "/usr/bin:/bin", "scaling": COMMAND, **environ}
    line = line.replace("$scaling", COMMAND)
    done = subprocess.run(
        ["sh", "-c", line], cwd=folder, env=given, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_with_closed_streams_a_command_ends_as_it_does_with_open_ones(tmp_path: Path, closed: str):
    assert shell(f"$scaling version {closed}", tmp_path).returncode == 0
    assert shell(f"$scaling version --unknown {closed}", tmp_path).returncode == 2


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path: Path):
    program = "import sys; from scaling_group.cli.streams import settle; settle()"
    number = f"{program}; sys.exit(open(sys.argv[1]).fileno())"

    assert shell(f"{sys.executable} -c '{number}' /etc/passwd <&- >&- 2>&-", tmp_path).returncode > 2


def test_a_result_that_cannot_be_written_is_a_failure_with_its_reason(tmp_path: Path):
    done = shell("$scaling schema >/dev/full", tmp_path)

    assert (done.returncode, done.stderr) == (1, "error: cannot go on: No space left on device\n")


def test_an_error_that_cannot_be_written_keeps_its_exit_code(tmp_path: Path):
    assert shell("$scaling version --unknown 2>/dev/full", tmp_path).returncode == 2
    assert shell("$scaling version --unknown >/dev/full 2>/dev/full", tmp_path).returncode == 2
    assert shell("$scaling version >/dev/full 2>/dev/full", tmp_path).returncode == 1


@pytest.mark.parametrize(
    "environ", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}]
)
def test_what_an_encoding_lacks_is_written_by_its_number(tmp_path: Path, environ: dict[str, str]):
    done = shell("$scaling create --help", tmp_path, **environ)

    assert done.returncode == 0
    assert "--tags K=V," in done.stdout


def test_an_argument_that_is_no_text_is_refused(tmp_path: Path):
    done = shell("$scaling get \"$(printf 'web\\377')\"", tmp_path)

    assert (done.returncode, done.stderr) == (2, "error: argument 2 is not UTF-8: 'web\\udcff'\n")


#: A user that no system has a name for.
NAMELESS = "unshare --user --map-user=54321"


def test_a_user_without_name_and_home_is_told_what_is_missing(tmp_path: Path):
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)
    planted = tmp_path / "~" / ".config" / "scaling-group" / "scaling-group.toml"
    planted.parent.mkdir(parents=True)
    planted.write_text("this is not read")

    done = shell(f"{NAMELESS} $scaling list --config=scaling-group.toml", tmp_path)
    assert done.returncode == 2
    assert "error: there is no home folder to keep state in\n" in done.stderr


def test_without_a_home_folder_a_kubeconfig_of_the_current_one_is_not_read(tmp_path: Path):
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)
    planted = tmp_path / "~" / ".kube" / "config"
    planted.parent.mkdir(parents=True)
    planted.write_text("this is not read")

    done = shell(
        f"{NAMELESS} $scaling list --config=scaling-group.toml", tmp_path, SCALING_GROUP_DATA_DIR="data"
    )
    assert done.returncode == 5
    assert "error: no cluster: there is no kubeconfig with a context in ~/.kube/config\n" in done.stderr


def test_the_engine_is_told_a_name_and_a_home_for_a_user_without(tmp_path: Path):
    program = (
        "from pathlib import Path; from scaling_group.engine.backend import choose_backend; "
        'found = choose_backend(Path("/data")).variables; print(found.get("USER"), found.get("HOME"))'
    )
    python = f"{sys.executable} -c '{program}'"

    assert shell(f"{NAMELESS} {python}", tmp_path).stdout == "unknown /data/home\n"
    assert shell(f"{NAMELESS} {python}", tmp_path, USER="ada", HOME="/home/ada").stdout == "None None\n"
    assert shell(python, tmp_path, HOME="/home/ada").stdout == "None None\n"


def test_in_a_folder_that_is_gone_the_users_settings_hold(tmp_path: Path):
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)
    line = f"mkdir gone && cd gone && rmdir ../gone && $scaling list --config={tmp_path}/scaling-group.toml"

    done = shell(line, tmp_path, HOME=str(tmp_path))
    assert done.returncode == 5
    assert "error: no cluster" in done.stderr


@pytest.mark.parametrize("verb", ["list", "get web", "list -o json"])
def test_a_process_that_may_open_no_file_says_how_it_may(tmp_path: Path, verb: str):
    # setuptools has a file imported when Python starts, before any of ours; this keeps it from that.
    quiet = {"SETUPTOOLS_USE_DISTUTILS": "stdlib"}
    done = shell(f"exec </dev/null; ulimit -n 4; $scaling {verb}", tmp_path, **quiet)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: cannot use /dev/null: Too many open files\n")
    assert "ulimit -n 4096" in done.stderr
