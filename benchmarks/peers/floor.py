"""The least that the engine costs: no check, no record, one process a step, imports while it starts.

floor.py create|update|delete STACK WORK OBJECTS
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> None:
    verb, stack, work, objects = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    work.mkdir(parents=True, exist_ok=True)
    (work / "Pulumi.yaml").write_text(json.dumps({"name": "bench", "runtime": "python"}))
    if verb == "create":
        init = ["pulumi", "stack", "init", "--stack", stack, "--no-select", "--non-interactive"]
        started = subprocess.Popen(init, cwd=work, stdout=subprocess.DEVNULL)
        _load()
        if started.wait():
            sys.exit("stack init failed")
    _operate(verb, stack, work, objects)


def _load() -> None:
    import scaling_group.engine.command  # noqa: F401


def _operate(verb: str, stack: str, work: Path, objects: Path) -> None:
    from pulumi import automation

    from benchmarks.peers.program import program_of
    from scaling_group.engine.command import OneProcessCommand, OneProcessStack

    # Any version that knows every flag: asking for the real one would be a process more.
    command = OneProcessCommand(shutil.which("pulumi") or "pulumi", (3, 259, 0))
    workspace = automation.LocalWorkspace(
        work_dir=str(work), pulumi_command=command, env_vars=dict(os.environ)
    )
    one = OneProcessStack(stack, workspace)
    if verb == "delete":
        one.destroy()
    else:
        one.up(program=program_of(objects))


if __name__ == "__main__":
    main()
