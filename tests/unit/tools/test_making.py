"""The toolchain as a whole: both ways, one in place of the other, and what is left of a failure."""

from __future__ import annotations

import hashlib
import multiprocessing
import socket
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from tests.unit.tools.conftest import MACOS, SHORT
from tests.unit.tools.upstream import changed, cut, login_page, missing, packed_tar, silent
from tools.toolchain.choosing import Mode
from tools.toolchain.errors import ToolchainError, Unavailable, WrongContent
from tools.toolchain.folder import CLUSTER_COMPLETE, COMPLETE
from tools.toolchain.making import Making
from tools.toolchain.manifest import How, read_manifest, summary
from tools.toolchain.pins import PROGRAMS, PROVIDER_FOLDER, PULUMI
from tools.toolchain.platforms import Platform
from tools.toolchain.releases import Hosts

SERVERS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
#: Below both ways' folders.
LAYOUT = (
    "bin/etcd",
    *(f"bin/{name}" for name in SERVERS),
    "bin/kubectl",
    "bin/kwok",
    "bin/pulumi",
    "bin/pulumi-language-python",
    "bin/pulumi-language-python-exec",
    "bin/pulumi-language-yaml",
    "bin/traefik",
    f"{PROVIDER_FOLDER}/pulumi-resource-kubernetes",
    "share/gateway-api.yaml",
    "share/kwok-stages.yaml",
)
TRAEFIK = "_linux_amd64.tar.gz"


def make(settings, display) -> Path:
    with Making(settings, display) as making:
        making.wait()
    return settings.folder


def ways(folder: Path) -> dict[str, How]:
    return {name: entry.how for name, entry in read_manifest(folder).items()}


def only(how: How) -> dict[str, How]:
    return {program.name: how for program in PROGRAMS}


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


def test_auto_downloads_from_hosts_that_answer_and_says_so(upstream, settings, display):
    folder = make(settings(Mode.AUTO, upstream.hosts), display)

    assert ways(folder) == only(How.DOWNLOADED)
    assert sum("answer" in line for line in display.lines) == 1
    assert "the release hosts answer" in display


def test_in_ci_auto_asks_no_host(go, upstream, settings, display):
    go()
    folder = make(settings(Mode.AUTO, upstream.hosts, ci=True), display)

    assert ways(folder) == only(How.BUILT)
    assert upstream.asked == []
    assert "CI=true: building without asking release hosts" in display


def test_auto_builds_where_no_host_answers(go, settings, display):
    go()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        hosts = Hosts(*(f"{nobody}/{name}" for name in "abcde"))
        folder = make(settings(Mode.AUTO, hosts), display)

    assert ways(folder) == only(How.BUILT)
    assert sum("no release host answers" in line for line in display.lines) == 1


def test_auto_builds_where_hosts_accept_and_never_answer(go, upstream, settings, display):
    go()
    upstream.fails("", silent)
    folder = make(settings(Mode.AUTO, upstream.hosts, limits=SHORT), display)

    assert ways(folder) == only(How.BUILT)
    assert "no release host answers" in display


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (missing, "answers 404 Not Found"),
        (cut(1000), "failed 3 times"),
        (login_page, "a web page in place of the file"),
    ],
)
def test_auto_builds_the_one_program_that_cannot_be_had_and_says_why(
    go, upstream, settings, display, fault, why
):
    go()
    upstream.fails(TRAEFIK, fault)

    folder = make(settings(Mode.AUTO, upstream.hosts), display)

    assert ways(folder) == only(How.DOWNLOADED) | {"traefik": How.BUILT}
    [line] = [line for line in display.lines if "instead" in line]
    assert why in line
    assert line.endswith(": building traefik 3.6.12 instead")
    assert (folder / COMPLETE).exists()


def test_one_program_of_the_control_plane_is_built_where_it_alone_is_missing(go, upstream, settings, display):
    go()
    upstream.fails("/kube-scheduler", missing)

    folder = make(settings(Mode.AUTO, upstream.hosts), display)

    assert ways(folder) == only(How.DOWNLOADED) | {"kube-scheduler": How.BUILT}
    assert (folder / "bin" / "kube-scheduler").is_symlink()
    assert not (folder / "bin" / "kubectl").is_symlink()


def test_who_insists_on_a_download_gets_an_error_in_place_of_a_build(go, upstream, settings, display, asked):
    command = go()
    upstream.fails(TRAEFIK, missing)

    with pytest.raises(Unavailable, match=r"answers 404 Not Found\. TOOLCHAIN=auto builds what cannot be"):
        make(settings(Mode.DOWNLOAD, upstream.hosts), display)
    assert asked(command) == []
    assert not (settings(Mode.DOWNLOAD, upstream.hosts).folder / COMPLETE).exists()


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.DOWNLOAD])
def test_a_wrong_digest_is_an_error_either_way(go, upstream, settings, display, mode):
    go()
    upstream.fails(TRAEFIK, changed(b"something else"))

    with pytest.raises(WrongContent, match=r"was released\. It was removed.*TOOLCHAIN=build builds traefik"):
        make(settings(mode, upstream.hosts), display)
    folder = settings(mode, upstream.hosts).folder
    assert not (folder / "bin" / "traefik").exists()
    assert not (folder / COMPLETE).exists()


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.DOWNLOAD])
def test_a_shared_file_with_a_wrong_digest_is_an_error_either_way(go, upstream, settings, display, mode):
    go()
    upstream.fails("_httproutes.yaml", changed(b"kind: Other"))

    with pytest.raises(WrongContent, match=r"share\.sha256 pins"):
        make(settings(mode, upstream.hosts), display)


def test_an_archive_without_its_program_leaves_nothing_of_it(go, upstream, settings, display):
    go()
    content = packed_tar({"pulumi/pulumi": b"the first of three"})
    upstream.fails("-linux-x64.tar.gz", changed(content))
    sums = f"{hashlib.sha256(content).hexdigest()}  pulumi-v{PULUMI}-linux-x64.tar.gz\n"
    upstream.fails(f"/pulumi-{PULUMI}-checksums.txt", changed(sums.encode()))

    with pytest.raises(WrongContent, match="has no pulumi/pulumi-language-python"):
        make(settings(Mode.AUTO, upstream.hosts), display)
    assert not (settings(Mode.AUTO, upstream.hosts).folder / "bin" / "pulumi").exists()


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


def test_what_is_not_released_for_the_platform_is_built_and_said(go, upstream, settings, display):
    go()
    folder = make(settings(Mode.DOWNLOAD, upstream.hosts, platform=MACOS), display)

    assert ways(folder) == only(How.DOWNLOADED) | dict.fromkeys(SERVERS, How.BUILT)
    assert f"not released for darwin/arm64, so built: {', '.join(SERVERS)}" in display
    assert settings(Mode.DOWNLOAD, upstream.hosts, platform=MACOS).satisfied()


def test_an_unknown_processor_builds_and_who_insists_is_told_so(go, upstream, settings, display):
    go()
    riscv = Platform("linux", "riscv64")
    with pytest.raises(ToolchainError, match="upstream releases no programs for linux/riscv64"):
        make(settings(Mode.DOWNLOAD, upstream.hosts, platform=riscv), display)

    folder = make(settings(Mode.AUTO, upstream.hosts, platform=riscv), display)
    assert {how for name, how in ways(folder).items() if "-api" not in name and "stages" not in name} == {
        How.BUILT
    }


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


def _hold(lock: Path, held, release) -> None:
    with FileLock(lock):
        held.set()
        release.wait()


def test_the_second_of_two_at_once_waits_and_says_so(upstream, settings, display, monkeypatch):
    chosen = settings(Mode.DOWNLOAD, upstream.hosts)
    chosen.cache.mkdir()
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(chosen.cache / "lock", held, release))
    other.start()
    held.wait()
    with Making(chosen, display) as making:
        while "another run is making the toolchain; waiting for it" not in display:
            threading.Event().wait(0.01)
        assert upstream.asked == []
        release.set()
        making.wait()
    other.join()
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
