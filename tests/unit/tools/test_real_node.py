"""The parts of the real node that can be tried anywhere."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tools.local_cluster.errors import ClusterError
from tools.real_node import __main__, machine, names
from tools.real_node.building import SOURCES
from tools.real_node.cgroups import Cgroups
from tools.real_node.debian import Runtime
from tools.real_node.errors import CANNOT_RUN, CannotRun
from tools.real_node.images import Image, write_archive
from tools.real_node.machine import check_machine
from tools.real_node.means import Means, read_means, write_means
from tools.real_node.network import NODE_ADDRESS
from tools.real_node.outside import Outside, cgroup_name
from tools.real_node.remains import Machine
from tools.real_node.told import compare
from tools.toolchain.folder import HERE

CONTROLLERS = ("cpu", "cpuacct", "cpuset", "memory", "pids")


def hierarchies(root: Path, *controllers: str) -> Cgroups:
    """Return cgroups of version 1 in a folder of the test's."""
    for name in controllers:
        (root / name).mkdir()
        (root / name / "cgroup.procs").touch()
    return Cgroups("ours", root)


def test_cgroups_are_made_and_removed_with_all_that_is_below_them(tmp_path: Path):
    cgroups = hierarchies(tmp_path, *CONTROLLERS)
    cgroups.make()
    (tmp_path / "cpu" / "ours" / "kubepods" / "pod1").mkdir(parents=True)
    assert len(cgroups.left()) == 7

    cgroups.remove()

    assert cgroups.left() == []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(CONTROLLERS)


def test_a_machine_without_a_controller_cannot_have_a_node(tmp_path: Path):
    with pytest.raises(CannotRun, match="it needs the cgroup controllers memory, pids, which"):
        hierarchies(tmp_path, "cpu", "cpuacct", "cpuset").check()


def test_cgroups_of_version_2_lack_a_controller_that_version_1_holds(tmp_path: Path):
    (tmp_path / "cgroup.controllers").write_text("hugetlb cpu\n")
    (tmp_path / "cgroup.subtree_control").write_text("\n")

    with pytest.raises(CannotRun, match="it needs the cgroup controllers cpuset, memory, pids, which"):
        Cgroups("ours", tmp_path).check()


def test_cgroups_of_version_2_are_handed_what_the_kubelet_needs(tmp_path: Path):
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    (tmp_path / "cgroup.subtree_control").write_text("memory\n")

    Cgroups("ours", tmp_path).make()

    assert (tmp_path / "cgroup.subtree_control").read_text() == "+cpu +cpuset +pids"
    assert (tmp_path / "ours").is_dir()


def test_a_user_who_cannot_read_the_kernels_log_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "KERNEL_LOG", tmp_path / "kmsg")

    with pytest.raises(CannotRun, match=r"it needs to read .*kmsg, which says: No such file or directory"):
        check_machine(Cgroups("ours", tmp_path), ())


def test_a_machine_with_little_free_memory_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "NEEDED_BYTES", 1 << 50)
    monkeypatch.setattr(machine, "KERNEL_LOG", tmp_path / "kmsg")
    (tmp_path / "kmsg").touch()

    with pytest.raises(CannotRun, match=r"it needs 1048576 GiB of memory, and [\d.]+ GiB are free"):
        check_machine(hierarchies(tmp_path), ())


def test_what_a_node_has_left_is_told_one_thing_a_line():
    before = Machine(frozenset({"/run"}), frozenset(), frozenset({"panic = 0"}), frozenset())
    after = Machine(
        frozenset({"/run", "/run/a"}), frozenset({"/c"}), frozenset({"panic = 1"}), frozenset({"n"})
    )

    assert before.left_since(before) == []
    assert after.left_since(before) == [
        "cgroup /c",
        "mount /run/a",
        "network namespace n",
        "sysctl panic = 1",
    ]


def test_another_user_is_told_before_anything_is_written(monkeypatch: pytest.MonkeyPatch, capsys: Any):
    monkeypatch.setattr(sys, "argv", ["real_node", "true"])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(Outside, "__enter__", lambda _: pytest.fail("the lock's file is written"))

    assert __main__.main() == CANNOT_RUN
    assert "it needs root, for namespaces and cgroups" in capsys.readouterr().err


def test_a_folder_that_the_node_would_hide_is_refused():
    with pytest.raises(CannotRun):
        check_machine(Cgroups("ours"), (Path("/var/lib/jenkins"),))


def test_a_second_run_at_once_is_told_of_the_first(tmp_path: Path):
    with (
        FileLock(tmp_path / "node.lock"),
        pytest.raises(ClusterError, match="another run has its real node in"),
        Outside(tmp_path / "node", Cgroups("ours", tmp_path)),
    ):
        pass


def test_every_clone_has_cgroups_of_its_own(tmp_path: Path):
    assert cgroup_name(tmp_path / "a") != cgroup_name(tmp_path / "b")


def test_what_the_node_is_made_of_is_handed_over_in_a_file(tmp_path: Path):
    runtime = Runtime((tmp_path / "bin", tmp_path / "sbin"), tmp_path / "cni")
    means = Means(tmp_path / "toolchain", tmp_path / "programs", runtime, "ours")
    write_means(tmp_path, means)

    assert read_means(tmp_path) == means


def test_an_image_names_its_program_and_its_revision(tmp_path: Path):
    program = tmp_path / "server"
    program.write_bytes(b"program")
    write_archive(Image("node.local/server:v2", program, {"REVISION": "v2"}), tmp_path / "image.tar")

    with tarfile.open(tmp_path / "image.tar") as archive:
        read = {name: archive.extractfile(name).read() for name in archive.getnames()}  # type: ignore[union-attr]
    [named] = json.loads(read["index.json"])["manifests"]
    assert named["annotations"] == {"io.containerd.image.name": "node.local/server:v2"}
    manifest = json.loads(read[blob(named)])
    config = json.loads(read[blob(manifest["config"])])["config"]
    assert config == {"Entrypoint": ["/server"], "Env": ["PATH=/", "REVISION=v2"]}


def blob(descriptor: dict[str, Any]) -> str:
    return f"blobs/sha256/{descriptor['digest'].removeprefix('sha256:')}"


class Cluster:
    """What the names are looked up in: one Service with a ready pod and one that is not."""

    def get(self, path: str) -> dict[str, Any] | None:
        if path == "/api/v1/namespaces/default/services/web":
            return {}
        if path.startswith("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?"):
            endpoints = [{"addresses": [f"10.244.0.{n}"], "conditions": {"ready": n == 2}} for n in (2, 3)]
            return {"items": [{"endpoints": endpoints}]}
        return None


def asked(name: str) -> tuple[int, list[str]]:
    """Return the code and the addresses that a name is answered with."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)
    answered = names.answer(question, Cluster())  # type: ignore[arg-type]
    number, flags, _, count, _, _ = struct.unpack_from("!HHHHHH", answered)
    assert number == 7
    records = answered[len(question) :]
    return flags & 0xF, [socket.inet_ntoa(records[16 * n + 12 : 16 * n + 16]) for n in range(count)]


@pytest.mark.parametrize(
    ("name", "code", "addresses"),
    [
        ("web.default.svc.cluster.local", 0, ["10.244.0.2"]),
        ("WEB.default.svc.cluster.local", 0, ["10.244.0.2"]),
        ("abc123-web.gw.localhost", 0, [NODE_ADDRESS]),
        ("absent.default.svc.cluster.local", 3, []),
        ("registry.example.com", 3, []),
    ],
)
def test_names_are_those_of_ready_pods_and_of_the_gateway(name, code, addresses):
    assert asked(name) == (code, addresses)


def test_the_kubelet_is_built_from_the_versions_of_the_toolchain():
    """From any other, none of it would be in Go's build cache."""

    def required(go_mod: Path) -> set[str]:
        kept = (line.strip() for line in go_mod.read_text().splitlines())
        return {line for line in kept if not line.startswith(("module ", "tool "))}

    assert required(SOURCES / "go.mod") == required(HERE / "programs" / "go.mod")
    sums = [set((folder / "go.sum").read_text().splitlines()) for folder in (SOURCES, HERE / "programs")]
    assert sums[0] >= sums[1]


def recorded(folder: Path, pod: str, waits: str, events: Sequence[dict[str, Any]] = ()) -> None:
    """Write a scenario of one moment: a pod that waits."""
    status = {"containerStatuses": [{"state": {"waiting": {"reason": waits, "message": f'pod "{pod}"'}}}]}
    moment = {"deployment": {}, "replicaSets": [], "pods": [{"status": status}], "events": list(events)}
    (folder / "stuck").mkdir(parents=True)
    (folder / "stuck" / "000-0.1s.json").write_text(json.dumps(moment))


def test_recordings_differ_in_what_they_tell_and_not_in_names(tmp_path: Path):
    recorded(tmp_path / "old", "web-66f667b44c-9lpnh", "ErrImagePull")
    recorded(tmp_path / "same", "web-86d8b7c55f-x2vzk", "ErrImagePull")
    recorded(tmp_path / "new", "web-86d8b7c55f-x2vzk", "ErrPull")

    assert compare(tmp_path / "old", tmp_path / "same") == []
    changed = [line for line in compare(tmp_path / "old", tmp_path / "new") if line[:2] in ("-c", "+c")]
    assert changed == [
        '-container state waiting ErrImagePull pod "web-POD"',
        '+container state waiting ErrPull pod "web-POD"',
    ]


def test_recordings_of_a_slower_machine_tell_the_same(tmp_path: Path):
    pod = {"involvedObject": {"kind": "Pod"}, "message": "refused"}
    other, early, sick = (
        {**pod, "reason": reason, "count": count}
        for reason, count in (("BackOff", 1), ("Unhealthy", 1), ("Unhealthy", 2))
    )
    recorded(tmp_path / "old", "back-off 1m20s", "CrashLoopBackOff", [other])
    recorded(tmp_path / "slow", "back-off 40s", "CrashLoopBackOff", [other, early])
    recorded(tmp_path / "sick", "back-off 40s", "CrashLoopBackOff", [other, sick])

    assert compare(tmp_path / "old", tmp_path / "slow") == []
    assert "+event Pod Unhealthy refused" in compare(tmp_path / "old", tmp_path / "sick")


def test_without_a_command_it_says_what_it_does():
    command = [sys.executable, "-m", "tools.real_node"]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "77 where this\nmachine cannot have one" in done.stdout
