"""Where the servers are, and what their folder is named after."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools.npm import FILES as PACKAGES
from tools.toolchain.folder import cache_folder

HERE = Path(__file__).parent
S3_MODULE = "github.com/versity/versitygw/cmd/versitygw"
MODULE_FILES = ("go.mod", "go.sum")


def backends_folder() -> Path:
    """Return the folder of what these module files and packages make."""
    digest = hashlib.sha256()
    for name in (*MODULE_FILES, *PACKAGES):
        digest.update((HERE / name).read_bytes() + b"\0")
    return cache_folder() / f"backends-{digest.hexdigest()[:16]}"


def s3_server(folder: Path) -> Path:
    """Return the program of the server of S3."""
    return folder / "versitygw"


def azure_server(folder: Path) -> Path:
    """Return the script of the server of Azure Blob Storage, for Node.js."""
    return folder / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
