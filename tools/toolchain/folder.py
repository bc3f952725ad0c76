"""Where the toolchain is, and what its folder is named after.

The folder is <cache>/scaling-group/toolchain/<key>; <cache> is $XDG_CACHE_HOME or ~/.cache. The key is
a hash over everything that decides what is in it, so a folder never changes its meaning.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from . import pins, recipes, shared

HERE = Path(__file__).resolve().parent
#: Marks: the local cluster's programs are there; all of it is.
CLUSTER_COMPLETE = "cluster-complete"
COMPLETE = "complete"


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "scaling-group" / "toolchain"


def toolchain_folder() -> Path:
    return cache_folder() / toolchain_key()


def toolchain_key(here: Path = HERE) -> str:
    """Return 16 hex digits over the pins, the recipes and every file that a build reads."""
    settled = (pins.PROGRAMS, recipes.BUILDS, recipes.COPIES, shared.SHARED, recipes.FLAGS)
    digest = hashlib.sha256(repr(settled).encode())
    for path in sorted(_inputs(here)):
        digest.update(f"{path.relative_to(here)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _inputs(here: Path) -> list[Path]:
    """Module files, our own Go code, replacements of any kind, and the digests of downloads."""
    patterns = ("*/**/go.mod", "*/**/go.sum", "*/**/*.go", shared.DIGESTS.name)
    own = [path for pattern in patterns for path in here.glob(pattern)]
    replacements = (here / recipes.REPLACED).rglob("*")
    return list({path for path in [*own, *replacements] if path.is_file()})
