"""Groups in YAML files."""

from __future__ import annotations

from pathlib import Path

from scaling_group.errors import InvalidInput
from scaling_group.spec.documents import LARGEST, Document, parse_documents

#: Endings of the files that are read from a folder.
ENDINGS = (".yaml", ".yml")


def read_groups(*sources: str | Path) -> list[Document]:
    """Return the groups of files, and of the .yaml and .yml files of folders, for ScalingGroups.apply.

    Raises InvalidInput for what cannot be read or is not YAML; apply checks the groups, and names a fault
    by `file:line`.
    """
    files = [file for source in sources for file in _files(Path(source))]
    return [found for file in files for found in parse_documents(read_bounded(file), str(file))]


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        return sorted(file for file in source.iterdir() if file.suffix in ENDINGS)
    return [source]


def read_bounded(file: Path, largest: int = LARGEST) -> bytes:
    """Return a file's content, a byte over the bound at most; raises InvalidInput if it cannot be read."""
    try:
        with file.open("rb") as handle:
            return handle.read(largest + 1)
    except OSError as error:
        raise InvalidInput(f"cannot read {file}", detail=str(error.strerror or error)) from None
