"""Many groups and long histories without waiting for each: copies of a real one.

The engine makes one group. Its files in the state folder and its objects in the cluster are copied
under other names; the API server takes each object as it takes any other.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tools.local_cluster.api import Api

from .contenders import Ours
from .measure import run
from .place import Place, Shell
from .waiting import wait_until

COLLECTIONS = {
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "Service": "/api/v1/namespaces/{}/services",
    "HTTPRoute": "/apis/gateway.networking.k8s.io/v1/namespaces/{}/httproutes",
}
#: What the API server adds to metadata, and refuses or ignores when it is given.
SERVER_SET = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields")
#: Requests at the same time.
WORKERS = 4
PROJECT = "scaling-group"


def name_of(number: int) -> str:
    """Return the name of a seeded group: all have one length, so that copies have one size."""
    return f"seed-{number:04d}"


def seed_groups(place: Place, shell: Shell, wanted: int) -> None:
    """Make groups in an empty shell, each with 0 replicas.

    Returns when the controllers have taken notice of all.
    """
    seed_first(place, shell)
    seed_copies(place, shell, wanted)


def seed_first(place: Place, shell: Shell) -> None:
    """Make the one real group, which needs the gateway."""
    run(Ours(shell).create(name_of(1), "--replicas=0"))
    _settle(place, shell)


def seed_copies(place: Place, shell: Shell, wanted: int) -> None:
    """Copy the one real group until there are as many as wanted."""
    numbers = range(2, wanted + 1)
    ids = {number: str(uuid.uuid4()) for number in numbers}
    template = _Template(place.cluster.api, shell)
    for number in numbers:
        template.copy_state(name_of(number), ids[number])
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda n: template.copy_objects(name_of(n), ids[n]), numbers))
    _settle(place, shell)


def _settle(place: Place, shell: Shell) -> None:
    wait_until(lambda: _noticed(place.cluster.api, shell), f"the controllers of {shell.namespace}")


class _Template:
    """The one real group of a shell."""

    def __init__(self, api: Api, shell: Shell) -> None:
        self._api = api
        self._name = name_of(1)
        self._namespace = shell.namespace
        self._state = shell.data_dir / "state" / ".pulumi"
        self._objects = [self._live(kind) for kind in COLLECTIONS]
        stack = f"{shell.environment}.{self._name}"
        files = self._state.glob(f"stacks/{PROJECT}/{stack}.*")
        history = self._state.glob(f"history/{PROJECT}/{stack}/*")
        self._files = {str(f.relative_to(self._state)): f.read_text() for f in (*files, *history)}
        labels = self._objects[0]["metadata"]["labels"]
        self._id = next(value for key, value in labels.items() if key.endswith("/scaling-group"))

    def _live(self, kind: str) -> dict[str, Any]:
        found = self._api.get(self._path(kind, self._name)) or {}
        metadata = {key: value for key, value in found["metadata"].items() if key not in SERVER_SET}
        return {**found, "metadata": metadata}

    def _path(self, kind: str, name: str) -> str:
        return f"{COLLECTIONS[kind].format(self._namespace)}/{name}"

    def _renamed(self, text: str, name: str, group_id: str) -> str:
        return text.replace(self._name, name).replace(self._id, group_id)

    def copy_state(self, name: str, group_id: str) -> None:
        for path, text in self._files.items():
            file = self._state / self._renamed(path, name, group_id)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self._renamed(text, name, group_id))

    def copy_objects(self, name: str, group_id: str) -> None:
        for found in self._objects:
            copy = json.loads(self._renamed(json.dumps(found), name, group_id))
            path = self._path(found["kind"], name)
            self._api.apply(path, copy)
            if found["kind"] == "HTTPRoute":
                # The gateway would write the same, five a second.
                self._api.apply(f"{path}/status", copy)


def _noticed(api: Api, shell: Shell) -> bool:
    """Return whether every Deployment and every route has the status of its present form."""
    deployments, routes = (
        (api.get(COLLECTIONS[kind].format(shell.namespace)) or {})["items"]
        for kind in ("Deployment", "HTTPRoute")
    )
    return all(_observed(item) for item in deployments) and all(
        (item.get("status") or {}).get("parents") for item in routes
    )


def _observed(item: dict[str, Any]) -> bool:
    return bool((item.get("status") or {}).get("observedGeneration", 0) >= item["metadata"]["generation"])


def seed_revisions(shell: Shell, name: str, wanted: int) -> None:
    """Make a group whose history has `wanted` entries: the first and the last are real."""
    run(Ours(shell).create(name, "--replicas=0"))
    stack = f"{shell.environment}.{name}"
    folder = shell.data_dir / "state" / ".pulumi" / "history" / PROJECT / stack
    _copy_entries(folder, stack, range(2, wanted))
    if wanted > 1:
        run(Ours(shell).update(name))


def _copy_entries(folder: Path, stack: str, revisions: Iterable[int]) -> None:
    """Copy the one entry of a history; names and times go on by a second for each revision."""
    [entry] = folder.glob("*.history.json")
    [checkpoint] = folder.glob("*.checkpoint.json")
    nanoseconds = int(entry.name.removeprefix(f"{stack}-").partition(".")[0])
    first = datetime.fromtimestamp(nanoseconds // 10**9, UTC)
    text, state = entry.read_text(), checkpoint.read_text()
    # One microsecond apart in the names: the real entry that follows has to be the newest.
    for revision in revisions:
        beginning = f"{stack}-{nanoseconds + revision * 1000}"
        time = (first + timedelta(milliseconds=revision)).strftime("%Y-%m-%dT%H:%M:%SZ")
        (folder / f"{beginning}.history.json").write_text(_of_revision(text, revision, time))
        (folder / f"{beginning}.checkpoint.json").write_text(_of_revision(state, revision, time))


def _of_revision(text: str, revision: int, time: str) -> str:
    """Return a file of the first revision as one of another, with an image of its own."""
    text = re.sub(r'(revision\\*":\s*)1\b', rf"\g<1>{revision}", text)
    text = re.sub(r'(updated\\*":\s*\\*")[^"\\]+', rf"\g<1>{time}", text)
    return re.sub(r"server:v1\b", f"server:v{revision}", text)
