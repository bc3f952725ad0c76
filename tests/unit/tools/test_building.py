"""Building programs. Go and pip are shell scripts here, and the cache is a temporary folder."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import psutil
import pytest

from tools.toolchain.building import Place, build
from tools.toolchain.errors import Stopped, ToolchainError
from tools.toolchain.estimate import Estimates
from tools.toolchain.manifest import Entry, How
from tools.toolchain.pins import PROGRAMS, Part
from tools.toolchain.recipes import BUILDS, FLAGS, REPLACED, Build, Main, Trim
from tools.toolchain.running import LAST_LINES
from tools.toolchain.shared import SHARED

KUBE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
TWO = Build(
    "module",
    (
        Main("go.etcd.io/etcd/server/v3", "server", "bin/etcd", ("etcd",), seconds=10, packages=1),
        Main("./kube", "kube", "bin/kube", KUBE, seconds=50, packages=3),
    ),
    settings=("a.Version=1", "b.Version=2"),
    tags=("one", "two"),
)
ALL = frozenset(program.name for program in PROGRAMS)


@pytest.fixture
def modules(tmp_path) -> Path:
    """A module cache that a test may change; only one module is there."""
    file = tmp_path / "modules" / "example.com" / "large" / "go.mod"
    file.parent.mkdir(parents=True)
    file.write_text("module example.com/large\n")
    return tmp_path / "modules"


@pytest.fixture
def place(tmp_path, display):
    """Where builds happen: module files of one program, in place of the repository's."""
    here = tmp_path / "here"
    (here / "module").mkdir(parents=True)
    (here / "module" / "go.mod").write_text("module module\n")
    (here / "module" / "go.sum").write_text("sums\n")

    def make(go: str) -> Place:
        return Place(go, tmp_path / "chain", display, threading.Event(), here)

    return make


def made(order: Build, programs: frozenset[str], place: Place) -> dict[str, Entry]:
    """Build, and return what was added."""
    added: dict[str, Entry] = {}
    build(order, programs, place, Estimates({"module": 60.0}), added.update)
    return added


def test_every_program_is_built_once_and_in_one_build():
    built = [program for order in BUILDS for main in order.mains for program in main.programs]
    assert sorted([*built, *(shared.program for shared in SHARED)]) == sorted(ALL)


def test_what_the_local_cluster_needs_is_built_first():
    parts = {program.name: program.part for program in PROGRAMS}
    order = [parts[name] for build in BUILDS for main in build.mains for name in main.programs]
    assert order == sorted(order, key=list(Part).index)


def test_programs_are_built_where_they_belong(go, place, files_below):
    added = made(TWO, ALL, chain := place(go()))

    assert files_below(chain.folder) == ["bin", *(f"bin/{name}" for name in sorted(("etcd", "kube", *KUBE)))]
    assert (chain.folder / "bin" / "etcd").read_text() == "built server\n"
    assert os.readlink(chain.folder / "bin" / "kubectl") == "kube"
    assert stat.S_IMODE((chain.folder / "bin" / "etcd").stat().st_mode) == 0o755
    assert set(added) == {"etcd", *KUBE}
    assert added["etcd"].how is How.BUILT
    assert added["kubectl"].files == ("bin/kube", "bin/kubectl")


def test_one_command_builds_all_of_them(go, place, asked):
    made(TWO, ALL, place(command := go()))

    [asked_for] = asked(command)
    flags, _, rest = asked_for.partition(" -o ")
    assert flags == f"build {' '.join(FLAGS)} -v -tags one,two -ldflags -s -w -X a.Version=1 -X b.Version=2"
    assert rest.split()[1:] == ["go.etcd.io/etcd/server/v3", "./kube"]


def test_only_what_is_needed_is_built_and_named(go, place, asked, files_below):
    added = made(TWO, frozenset({"kubectl"}), chain := place(command := go()))

    assert asked(command)[0].endswith(" ./kube")
    assert files_below(chain.folder) == ["bin", "bin/kube", "bin/kubectl"]
    assert set(added) == {"kubectl"}


def test_a_program_is_added_as_soon_as_it_is_linked(go, place, tmp_path):
    """The local cluster does not wait for what is built after its programs."""
    first = 'echo etcd > "$(echo "$*" | sed "s/.* -o \\([^ ]*\\).*/\\1/")server"'
    added: dict[str, Entry] = {}

    def add(entries: dict[str, Entry]) -> None:
        added.update(entries)
        (tmp_path / "-".join(sorted(entries))).touch()

    before = f"{first}; until [ -e {tmp_path}/etcd ]; do sleep 0.05; done"
    build(TWO, ALL, place(go(before=before)), Estimates({"module": 60.0}), add)
    assert list(added) == ["etcd", *KUBE]


def test_a_trimmed_dependency_is_a_changed_copy_that_the_build_is_told_of(
    go, place, tmp_path, asked, modules
):
    chain = place(command := go(before=f"cp -r $(dirname $PWD)/../chain/.building-module {tmp_path}/work"))
    original = modules / "example.com" / "large"
    for name in (
        "pkg/kept.go",
        "pkg/changed.go",
        "pkg/gone/gone.go",
        "pkg/gone/text",
        "pkg/gone/deep/kept.go",
        "pkg/kept_test.go",
    ):
        (original / name).parent.mkdir(parents=True, exist_ok=True)
        (original / name).write_text("upstream's")
        (original / name).chmod(0o444)
    (original / "pkg" / "gone").chmod(0o555)
    replaced = chain.here / REPLACED / "example.com" / "large"
    (replaced / "pkg").mkdir(parents=True)
    (replaced / "pkg" / "changed.go").write_text("ours")
    order = Build("module", TWO.mains, trims=(Trim("example.com/large", emptied=("pkg/gone",)),))

    made(order, ALL, chain)
    (original / "pkg" / "gone").chmod(0o755)

    copy = tmp_path / "work" / "copies" / "example.com" / "large"
    assert (copy / "pkg" / "kept.go").read_text() == "upstream's"
    assert (copy / "pkg" / "changed.go").read_text() == "ours"
    assert not (copy / "pkg" / "kept_test.go").exists()
    assert (copy / "pkg" / "gone" / "text").exists()
    assert (copy / "pkg" / "gone" / "deep" / "kept.go").exists(), "a package below it is another one"
    assert not (copy / "pkg" / "gone" / "gone.go").exists()
    work = chain.folder / ".building-module"
    assert (tmp_path / "work" / "go.mod").read_text() == (
        f'module module\nreplace example.com/large => "{work}/copies/example.com/large"\n'
    )
    assert (tmp_path / "work" / "go.sum").read_text() == "sums\n"
    assert asked(command)[0] == "mod download -json example.com/large"
    assert f"-modfile={work}/go.mod" in asked(command)[1]
    assert (original / "pkg" / "changed.go").read_text() == "upstream's"
    assert not work.exists()


def test_a_package_that_is_emptied_and_is_not_there_is_an_error(go, place):
    """A new version of the dependency has moved it, and the build would be the whole one again."""
    order = Build("module", TWO.mains, trims=(Trim("example.com/large", emptied=("pkg/gone",)),))
    with pytest.raises(ToolchainError, match=r"example\.com/large has no package pkg/gone to empty"):
        made(order, ALL, place(go()))


def test_a_file_that_takes_no_place_is_an_error(go, place):
    """A new version of the dependency has moved what it stands for, and that would be built again."""
    chain = place(go())
    replaced = chain.here / REPLACED / "example.com" / "large" / "moved.go"
    replaced.parent.mkdir(parents=True)
    replaced.write_text("ours")
    order = Build("module", TWO.mains, trims=(Trim("example.com/large"),))

    with pytest.raises(ToolchainError, match=r"example\.com/large has no moved\.go to replace"):
        made(order, ALL, chain)


def test_a_copy_takes_the_place_of_the_version_that_a_module_is_replaced_by(go, place, tmp_path):
    chain = place(go(before=f"cp $(dirname $PWD)/../chain/.building-module/go.mod {tmp_path}/go.mod"))
    (chain.here / REPLACED / "example.com" / "large").mkdir(parents=True)
    pins = "replace example.com/large => example.com/large v1.2.3\nreplace example.com/larger => ./there\n"
    with (chain.here / "module" / "go.mod").open("a") as go_mod:
        go_mod.write(pins)
    order = Build("module", TWO.mains, trims=(Trim("example.com/large"),))

    made(order, ALL, chain)

    work = chain.folder / ".building-module"
    assert [line for line in (tmp_path / "go.mod").read_text().splitlines() if "replace" in line] == [
        "replace example.com/larger => ./there",
        f'replace example.com/large => "{work}/copies/example.com/large"',
    ]


def test_a_module_that_cannot_be_had_says_how_it_ended(go, place):
    command = go()
    Path(command).write_text('#!/bin/sh\necho \'{"Error": "no such host"}\'; exit 1\n')
    order = Build("module", TWO.mains, trims=(Trim("example.com/large"),))

    with pytest.raises(ToolchainError, match=r"module example\.com/large cannot be had") as caught:
        made(order, ALL, place(command))
    assert "no such host" in str(caught.value)


def test_a_failed_build_says_how_it_ended_and_how_to_repeat_it(go, place, display):
    noise = "echo k8s.io/api/core/v1; echo go: downloading k8s.io/api v1.2.3;"
    lines = f"for n in $(seq 40); do {noise} echo line number $n; done;"
    before = f"{lines} echo the cause is here >&2; {noise} exit 1"

    with pytest.raises(ToolchainError) as caught:
        made(TWO, ALL, place(go(before=before)))

    heading, *shown, repeat = str(caught.value).splitlines()
    assert heading == "building etcd, kube failed; the last lines were:"
    assert len(shown) == LAST_LINES
    assert shown[0] == f"  line number {40 - LAST_LINES + 2}"
    assert shown[-1] == "  the cause is here"
    assert repeat == "To repeat: make toolchain"
    assert "building etcd, kube ended after " in display


def test_a_full_disk_is_told_with_the_folders_that_go_writes(go, place):
    full = "echo 'write /tmp/go-build1: no space left on device'; exit 1"
    with pytest.raises(ToolchainError, match="Free 6 GB on the disk that it names"):
        made(TWO, ALL, place(go(before=full)))


def test_a_failed_build_leaves_nothing_half_made(go, place, files_below):
    """Go links in its temporary folder, which is ours, and renames what is whole."""
    chain = place(go(before='echo half > "$GOTMPDIR/server"; exit 1'))

    with pytest.raises(ToolchainError):
        made(TWO, ALL, chain)
    assert files_below(chain.folder) == []


def test_a_build_that_is_told_to_stop_ends_with_its_children(go, place, tmp_path):
    chain = place(go(before=f"mkfifo {tmp_path}/ready; sleep 600 & echo $! > {tmp_path}/ready; wait"))
    outcome: list[BaseException] = []

    def building() -> None:
        try:
            made(TWO, ALL, chain)
        except Stopped as error:
            outcome.append(error)

    thread = threading.Thread(target=building)
    thread.start()
    while not (tmp_path / "ready").exists():
        thread.join(0.01)
    child = int((tmp_path / "ready").read_text())
    chain.stop.set()
    thread.join()

    assert isinstance(outcome[0], Stopped)
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        pass


def test_what_is_compiled_moves_the_progress(go, place, display, tmp_path, monkeypatch):
    packages = "for p in a b/c d.e/f; do echo $p; done"
    seen, show = tmp_path / "seen", display.show

    def watched(done: float, *rest: object) -> None:
        show(done, *rest)
        if done == 0.75:
            seen.touch()

    monkeypatch.setattr(display, "show", watched)
    made(TWO, ALL, place(go(before=f"{packages}; until [ -e {seen} ]; do sleep 0.05; done")))

    assert max(done for done, _, _ in display.shown) == 0.75
    assert all(" left" in detail for _, _, detail in display.shown)
    assert "built in " in display
