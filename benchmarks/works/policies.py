"""What the policy pack adds to an update of a program."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import yaml

from benchmarks.contenders import FLOOR, OURS, ROOT
from benchmarks.figures import Work
from benchmarks.measure import Command, run
from benchmarks.place import Shell
from benchmarks.works.bench import Bench

#: Made by use, and not part of a program or a pack.
MADE = shutil.ignore_patterns("venv", "__pycache__")
#: Rules that have something to check beside those that need no configuration.
CONFIG = {
    "required-tags": {"tags": ["team", "model"]},
    "allowed-registries": {"registries": ["my-registry"]},
    "replica-ceiling": {"most": 10},
    "gpu-ceiling": {"most": 10},
}


def policies(bench: Bench) -> Iterator[Work]:
    """Yield `pulumi up` of a program that changes nothing: what is left is what the pack costs."""
    shell = bench.place.shell("policies")
    shell = shell.with_variables(PULUMI_BACKEND_URL=f"file://{shell.folder}", PULUMI_CONFIG_PASSPHRASE="")
    program = _copied(shell, ROOT / "programs" / "llm-inference")
    pack = _copied(shell, ROOT / "policies")
    (program / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": _settings(shell)}))
    (pack / "config.json").write_text(json.dumps(CONFIG))
    run(_pulumi(shell, program, "stack", "init", "dev"))
    run(_up(shell, program))
    for key, kind, path in (("policies", "program", pack / "pack"), ("policies-folder", "folder", pack)):
        flags = ("--policy-pack", str(path), "--policy-pack-config", str(pack / "config.json"))
        yield bench.engine(
            key,
            f"`pulumi up` with the policy pack as a {kind}",
            {
                OURS: partial(_with_pack, shell, program, flags),
                FLOOR: lambda _: _up(shell, program),
            },
        )


def _with_pack(shell: Shell, program: Path, flags: tuple[str, ...], _: int) -> Command:
    return _up(shell, program, *flags)


def _copied(shell: Shell, source: Path) -> Path:
    folder = shell.folder / source.name
    shutil.copytree(source, folder, ignore=MADE)
    (folder / "venv").symlink_to(ROOT / ".venv")
    return folder


def _settings(shell: Shell) -> dict[str, object]:
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}
    place = {"id": shell.environment, "namespace": shell.namespace, "gateway": gateway}
    return {"llm-inference:environment": place}


def _up(shell: Shell, program: Path, *flags: str) -> Command:
    return _pulumi(shell, program, "up", "--yes", "--skip-preview", "--stack", "dev", *flags)


def _pulumi(shell: Shell, program: Path, *arguments: str) -> Command:
    return Command(["pulumi", "--non-interactive", *arguments], shell.environ, program)
