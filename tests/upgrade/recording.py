"""What a recording consists of; record.py writes it, restored.py reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

#: Parts of a recording: the data folder, live objects, projects with their backend, what commands printed.
DATA, OBJECTS, PROJECTS, SHOWN = "data", "objects", "projects", "shown"
DESCRIPTION = "recording.json"
#: What the commit documents: imports, variables, commands with their flags.
NAMES = "names.json"
#: The project that stands for the clone, in which `pulumi up` runs on stacks of the command line.
ROOT_PROJECT = "root"
#: Of every recorded stack. It protects nothing: no recorded value is a secret.
PASSPHRASE = "only for this recording"


class Description(NamedTuple):
    """namespaces: their UIDs by name. The environment and the namespaces have names that nothing else has."""

    commit: str
    environment: str
    namespaces: dict[str, str]


def write_yaml(file: Path, documents: Sequence[Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump_all(documents, sort_keys=True, width=100))
