"""The toolchain as a whole: both ways, two at once, and what is left of a failure."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from tests.unit.tools.made import LAYOUT, TRAEFIK, make, only, ways
from tests.unit.tools.upstream import cut
from tools.toolchain.choosing import Mode
from tools.toolchain.errors import ToolchainError, Unavailable
from tools.toolchain.folder import CLUSTER_COMPLETE, COMPLETE
from tools.toolchain.making import Making
from tools.toolchain.manifest import How, read_manifest, summary


def test_everything_is_downloaded(upstream, stand_ins, settings, display, files_below):
    folder = make(settings(Mode.DOWNLOAD, upstream.hosts), display)

    files = [name for name in files_below(folder) if (folder / name).is_file()]
    assert files == sorted([*LAYOUT, CLUSTER_COMPLETE, COMPLETE, "manifest.json"])
    assert ways(folder) == only(How.DOWNLOADED)
    assert summary(read_manifest(folder)) == "13 downloaded"
    assert (folder / "bin" / "pulumi").read_bytes() == (stand_ins / "bin" / "pulumi").read_bytes()


def test_everything_is_built_into_the_same_layout(go, settings, display, files_below, upstream):
    go()
    folder = make(settings(Mode.BUILD, upstream.hosts), display)

    files = {name for name in files_below(folder) if (folder / name).is_file()}
    assert files - {"bin/kube", CLUSTER_COMPLETE, COMPLETE, "manifest.json"} == set(LAYOUT)
    assert ways(folder) == only(How.BUILT)
    assert upstream.asked == []


def test_both_ways_make_the_same_shared_files(go, upstream, settings, display):
    go()
    folder = make(settings(Mode.BUILD, upstream.hosts), display)
    built = [(folder / name).read_bytes() for name in LAYOUT if name.startswith("share/")]

    make(settings(Mode.DOWNLOAD, upstream.hosts), display)

    assert [(folder / name).read_bytes() for name in LAYOUT if name.startswith("share/")] == built
    assert ways(folder) == only(How.DOWNLOADED)
    assert not (folder / "bin" / "kube").exists(), "nothing names it any more"


def test_what_is_there_is_left_alone_in_auto(upstream, settings, display):
    done = make(settings(Mode.DOWNLOAD, upstream.hosts), display)
    asked = len(upstream.asked)

    assert settings(Mode.AUTO, upstream.hosts).satisfied()
    assert settings(Mode.DOWNLOAD, upstream.hosts).satisfied()
    assert not settings(Mode.BUILD, upstream.hosts).satisfied()
    assert make(settings(Mode.AUTO, upstream.hosts), display) == done
    assert len(upstream.asked) == asked


def test_a_download_that_was_ended_goes_on_where_it_was(upstream, settings, display):
    upstream.fails(TRAEFIK, cut(100_000))
    with pytest.raises(Unavailable):
        make(settings(Mode.DOWNLOAD, upstream.hosts), display)
    upstream.faults.clear()
    done = ways(settings(Mode.DOWNLOAD, upstream.hosts).folder)
    upstream.asked.clear()

    folder = make(settings(Mode.DOWNLOAD, upstream.hosts), display)

    assert ways(folder) == only(How.DOWNLOADED)
    [asked] = [span for path, span in upstream.asked if path.endswith(TRAEFIK)]
    assert asked == "bytes=100000-"
    again = [path for path, _ in upstream.asked if path.endswith("/kubectl")]
    assert not (done.get("kubectl") and again), "what was complete is not asked for again"


def test_the_cluster_can_start_while_the_engine_is_built(go, upstream, settings, display, tmp_path):
    go(each=f'case "$package" in *cmd/pulumi) until [ -e {tmp_path}/go-on ]; do sleep 0.05; done;; esac')
    chosen = settings(Mode.BUILD, upstream.hosts)
    with Making(chosen, display) as making:
        making.wait_for_cluster()

        assert (chosen.folder / CLUSTER_COMPLETE).exists()
        assert not (chosen.folder / COMPLETE).exists()
        (tmp_path / "go-on").touch()
        making.wait()
    assert (chosen.folder / COMPLETE).exists()


def test_a_failed_build_is_raised_to_who_waits_for_the_cluster_and_the_next_run_goes_on(
    go, upstream, settings, display, asked
):
    chosen = settings(Mode.BUILD, upstream.hosts)
    go(each='case "$package" in *traefik) echo no luck today; exit 1;; esac')
    with Making(chosen, display) as making, pytest.raises(ToolchainError, match="no luck today"):
        making.wait_for_cluster()
    assert not (chosen.folder / CLUSTER_COMPLETE).exists()
    assert ways(chosen.folder)["etcd"] is How.BUILT

    command = go()
    (Path(command).parent / "asked").unlink()
    assert ways(make(chosen, display)) == only(How.BUILT)
    assert not any("etcd/server" in line for line in asked(command))


def test_leaving_stops_what_is_built_and_leaves_nothing_half_made(
    go, upstream, settings, display, files_below
):
    go(before="exec sleep 600")
    chosen = settings(Mode.BUILD, upstream.hosts)
    with Making(chosen, display):
        while not any("building" in line for line in display.lines):
            threading.Event().wait(0.01)
    assert not [name for name in files_below(chosen.folder) if ".building" in name]
    assert not (chosen.folder / COMPLETE).exists()


def test_a_folder_that_cannot_be_made_is_a_sentence(upstream, settings, display, tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(ToolchainError, match="To repeat: make toolchain"):
        make(settings(Mode.DOWNLOAD, upstream.hosts), display)


#: Holds a lock until its input ends.
HOLDS = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_of_two_at_once_waits_and_says_so(upstream, settings, display):
    chosen = settings(Mode.DOWNLOAD, upstream.hosts)
    chosen.cache.mkdir()
    command = [sys.executable, "-c", HOLDS, str(chosen.cache / "lock")]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "held\n"
    with Making(chosen, display) as making:
        while "another run is making the toolchain; waiting for it" not in display:
            threading.Event().wait(0.01)
        assert upstream.asked == []
        other.communicate()
        making.wait()
    assert ways(chosen.folder) == only(How.DOWNLOADED)


def test_the_second_of_two_takes_the_cluster_that_the_first_has_made(upstream, settings, display):
    chosen = settings(Mode.DOWNLOAD, upstream.hosts)
    chosen.folder.mkdir(parents=True)
    (chosen.folder / CLUSTER_COMPLETE).touch()
    with FileLock(chosen.cache / "lock"), Making(chosen, display) as making:
        making.wait_for_cluster()
    assert upstream.asked == []


def test_a_manifest_that_cannot_be_read_is_none(tmp_path):
    for text in ("", "[]", "{", '{"etcd": 1}', '{"etcd": {"how": "stolen", "version": "1", "files": []}}'):
        (tmp_path / "manifest.json").write_text(text)
        assert read_manifest(tmp_path) == {}


def test_a_program_whose_file_is_gone_is_made_again(upstream, settings, display):
    chosen = settings(Mode.DOWNLOAD, upstream.hosts)
    folder = make(chosen, display)
    (folder / "bin" / "kwok").unlink()

    assert "kwok" not in read_manifest(folder)
    make(chosen, display)
    assert (folder / "bin" / "kwok").exists()
