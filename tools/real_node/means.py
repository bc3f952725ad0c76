"""What the node is made of: found outside of its namespaces, used inside of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tools.local_cluster.files import PRIVATE, write_file

from .debian import Runtime

_FILE = "means.json"


@dataclass(frozen=True)
class Means:
    """The folders of programs, and the name of the node's cgroups."""

    toolchain: Path
    programs: Path
    runtime: Runtime
    cgroup: str


def write_means(directory: Path, means: Means) -> None:
    content = {
        "toolchain": str(means.toolchain),
        "programs": str(means.programs),
        "commands": [str(folder) for folder in means.runtime.commands],
        "plugins": str(means.runtime.plugins),
        "cgroup": means.cgroup,
    }
    write_file(directory / _FILE, json.dumps(content, indent=2) + "\n", PRIVATE)


def read_means(directory: Path) -> Means:
    found = json.loads((directory / _FILE).read_text())
    runtime = Runtime(tuple(Path(folder) for folder in found["commands"]), Path(found["plugins"]))
    return Means(Path(found["toolchain"]), Path(found["programs"]), runtime, found["cgroup"])
