"""The least that the engine costs: no check, no record, one process a step, imports while it starts.

floor.py create|update|delete STACK WORK OBJECTS

Nothing of the package is used here, so that what is measured is not measured against itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

PULUMI = shutil.which("pulumi") or "pulumi"


def main() -> None:
    verb, stack, work, objects = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    work.mkdir(parents=True, exist_ok=True)
    (work / "Pulumi.yaml").write_text(json.dumps({"name": "bench", "runtime": "python"}))
    if verb == "create":
        init = [PULUMI, "stack", "init", "--stack", stack, "--no-select", "--non-interactive"]
        started = subprocess.Popen(init, cwd=work, stdout=subprocess.DEVNULL)
        import benchmarks.peers.program  # noqa: F401 - while the stack is made

        if started.wait():
            sys.exit("stack init failed")
    _operate(verb, stack, work, objects)


def _operate(verb: str, name: str, work: Path, objects: Path) -> None:
    from pulumi import automation
    from semver import VersionInfo

    from benchmarks.peers.program import program_of

    class OneRun(automation.PulumiCommand):
        """Runs the CLI, whose version is known to do: to ask for it is a process more."""

        def __init__(self) -> None:
            self.command, self.version = PULUMI, VersionInfo(3, 259, 0)

    class OneStack(automation.Stack):
        """Reads neither outputs nor history afterwards: three processes less."""

        def __init__(self, workspace: automation.LocalWorkspace) -> None:
            self.name, self.workspace = name, workspace

        def outputs(self) -> automation.OutputMap:
            return {}

        def info(self, show_secrets: bool | None = None) -> Any:
            return object()

    variables = dict(os.environ)
    stack = OneStack(
        automation.LocalWorkspace(work_dir=str(work), env_vars=variables, pulumi_command=OneRun())
    )
    if verb == "delete":
        stack.destroy()
    else:
        stack.up(program=program_of(objects))


if __name__ == "__main__":
    main()
