"""Command line: python -m tools.real_node.recording FOLDER [SCENARIO…].

Makes the recordings of tests/states anew, in FOLDER: each Deployment of them is created again, and its
namespace written down at every change for as long as it was before. Then it prints what they tell that
those before did not, which is where another version of Kubernetes shows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tools.local_cluster.api import Api
from tools.local_cluster.layout import REPOSITORY
from tools.local_cluster.objects import DEFAULT_ACCOUNT_PATH, GPU_RESOURCE, NODES_PATH
from tools.toolchain.folder import cache_folder

from .debian import find_busybox
from .images import Image
from .inside import VARIABLE
from .node import RealNode
from .programs import NODE
from .told import compare

Object = dict[str, Any]

_NAME = f"{__package__}.recording"
STATES = REPOSITORY / "tests" / "states"
IMAGE = "docker.io/local/app:1"
COMMANDS = ("sh", "sleep", "tail")
GPU_LABEL = {"cloud.google.com/gke-accelerator": "nvidia-tesla-t4"}
#: More at once would be each other's weather.
AT_ONCE = 3
POLL_SECONDS = 0.15
#: What the API server adds to metadata.
_SERVER_SET = ("uid", "resourceVersion", "generation", "creationTimestamp", "annotations", "managedFields")
_LISTS = {
    "deployments": "/apis/apps/v1/namespaces/{}/deployments",
    "replicaSets": "/apis/apps/v1/namespaces/{}/replicasets",
    "pods": "/api/v1/namespaces/{}/pods",
    "events": "/api/v1/namespaces/{}/events",
    "persistentVolumeClaims": "/api/v1/namespaces/{}/persistentvolumeclaims",
}
#: What a scenario needs beside its Deployment.
_LABELS = {"pod-security-restricted": {"pod-security.kubernetes.io/enforce": "restricted"}}
_QUOTA = {"limits.cpu": "50m", "limits.memory": "32Mi"}
_CLAIM = {
    "accessModes": ["ReadWriteOnce"],
    "resources": {"requests": {"storage": "1Gi"}},
    "storageClassName": "fast-ssd",
}


def main() -> int:
    folder, *chosen = sys.argv[1:]
    busybox = find_busybox(cache_folder())
    if VARIABLE not in os.environ:
        # Beside the node there is no network.
        ours = [sys.executable, "-m", _NAME, *sys.argv[1:]]
        return subprocess.run([sys.executable, "-m", str(__package__), *ours], check=False).returncode
    node = RealNode(Path(os.environ[VARIABLE]))
    node.import_image(Image(IMAGE, busybox, links=COMMANDS))
    _give_gpu(node.api)
    scenarios = chosen or sorted(path.name for path in STATES.iterdir())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name in pool.map(lambda name: record(node.api, name, Path(folder)), scenarios):
            print(f"recorded {name}", flush=True)
    different = compare(STATES, Path(folder))
    print("\n".join(different or ["they tell what those before have told"]))
    return 0


def _give_gpu(api: Api) -> None:
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE}}
    api.apply(f"{NODES_PATH}/{NODE}", {**node, "metadata": {"name": NODE, "labels": GPU_LABEL}})
    api.apply(f"{NODES_PATH}/{NODE}/status", {**node, "status": {"capacity": {GPU_RESOURCE: "1"}}})


def record(api: Api, name: str, folder: Path) -> str:
    """Make one scenario anew and write its moments to a folder of its name; return the name."""
    before = [json.loads(file.read_bytes()) for file in sorted((STATES / name).glob("*.json"))]
    _prepare(api, name)
    recorder = _Recorder(api, name, folder / name)
    path = _LISTS["deployments"].format(name)
    recorder.change(lambda: api.create(path, _manifest(before[0]["deployment"])))
    end = before[-1]["elapsedSeconds"]
    changed = next((moment for moment in before if "secondsSinceChange" in moment), None)
    if changed:
        recorder.until(changed["elapsedSeconds"])
        manifest = _manifest(before[-1]["deployment"])
        recorder.change(lambda: api.apply(f"{path}/{name}", manifest), is_update=True)
    recorder.until(end)
    recorder.write_last()
    api.delete(f"/api/v1/namespaces/{name}")
    return name


def _prepare(api: Api, name: str) -> None:
    metadata = {"name": name, "labels": _LABELS.get(name, {})}
    api.create("/api/v1/namespaces", {"metadata": metadata})
    while api.get(DEFAULT_ACCOUNT_PATH.format(name)) is None:
        time.sleep(POLL_SECONDS)
    if name == "quota-exceeded":
        quota = {"metadata": {"name": "compute"}, "spec": {"hard": _QUOTA}}
        api.create(f"/api/v1/namespaces/{name}/resourcequotas", quota)
        # Until the controller has counted, everything is refused for another reason.
        while not (api.get(f"/api/v1/namespaces/{name}/resourcequotas/compute") or {}).get("status"):
            time.sleep(POLL_SECONDS)
    if name == "unbound-pvc":
        api.create(
            _LISTS["persistentVolumeClaims"].format(name), {"metadata": {"name": "data"}, "spec": _CLAIM}
        )


def _manifest(deployment: Object) -> Object:
    metadata = {key: value for key, value in deployment["metadata"].items() if key not in _SERVER_SET}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": deployment["spec"]}


class _Recorder:
    """Writes down the moments of a namespace."""

    def __init__(self, api: Api, name: str, folder: Path) -> None:
        self._api = api
        self._name = name
        self._folder = folder
        self._folder.mkdir(parents=True)
        self._began = time.monotonic()
        self._changed: float | None = None
        self._count = 0
        self._last = ""

    def change(self, make: Callable[[], Object], is_update: bool = False) -> None:
        """Create or change the Deployment, and write down the moment."""
        made = make()
        now = time.monotonic()
        if is_update:
            self._changed = now
        else:
            self._began = now
        self._write(self._moment(made["metadata"]["resourceVersion"], now))

    def until(self, seconds: float) -> None:
        """Write down each moment that differs from the one before, so long after the creation."""
        while (now := time.monotonic()) < self._began + seconds:
            moment = self._moment("", now)
            if _signature(moment) != self._last:
                self._write(moment)
            time.sleep(POLL_SECONDS)

    def write_last(self) -> None:
        """Write down the end, with the logs of processes that have ended."""
        moment = self._moment("", time.monotonic())
        restarted = [pod["metadata"]["name"] for pod in moment["pods"] if _restarts(pod)]
        if restarted:
            moment["logs"] = {name: self._log(name) for name in restarted}
        self._write(moment)

    def _moment(self, version: str, now: float) -> Object:
        """Read all lists at one version of the store: that of the first."""
        moment: Object = {"elapsedSeconds": round(now - self._began, 2)}
        if self._changed is not None:
            moment["secondsSinceChange"] = round(now - self._changed, 2)
        for key, path in _LISTS.items():
            query = f"?resourceVersion={version}&resourceVersionMatch=Exact" if version else ""
            listed = self._api.get(path.format(self._name) + query) or {}
            version = version or listed["metadata"]["resourceVersion"]
            moment[key] = listed["items"]
        [found] = moment.pop("deployments")
        moment["deployment"] = {"apiVersion": "apps/v1", "kind": "Deployment", **found}
        if not moment["persistentVolumeClaims"]:
            del moment["persistentVolumeClaims"]
        for item in [moment["deployment"], *(item for key in _LISTS for item in moment.get(key, ()))]:
            item["metadata"].pop("managedFields", None)
        return moment

    def _write(self, moment: Object) -> None:
        file = self._folder / f"{self._count:03d}-{moment['elapsedSeconds']:.1f}s.json"
        file.write_text(json.dumps(moment, indent=1, sort_keys=True) + "\n")
        self._count += 1
        self._last = _signature(moment)

    def _log(self, pod: str) -> str:
        query = urllib.parse.urlencode({"previous": "true", "tailLines": "20"})
        return self._api.text(f"/api/v1/namespaces/{self._name}/pods/{pod}/log?{query}")


def _restarts(pod: Object) -> int:
    return sum(status["restartCount"] for status in pod["status"].get("containerStatuses", ()))


def _signature(moment: Object) -> str:
    """Return what makes a moment another one: statuses and what events say, not how often."""
    items = [moment["deployment"], *moment["replicaSets"], *moment["pods"]]
    events = sorted((event["reason"], event.get("message", "")) for event in moment["events"])
    return json.dumps([[item.get("status") for item in items], events], sort_keys=True)


if __name__ == "__main__":
    sys.exit(main())
