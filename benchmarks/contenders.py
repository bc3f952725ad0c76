"""The command lines that are compared."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from .measure import Command, run
from .place import Place, Shell

ROOT = Path(__file__).resolve().parents[1]
OURS = "scaling-group"
BEFORE = "before"
AUTOMATION = "Automation API"
KUBECTL = "kubectl"
FLOOR = "engine alone"
CONTENDERS = (OURS, BEFORE, AUTOMATION, KUBECTL, FLOOR)
#: What a delete is held against beside others: our own create in the same round.
CREATE = "create of the same round"

IMAGE = "my-registry/server:v1"
#: An image that the nodes of the local cluster cannot pull.
NOT_THERE = "simulate/image-pull-backoff:1"
NEXT_IMAGE = "my-registry/server:v2"


@dataclass(frozen=True)
class Ours:
    """scaling-group itself."""

    shell: Shell

    def of(self, checkout: Path) -> Ours:
        """Return the one that another checkout has installed, at the same groups."""
        path = f"{checkout / '.venv' / 'bin'}{os.pathsep}{self.shell.environ['PATH']}"
        return Ours(self.shell.with_variables(PATH=path))

    def __call__(self, *arguments: str) -> Command:
        return Command(["scaling-group", *arguments], self.shell.environ, self.shell.folder)

    def create(self, name: str, *flags: str) -> Command:
        return self("create", f"--name={name}", f"--image={IMAGE}", "--port=8080", "--no-wait", *flags)

    def update(self, name: str) -> Command:
        return self("update", f"--name={name}", f"--image={NEXT_IMAGE}", "--no-wait")

    def delete(self, name: str) -> Command:
        return self("delete", f"--name={name}", "--no-wait")

    def render(self, name: str) -> Command:
        return self("render", f"--name={name}", f"--image={IMAGE}", "--port=8080", "-o", "json")


def objects_file(shell: Shell, name: str) -> Path:
    """Return a file with the objects of a group for those who are given objects; made where needed."""
    file = shell.folder / f"{name}.json"
    if not file.exists():
        file.write_text(run(Ours(shell).render(name)).stdout)
    return file


@dataclass(frozen=True)
class Automation:
    """The Automation API, on a backend of its own or on that of another shell."""

    shell: Shell
    project: str = "bench"

    @classmethod
    def beside(cls, place: Place, name: str) -> Automation:
        return cls(_with_own_backend(place.shell(name)))

    @classmethod
    def on_state_of(cls, shell: Shell) -> Automation:
        """Return one that reads the stacks that scaling-group has made."""
        passphrase = str(shell.data_dir / "passphrase")
        variables = {
            "PULUMI_CONFIG_PASSPHRASE_FILE": passphrase,
            # What the other one keeps in its work folders is not there.
            "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
        }
        return cls(_with_backend(shell, shell.data_dir / "state", **variables), "scaling-group")

    def __call__(self, verb: str, stack: str = "", *arguments: str) -> Command:
        work = self.shell.folder / "automation" / (stack or "all")
        words = [sys.executable, "-m", "benchmarks.peers.automation", verb, "--work", str(work)]
        words += ["--project", self.project, *(["--stack", stack] if stack else []), *arguments]
        return Command(words, {**self.shell.environ, "PYTHONPATH": str(ROOT)}, self.shell.folder)

    def create(self, name: str) -> Command:
        return self("create", name, "--objects", str(objects_file(self.shell, name)), "--image", IMAGE)

    def update(self, name: str) -> Command:
        return self("update", name, "--objects", str(objects_file(self.shell, name)), "--image", NEXT_IMAGE)


@dataclass(frozen=True)
class Floor:
    """The engine alone."""

    shell: Shell

    @classmethod
    def beside(cls, place: Place, name: str) -> Floor:
        return cls(_with_own_backend(place.shell(name)))

    def __call__(self, verb: str, name: str) -> Command:
        words = [sys.executable, "-m", "benchmarks.peers.floor", verb, name]
        words += [str(self.shell.folder / "work" / name), str(objects_file(self.shell, name))]
        return Command(words, {**self.shell.environ, "PYTHONPATH": str(ROOT)}, self.shell.folder)


@dataclass(frozen=True)
class Kubectl:
    """kubectl with the same objects."""

    shell: Shell

    def __call__(self, *arguments: str) -> Command:
        words = ["kubectl", "--namespace", self.shell.namespace, *arguments]
        return Command(words, self.shell.environ, self.shell.folder)

    def apply(self, name: str) -> Command:
        return self("apply", "--server-side", "-f", str(objects_file(self.shell, name)))

    def delete(self, name: str) -> Command:
        return self("delete", "--wait=false", "-f", str(objects_file(self.shell, name)))


def _with_own_backend(shell: Shell) -> Shell:
    backend = shell.folder / "backend"
    backend.mkdir(exist_ok=True)
    return _with_backend(shell, backend, PULUMI_CONFIG_PASSPHRASE="")


def _with_backend(shell: Shell, backend: Path, **variables: str) -> Shell:
    return shell.with_variables(PULUMI_BACKEND_URL=f"file://{backend}", **variables)
