"""Takes out of a recording what belongs to the machine that it was made on."""

from __future__ import annotations

import getpass
import json
import socket
from pathlib import Path
from typing import Any

#: Where the program that declared a resource stands in the file system; the engine shows it in errors.
POSITIONS = ("sourcePosition", "stackTrace")


def scrub(folder: Path, scratch: str) -> None:
    """Change every file of a recording. scratch: the folder in which it was made."""
    for file in (each for each in folder.rglob("*") if each.is_file()):
        text = _scrubbed(file.read_text(), scratch)
        if file.suffix == ".json":
            text = json.dumps(_without_positions(json.loads(text)), indent=1, ensure_ascii=False) + "\n"
        file.write_text(text)


def _scrubbed(text: str, scratch: str) -> str:
    host, user = socket.gethostname(), getpass.getuser()
    for found, instead in (
        (scratch, "/recorded"),
        (f"somebody@{host}", "somebody@somewhere"),
        (f'"hostname":"{host}"', '"hostname":"somewhere"'),
        (f'"username":"{user}"', '"username":"somebody"'),
    ):
        text = text.replace(found, instead)
    return text


def _without_positions(value: Any) -> Any:
    """Return JSON without positions, and without what the engine notes of its surroundings that is a path."""
    if isinstance(value, list):
        return [_without_positions(each) for each in value]
    if isinstance(value, dict):
        kept = {key: _without_positions(each) for key, each in value.items() if key not in POSITIONS}
        if "exec.kind" in kept or "pulumi.version" in kept:
            kept = {key: each for key, each in kept.items() if "/" not in str(each)}
        return kept
    return value
