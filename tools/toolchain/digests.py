"""Which SHA-256 upstream has published for a file. Pure, but for the errors."""

from __future__ import annotations

import json
import re

from .errors import Unavailable
from .releases import Release

_HEX = re.compile(r"[0-9a-f]{64}")


def find_digest(release: Release, published: str) -> str:
    """Return the SHA-256 of a release's file in what its DigestSource says.

    Raises:
        Unavailable: it is not in there.
    """
    read = _from_record if release.digest.is_record else _from_lines
    digest = read(release.file, published)
    if digest is None or not _HEX.fullmatch(digest):
        raise Unavailable(f"{release.digest.url} has no SHA-256 of {release.file}")
    return digest


def _from_record(file: str, published: str) -> str | None:
    """GitHub's record of a release: assets with `digest: "sha256:…"`.

    https://docs.github.com/en/rest/releases/releases#get-a-release-by-tag-name
    """
    try:
        assets = json.loads(published)["assets"]
        found = [asset.get("digest") for asset in assets if asset["name"] == file]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return str(found[0]).removeprefix("sha256:") if found else None


def _from_lines(file: str, published: str) -> str | None:
    """sha256sum's lines, `digest  name` or `digest *name`; a digest alone is that of its one file."""
    lines = [line.split() for line in published.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) == 1:
        return lines[0][0].lower()
    for line in lines:
        if len(line) == 2 and line[1].removeprefix("*").removeprefix("./") == file:
            return line[0].lower()
    return None
