"""What a user has: a shell with `scaling-group` and `kubectl`, in an environment of its own."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from tests.integration.prefork import Commands
from tests.integration.waiting import wait_until
from tools.local_cluster.cluster import LocalCluster

ROOT = Path(__file__).parents[2]
#: Where the API server has the objects of a group, and how kubectl calls them in a list.
COLLECTIONS = {
    "deployment": ("/apis/apps/v1/namespaces/{}/deployments", "deployment.apps"),
    "service": ("/api/v1/namespaces/{}/services", "service"),
    "httproute": (
        "/apis/gateway.networking.k8s.io/v1/namespaces/{}/httproutes",
        "httproute.gateway.networking.k8s.io",
    ),
}
KINDS = tuple(COLLECTIONS)
PODS = "/api/v1/namespaces/{}/pods"
#: Variables that change what runs: a test is in a shell that sets none of them. PYTHONUNBUFFERED for one
#: hides what waits for a text that is never written out.
OURS = ("PULUMI_", "SCALING_", "PYTHON")
#: What the API server and controllers add to metadata.
SERVER_SET = ("uid", "resourceVersion", "generation", "creationTimestamp")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True)
class Terminal:
    """Runs commands as a user would, off a terminal; nothing is shared with other tests."""

    cluster: LocalCluster
    namespace: str
    environment: str
    folder: Path
    commands: Commands
    variables: Mapping[str, str] = field(default_factory=dict)
    #: What was left running; whoever made the terminal ends it.
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    def with_variables(self, **variables: str) -> Terminal:
        return dataclasses.replace(self, variables={**self.variables, **variables})

    def environ(self) -> dict[str, str]:
        kept = inherited()
        tools = [str(Path(sys.executable).parent), str(self.cluster.toolchain / "bin")]
        return {
            **kept,
            "PATH": os.pathsep.join([*tools, kept["PATH"]]),
            "HOME": str(self.folder),
            "KUBECONFIG": str(self.cluster.kubeconfig),
            "SCALING_GROUP_CONFIG": str(self.cluster.directory / "scaling-group.toml"),
            "SCALING_GROUP_ENVIRONMENT": self.environment,
            "SCALING_GROUP_NAMESPACE": self.namespace,
            "SCALING_GROUP_DATA_DIR": str(self.data_dir),
            "PULUMI_HOME": str(self.cluster.directory / "pulumi"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            **self.variables,
        }

    def shell(self, line: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a line of shell."""
        return subprocess.run(
            ["sh", "-c", line],
            cwd=folder or self.folder,
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def group(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run scaling-group."""
        return self.commands.run(arguments, self.environ(), self.folder)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start scaling-group and leave it running."""
        process = subprocess.Popen(
            ["scaling-group", *arguments],
            cwd=self.folder,
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def close(self) -> None:
        """End what is left running: by a test that failed, and by the engine, which does not end the hosts
        of components in Python after a program in another language.
        """
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate()
        left = self.processes()
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=10)

    def processes(self, beginning: str = "") -> list[psutil.Process]:
        """Return what works in the test's folder and has a name that begins so."""
        found = []
        for process in psutil.process_iter(["name"]):
            with contextlib.suppress(psutil.Error, OSError):
                named = process.info["name"].startswith(beginning)
                if named and Path(process.cwd()).is_relative_to(self.folder):
                    found.append(process)
        return found

    def data(self, *arguments: str) -> Any:
        """Run scaling-group with -o json and return what it printed; it has to succeed."""
        done = self.group(*arguments, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def seen(self, *arguments: str) -> Any:
        """Return what scaling-group prints with -o json, {} where that is nothing: for what is waited for."""
        return json.loads(self.group(*arguments, "-o", "json").stdout or "{}")

    def create(self, name: str, *flags: str, image: str = "my-registry/server:v1") -> Any:
        return self.data("create", f"--name={name}", f"--image={image}", "--port=8080", *flags)

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            ["kubectl", "--namespace", self.namespace, *arguments],
            # What the API server serves is asked once in a test run, not once in each test.
            env={**self.environ(), "KUBECACHEDIR": str(self.cluster.directory / "kubectl-cache")},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def quota(self, name: str, hard: str) -> None:
        """Make a quota; without a status, which its controller writes, others refuse for another reason."""
        self.kubectl("create", "quota", name, f"--hard={hard}")
        path = f"/api/v1/namespaces/{self.namespace}/resourcequotas/{name}"
        wait_until(lambda: bool((self.cluster.api.get(path) or {}).get("status", {}).get("hard")))

    def objects(self, name: str) -> dict[str, Any]:
        """Return the group's objects that exist, by kind."""
        found = {}
        for kind, (path, _) in COLLECTIONS.items():
            item = self.cluster.api.get(f"{path.format(self.namespace)}/{name}")
            if item is not None:
                del item["metadata"]["managedFields"]
                found[kind] = item
        return found

    def pods(self) -> list[dict[str, Any]]:
        """Return the pods of the namespace by name."""
        return sorted(self._listed(PODS), key=lambda pod: str(pod["metadata"]["name"]))

    def names(self) -> list[str]:
        """Return `kind/name` of every object of the namespace that a group could have made."""
        listed = [*COLLECTIONS.values(), (PODS, "pod")]
        return sorted(
            f"{kind}/{item['metadata']['name']}" for path, kind in listed for item in self._listed(path)
        )

    def _listed(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (self.cluster.api.get(path.format(self.namespace)) or {})["items"]
        return items


def inherited() -> dict[str, str]:
    """Return the variables that every terminal has from whoever runs the tests."""
    return {key: value for key, value in os.environ.items() if not key.startswith(OURS)}


def read_until(stream: IO[str] | None, text: str) -> list[str]:
    """Return the lines of a process up to the first one with the text; it has to come."""
    seen = []
    for line in stream or ():
        seen.append(line.rstrip("\n"))
        if text in line:
            return seen
    raise AssertionError(f"it ended without {text!r}: {seen}")


def comparable(found: Mapping[str, Any], terminal: Terminal) -> list[Any]:
    """Return objects without what differs from run to run: server-set fields, ids, times, actor."""
    return [_comparable(found[kind], terminal) for kind in sorted(found)]


def _comparable(item: dict[str, Any], terminal: Terminal) -> Any:
    metadata = {key: value for key, value in item["metadata"].items() if key not in SERVER_SET}
    annotations = metadata.pop("annotations", {})
    kept = {
        key: json.loads(value) if key.endswith("/record") else value
        for key, value in annotations.items()
        if not key.startswith(("pulumi.com/", "deployment.kubernetes.io/"))
    }
    for record in kept.values():
        # What the command line alone keeps; a plain program's record is id, spec and environment.
        for bookkeeping in set(record) - {"id", "spec", "environment"}:
            del record[bookkeeping]
    item = {**item, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}
    item.pop("status", None)
    # Older API servers write the time that a template has not.
    text = json.dumps(item, sort_keys=True).replace('"creationTimestamp": null, ', "")
    text = text.replace(terminal.environment, "ENVIRONMENT").replace(terminal.namespace, "NAMESPACE")
    return json.loads(TIME.sub("TIME", UUID.sub("ID", text)))
