"""Where a bench runs: one folder with a cluster, state and a home of its own, and nothing besides.

A folder is marked with the process that made it. What a killed bench has left is known by that mark,
and by nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.errors import ClusterError
from tools.local_cluster.objects import DEFAULT_ACCOUNT_PATH
from tools.toolchain.folder import COMPLETE, cache_folder, toolchain_key

from .errors import BenchError
from .waiting import wait_until

PREFIX = "scaling-group-bench-"
MARKER = "bench.json"
BUILD = "run `make toolchain` (minutes, once), then again `make bench`"
Report = Callable[[str], None]


@dataclass(frozen=True)
class Shell:
    """Groups of one environment in one namespace, with state of their own."""

    namespace: str
    environment: str
    folder: Path
    environ: dict[str, str]

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    def with_variables(self, **variables: str) -> Shell:
        return Shell(self.namespace, self.environment, self.folder, {**self.environ, **variables})


@dataclass(frozen=True)
class Place:
    """The folder of one bench and the cluster in it."""

    folder: Path
    cluster: LocalCluster

    def shell(self, name: str) -> Shell:
        """Return a shell in a namespace and with a state of this name; both are made where needed."""
        folder = self.folder / "shells" / name
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        self._ensure_namespace(name)
        return Shell(name, name, folder, self._environ(name, folder))

    def _ensure_namespace(self, name: str) -> None:
        api = self.cluster.api
        if api.get(f"/api/v1/namespaces/{name}") is None:
            api.create("/api/v1/namespaces", {"metadata": {"name": name}})
        account = DEFAULT_ACCOUNT_PATH.format(name)
        wait_until(lambda: api.get(account) is not None, f"the service account of {name}")

    def forget(self, shell: Shell) -> None:
        """Delete the namespace of a shell and everything in it."""
        path = f"/api/v1/namespaces/{shell.namespace}"
        self.cluster.api.delete(path)
        wait_until(lambda: self.cluster.api.get(path) is None, f"the end of {shell.namespace}")

    def stop_gateway(self) -> None:
        """Stop the gateway for the rest of the bench; what it has said of objects stays in their status."""
        self.cluster.stop("traefik")

    def _environ(self, name: str, folder: Path) -> dict[str, str]:
        """Nothing of the caller's environment: its settings would be measured too."""
        tools = [str(Path(sys.executable).parent), str(self.cluster.toolchain / "bin"), os.defpath]
        return {
            "PATH": os.pathsep.join(tools),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TMPDIR": str(folder / "tmp"),
            "KUBECONFIG": str(self.cluster.kubeconfig),
            "SCALING_GROUP_CONFIG": str(self.cluster.directory / "scaling-group.toml"),
            "SCALING_GROUP_ENVIRONMENT": name,
            "SCALING_GROUP_NAMESPACE": name,
            "SCALING_GROUP_DATA_DIR": str(folder / "data"),
            "PULUMI_HOME": str(self.cluster.directory / "pulumi"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }


@contextlib.contextmanager
def open_place(report: Report) -> Iterator[Place]:
    """Yield a place with a running cluster; it is taken away afterwards, however the bench ends.

    Raises BenchError without a toolchain that fits, and where another bench runs.
    """
    toolchain = find_toolchain(cache_folder(), toolchain_key())
    clear_leftovers(Path(tempfile.gettempdir()), toolchain, report)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    mark(folder)
    cluster = LocalCluster(folder / "cluster", toolchain, report)
    try:
        report("starting a cluster")
        cluster.up()
        yield Place(folder, cluster)
    except ClusterError as error:
        raise BenchError(str(error)) from None
    finally:
        report("taking the cluster down")
        remove(folder, toolchain)


def find_toolchain(cache: Path, key: str) -> Path:
    """Return the built toolchain; raises BenchError that tells a missing one from an old one."""
    if (cache / key / COMPLETE).exists():
        return cache / key
    older = sorted(file.parent.name for file in cache.glob(f"*/{COMPLETE}"))
    if older:
        raise BenchError(f"the toolchain in {cache} ({', '.join(older)}) is not the pinned one; {BUILD}")
    raise BenchError(f"there is no toolchain in {cache}; {BUILD}")


def mark(folder: Path) -> None:
    """Say whose the folder is: a number alone may belong to another process later."""
    mine = {"pid": os.getpid(), "created": psutil.Process().create_time()}
    (folder / MARKER).write_text(json.dumps(mine))


def clear_leftovers(base: Path, toolchain: Path, report: Report) -> None:
    """Remove what killed benches of this user have left; raises BenchError where one runs."""
    for folder in sorted(base.glob(f"{PREFIX}*")):
        owner = _owner(folder)
        if owner is None:
            continue
        if _runs(owner):
            raise BenchError(f"another bench runs as process {owner['pid']}; wait for it, or end it")
        report(f"removing what a killed bench has left in {folder}")
        remove(folder, toolchain)


def _owner(folder: Path) -> dict[str, float] | None:
    """Return what a folder is marked with; None for one that is not ours."""
    file = folder / MARKER
    if folder.is_symlink() or not file.is_file() or file.stat().st_uid != os.getuid():
        return None
    try:
        owner = json.loads(file.read_text())
        return {"pid": int(owner["pid"]), "created": float(owner["created"])}
    except (ValueError, KeyError, TypeError):
        return {"pid": 0, "created": 0.0}


def _runs(owner: dict[str, float]) -> bool:
    try:
        return abs(psutil.Process(int(owner["pid"])).create_time() - owner["created"]) < 1.0
    except psutil.Error:
        return False


def remove(folder: Path, toolchain: Path) -> None:
    """End what runs in a bench's folder and remove it."""
    ours = [process for process in psutil.process_iter() if _works_in(process, folder / "shells")]
    for process in ours:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(ours, timeout=3.0)[1]:
        with contextlib.suppress(psutil.Error):
            process.kill()
    LocalCluster(folder / "cluster", toolchain).down(wipe=True)
    shutil.rmtree(folder, ignore_errors=True)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except (psutil.Error, OSError):
        return False
