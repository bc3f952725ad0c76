"""Where the programs and kinds are, and what their folder is named after."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools.toolchain.folder import cache_folder, toolchain_key

HERE = Path(__file__).parent
METRICS_SERVER, CUSTOM_METRICS = "metrics-server", "custom-metrics"
#: The CustomResourceDefinitions of KEDA, one file.
KEDA = "keda.yaml"
COMPLETE = "complete"
_SOURCES = ("go.mod", "go.sum", "*.go", "building.py")


def autoscaling_folder() -> Path:
    """Return the folder that is named after everything that decides what is in it."""
    digest = hashlib.sha256(toolchain_key().encode())
    for path in sorted(path for pattern in _SOURCES for path in HERE.rglob(pattern)):
        digest.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes() + b"\0")
    return cache_folder() / f"autoscaling-{digest.hexdigest()[:16]}"
