"""The kubeconfig that the engine is lent for one operation, and gone with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scaling_group.engine.folders import LOCK, names_in
from scaling_group.errors import ScalingGroupError
from scaling_group.yaml_text import yaml_text

LENT = "kubeconfig"


@contextmanager
def lent(folder: Path, kubeconfig: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Lend the engine a kubeconfig with the one cluster that was checked.

    folder: the stack's work folder. A context in the state is a name only, and names move between
    clusters; this way the engine can reach no other cluster than the one whose identity was compared.
    """
    file = folder / LENT
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(yaml_text([kubeconfig], quote_all=True))
        yield {"KUBECONFIG": str(file)}
    finally:
        file.unlink(missing_ok=True)


def forget_lent(data_dir: Path) -> None:
    """Remove what commands that were killed have left lent; one that is at work keeps its own."""
    work = data_dir / "work"
    with suppress(ScalingGroupError):
        for stack in names_in(work):
            if os.path.exists(work / stack / LENT):
                _forget(work / stack)


def _forget(folder: Path) -> None:
    # Taking locks takes a library, and nearly always nothing is left.
    from filelock import FileLock, Timeout

    with suppress(OSError, Timeout), FileLock(folder / LOCK, timeout=0):
        (folder / LENT).unlink(missing_ok=True)
