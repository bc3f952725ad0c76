"""`up` with a toolchain whose engine is not there yet: real programs of the cluster, a `go` that waits."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.unit.tools.standing_in import fill_modules, put_go
from tools.local_cluster.cluster import LocalCluster
from tools.toolchain.folder import COMPLETE, toolchain_key
from tools.toolchain.manifest import FILE, read_manifest, summary
from tools.toolchain.pins import PROGRAMS, Part

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
#: Says its number, and waits for a file.
WAITS = """\
echo $$ > {folder}/unready
mv {folder}/unready {folder}/ready
until [ -e {folder}/go-on ]; do sleep 0.1; done
"""


@dataclasses.dataclass
class Half:
    """A toolchain that has the cluster's part alone, and a `go` that makes the rest."""

    folder: Path
    toolchain: Path

    @property
    def directory(self) -> Path:
        return self.folder / "local"

    def up(self, before: str) -> subprocess.Popen[str]:
        """Begin an `up`; `before` runs in the build of the engine."""
        fill_modules(self.folder / "modules")
        put_go(self.folder / "path", self.folder / "modules", before=before)
        environ = {
            **os.environ,
            "PATH": f"{self.folder / 'path'}:{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "CI": "true",
        }
        environ.pop("TOOLCHAIN", None)
        command = [sys.executable, "-m", "tools.local_cluster", "up", "--dir", str(self.directory)]
        return subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def status(self) -> str:
        """Return what `status` says."""
        command = [sys.executable, "-m", "tools.local_cluster", "status", "--dir", str(self.directory)]
        environ = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}
        return subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
        ).stdout

    def waits(self) -> str:
        return WAITS.format(folder=self.folder)

    def builder(self, eventually: Callable[[Callable[[], bool]], None]) -> psutil.Process:
        """Return the `go`, once it builds."""
        eventually((self.folder / "ready").exists)
        return psutil.Process(int((self.folder / "ready").read_text()))


@pytest.fixture
def half(toolchain: Path, tmp_path: Path) -> Iterator[Half]:
    folder = tmp_path / "cache" / "scaling-group" / "toolchain" / toolchain_key()
    cluster = {program.name for program in PROGRAMS if program.part is Part.CLUSTER}
    entries = {name: entry for name, entry in read_manifest(toolchain).items() if name in cluster}
    for file in {file for entry in entries.values() for file in entry.files}:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).symlink_to((toolchain / file).absolute())
    written = {name: {**dataclasses.asdict(e), "how": e.how.value} for name, e in entries.items()}
    (folder / FILE).write_text(json.dumps(written))
    made = Half(tmp_path, folder)
    yield made
    LocalCluster(made.directory, folder).down(wipe=True)


def running(half: Half) -> bool:
    return LocalCluster(half.directory, half.toolchain).status().running


def test_the_cluster_runs_while_the_engine_is_built_and_stays_when_that_fails(
    half: Half, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    process = half.up(f"{half.waits()}echo no luck today; exit 1")
    builder = half.builder(eventually)
    assert process.stdout is not None
    assert any(line.startswith("local cluster ready in") for line in process.stdout)
    assert running(half)
    assert builder.is_running()
    assert process.poll() is None
    (half.folder / "go-on").touch()
    _, err = process.communicate()

    assert process.returncode == 1
    assert err.startswith("error: building ")
    assert "no luck today" in err
    assert "To repeat: make toolchain" in err
    assert running(half)
    assert not (half.toolchain / COMPLETE).exists()

    out, err = half.up("true").communicate()

    assert err == ""
    assert out.splitlines()[-1].startswith("toolchain ready: ")
    assert (half.toolchain / COMPLETE).exists()
    assert half.status().splitlines()[-1] == f"programs {summary(read_manifest(half.toolchain))}"


def test_a_cluster_that_fails_ends_the_build_and_is_an_error(
    half: Half,
) -> None:
    (half.toolchain / "bin" / "etcd").unlink()
    (half.toolchain / "bin" / "etcd").symlink_to("/bin/false")
    process = half.up(half.waits())
    _, err = process.communicate()

    assert process.returncode == 1
    assert err.startswith("error: etcd ")
    builder = half.folder / "ready"
    assert not builder.exists() or not psutil.pid_exists(int(builder.read_text()))


def test_ctrl_c_ends_the_build_and_says_how_to_go_on(
    half: Half, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    process = half.up(half.waits())
    builder = half.builder(eventually)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()

    assert process.returncode == 130
    assert "interrupted; `up` goes on from here" in err
    assert not builder.is_running()
    assert not list(half.toolchain.glob("**/.building-*"))
