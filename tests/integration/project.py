"""A Pulumi project as its users run it: a copy of its folder, a stack, the engine."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.integration.terminal import ROOT, Terminal

#: Made by use, and not part of a program.
MADE = shutil.ignore_patterns("venv", "sdks", "__pycache__")


#: What the engine would do with one resource.
Step = dict[str, Any]


def operations(steps: list[Step]) -> dict[str, str]:
    """Return the operation on each resource's type."""
    return {step["urn"].split("::")[-2].split("$")[-1]: step["op"] for step in steps}


@dataclass(frozen=True)
class Project:
    """Projects of one test share a backend, so that one can refer to the stacks of another."""

    terminal: Terminal
    folder: Path
    stack: str = "dev"

    @classmethod
    def copy_of(cls, source: Path, terminal: Terminal, stack: str = "dev") -> Project:
        """Copy a project's folder into the test's own, below the same path, and make a stack of it."""
        folder = terminal.folder / source.relative_to(ROOT)
        shutil.copytree(source, folder, ignore=MADE)
        (folder / "venv").symlink_to(ROOT / ".venv")
        backend = terminal.with_variables(
            PULUMI_BACKEND_URL=f"file://{terminal.folder}",
            PULUMI_CONFIG_PASSPHRASE="only for this test",
            # Nothing is downloaded in a test: what a package needs is installed already.
            PIP_NO_INDEX="1",
            PIP_NO_INPUT="1",
        )
        project = cls(backend, folder, stack)
        project.run("stack", "init", stack)
        return project

    @property
    def name(self) -> str:
        return str(yaml.safe_load((self.folder / "Pulumi.yaml").read_text())["name"])

    def configure(self, values: dict[str, Any]) -> None:
        """Set the configuration of the stack, in place of what it holds."""
        file = self.folder / f"Pulumi.{self.stack}.yaml"
        settings = (yaml.safe_load(file.read_text()) or {}) if file.exists() else {}
        settings["config"] = {f"{self.name}:{key}": value for key, value in values.items()}
        file.write_text(yaml.safe_dump(settings))

    def run(self, *arguments: str, succeeds: bool = True) -> str:
        """Run pulumi and return what it said on both streams."""
        line = " ".join(["pulumi", "--non-interactive", *arguments])
        done = self.terminal.shell(line, self.folder)
        assert (done.returncode == 0) is succeeds, done.stdout + done.stderr
        return done.stdout + done.stderr

    def up(self, *flags: str, succeeds: bool = True) -> str:
        return self.run("up", "--yes", "--skip-preview", "--stack", self.stack, *flags, succeeds=succeeds)

    def destroy(self) -> None:
        self.run("destroy", "--yes", "--skip-preview", "--stack", self.stack)

    def previewed(self) -> list[Step]:
        """Return what a preview announces."""
        steps: list[Step] = json.loads(self.run("preview", "--stack", self.stack, "--json"))["steps"]
        return steps

    def outputs(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("stack", "output", "--json", "--stack", self.stack))
        return found
