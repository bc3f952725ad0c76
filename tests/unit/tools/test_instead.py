"""One way in place of the other: where it is taken, and where an error says so instead."""

from __future__ import annotations

import hashlib
import socket

import pytest

from tests.unit.tools.conftest import MACOS, SHORT
from tests.unit.tools.made import SERVERS, TRAEFIK, make, only, ways
from tests.unit.tools.upstream import changed, cut, login_page, missing, packed_tar, silent
from tools.toolchain.choosing import Mode
from tools.toolchain.errors import ToolchainError, Unavailable, WrongContent
from tools.toolchain.folder import COMPLETE
from tools.toolchain.manifest import How
from tools.toolchain.pins import PULUMI
from tools.toolchain.platforms import Platform
from tools.toolchain.releases import Hosts


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
