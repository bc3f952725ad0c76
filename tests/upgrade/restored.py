"""A recording, brought to life in the cluster and the folder of a test.

What is bound to the cluster that it was made in is exchanged: the names of environment and namespace, the
UIDs of the namespace and of every object. Nothing else is changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.integration.project import Project
from tests.integration.terminal import COLLECTIONS, ROOT, Terminal
from tests.integration.waiting import wait_until
from tests.upgrade.recording import (
    DATA,
    DESCRIPTION,
    OBJECTS,
    PASSPHRASE,
    PROJECTS,
    ROOT_PROJECT,
    SHOWN,
    Description,
)

Object = dict[str, Any]
#: The commit that counts as shipped.
SHIPPED = Path(__file__).parent / "e32ca74"


class Restored:
    """groups: those whose files are there. live: whether their objects are, too.

    renamed: whether the environment is that of the test; a program computes ids of the name that it has.
    """

    def __init__(
        self, recording: Path, terminal: Terminal, *groups: str, live: bool = True, renamed: bool = True
    ) -> None:
        self.recording = recording
        self.terminal = terminal
        self._groups = groups
        self._description = Description(**json.loads((recording / DESCRIPTION).read_text()))
        self._words = self._names(renamed)
        for name in groups if live else ():
            self._apply(name)
        self._copy(DATA, terminal.data_dir)
        self._copy(PROJECTS, terminal.folder / PROJECTS)

    def _names(self, renamed: bool) -> dict[str, str]:
        """Return what stands for the environment and the namespace of the test."""
        terminal, (own, other) = self.terminal, self._description.namespaces
        uid = terminal.cluster.api.get(f"/api/v1/namespaces/{terminal.namespace}")["metadata"]["uid"]
        return {
            **({self._description.environment: terminal.environment} if renamed else {}),
            # Of the two namespaces one is restored in a test; the name of the one holds that of the other.
            other: terminal.namespace,
            own: terminal.namespace,
            **dict.fromkeys(self._description.namespaces.values(), uid),
        }

    def _apply(self, name: str) -> None:
        """Make the objects of a group, each field by the manager that it was recorded with."""
        recorded = self.objects(name)
        for item in recorded:
            self._make_account_of(item)
            path = f"{COLLECTIONS[item['kind'].lower()][0].format(self.terminal.namespace)}/{name_of(item)}"
            for entry in applied(item):
                made = self.terminal.cluster.api.apply(path, part_of(item, entry), entry["manager"])
            self._words[item["metadata"]["uid"]] = made["metadata"]["uid"]
            assert fields_of(made) == fields_of(item)
        if recorded:
            wait_until(lambda: _rolled_out(self.terminal.objects(name_of(recorded[0]))["deployment"]))

    def _make_account_of(self, item: Object) -> None:
        """Make what a pod cannot be created without."""
        account = item["spec"].get("template", {}).get("spec", {}).get("serviceAccountName")
        if account:
            accounts = f"/api/v1/namespaces/{self.terminal.namespace}/serviceaccounts"
            self.terminal.cluster.api.create(accounts, {"metadata": {"name": account}})

    def _copy(self, part: str, target: Path) -> None:
        for file in sorted((self.recording / part).rglob("*")):
            inside = file.relative_to(self.recording / part)
            if file.is_file() and self._wanted(inside):
                copy = target / self._exchanged(str(inside))
                copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                copy.write_text(self._exchanged(file.read_text()))

    def _wanted(self, file: Path) -> bool:
        """Return whether a file is of no stack of the command line, or of one of the groups."""
        prefix = f"{self._description.environment}."
        stacks = [part.removeprefix(prefix) for part in file.parts if part.startswith(prefix)]
        return not stacks or stacks[0].removesuffix(".json") in self._groups

    def _exchanged(self, text: str) -> str:
        for word, instead in self._words.items():
            text = text.replace(word, instead)
        return text

    def objects(self, name: str) -> list[Object]:
        """Return the recorded objects of a group, Deployment, Service and HTTPRoute."""
        text = (self.recording / OBJECTS / f"{name}.yaml").read_text()
        return list(yaml.safe_load_all(self._exchanged(text)))

    def shown(self, name: str) -> Any:
        """Return what the commit printed of a group, or as its list."""
        return json.loads(self._exchanged((self.recording / SHOWN / f"{name}.json").read_text()))

    def project(self, name: str, stack: str = "dev") -> Project:
        """Return a recorded project with its own backend."""
        folder = self.terminal.folder / PROJECTS / "programs" / name
        (folder / "venv").symlink_to(ROOT / ".venv")
        return Project(self._with_backend(self.terminal.folder / PROJECTS), folder, stack)

    def root(self, name: str) -> Project:
        """Return the clone, in which `pulumi up` runs on the stack of a group."""
        folder = self.terminal.folder / PROJECTS / ROOT_PROJECT
        (folder / ".venv").symlink_to(ROOT / ".venv")
        stack = f"{self.terminal.environment}.{name}"
        return Project(self._with_backend(self.terminal.data_dir / "state"), folder, stack)

    def _with_backend(self, folder: Path) -> Terminal:
        return self.terminal.with_variables(
            PULUMI_BACKEND_URL=f"file://{folder}",
            PULUMI_CONFIG_PASSPHRASE=PASSPHRASE,
            PIP_NO_INDEX="1",
            PIP_NO_INPUT="1",
        )


def name_of(item: Object) -> str:
    return str(item["metadata"]["name"])


def applied(item: Object) -> list[Object]:
    """Return who has applied which fields of an object."""
    return [each for each in item["metadata"]["managedFields"] if each["operation"] == "Apply"]


def fields_of(item: Object) -> dict[str, Any]:
    """Return the fields of an object by the manager that has applied them."""
    return {each["manager"]: each["fieldsV1"] for each in applied(item)}


def part_of(item: Object, entry: Object) -> Object:
    """Return what of an object a manager has applied, in the form in which it is applied.

    https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#fieldsv1-v1-meta
    """
    part = _owned(entry["fieldsV1"], item)
    identity = {key: item["metadata"][key] for key in ("name", "namespace")}
    return {
        **part,
        "apiVersion": entry["apiVersion"],
        "kind": item["kind"],
        "metadata": {**part["metadata"], **identity},
    }


def _owned(fields: Mapping[str, Any], value: Any) -> Any:
    if not fields:
        return value
    if isinstance(value, dict):
        names = [key.removeprefix("f:") for key in fields if key != "."]
        return {name: _owned(fields[f"f:{name}"], value[name]) for name in names}
    # Fields are sorted, and items are not: they keep their order.
    keys = [key for key in fields if key != "."]
    return [_owned(fields[key], item) for item in value for key in keys if _is_of(key, item)]


def _is_of(key: str, item: Any) -> bool:
    """Return whether a key is that of a list's item: of a value (v:), or of a map with these fields (k:)."""
    chosen = json.loads(key[2:])
    if key.startswith("v:"):
        return bool(item == chosen)
    return all(item.get(name) == chosen[name] for name in chosen)


def _rolled_out(deployment: Object) -> bool:
    status = deployment.get("status", {})
    seen = status.get("observedGeneration") == deployment["metadata"]["generation"]
    return seen and status.get("replicas", 0) == deployment["spec"]["replicas"]
