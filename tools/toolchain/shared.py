"""The YAML files of share/: each is several files of upstream's, joined.

They are the same in upstream's Git tag and in its Go module, so whichever way they come, they are
checked against the digests of share.sha256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import pins
from .errors import WrongContent
from .releases import Hosts

DIGESTS = Path(__file__).with_name("share.sha256")


@dataclass(frozen=True)
class Shared:
    """One joined file: the program it is named after, and whose files it has."""

    program: str
    version: str
    repository: str
    module: str
    go_mod: str
    target: str


SHARED = (
    Shared(
        "gateway-api",
        pins.GATEWAY_API,
        repository="kubernetes-sigs/gateway-api",
        module="sigs.k8s.io/gateway-api",
        go_mod="gateway-api",
        target="share/gateway-api.yaml",
    ),
    Shared(
        "kwok-stages",
        pins.KWOK,
        repository="kubernetes-sigs/kwok",
        module="sigs.k8s.io/kwok",
        go_mod="programs",
        target="share/kwok-stages.yaml",
    ),
)


def parts(shared: Shared) -> dict[str, str]:
    """Return the path in the repository and the SHA-256 of each part, in the order of joining."""
    found = {}
    for line in DIGESTS.read_text().splitlines():
        digest, _, name = line.partition("  ")
        if name.startswith(f"{shared.module}/"):
            found[name.removeprefix(f"{shared.module}/")] = digest
    return found


def part_url(shared: Shared, path: str, hosts: Hosts) -> str:
    return f"{hosts.github_files}/{shared.repository}/v{shared.version}/{path}"


def checked(content: bytes, name: str, sha256: str) -> str:
    """Return the text of a part; raises WrongContent where it is not the one that is pinned."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise WrongContent(f"{name} has the SHA-256 {found}, and {DIGESTS.name} pins {sha256}")
    return content.decode()


def join(texts: Iterable[str]) -> str:
    return "\n---\n".join(text.strip() for text in texts) + "\n"


def from_module(shared: Shared, folder: Path) -> str:
    """Join the parts that the Go module has below `folder`; raises WrongContent where it has others."""
    pinned = parts(shared)
    places = {(folder / path).parent for path in pinned}
    there = {str(file.relative_to(folder)) for place in places for file in place.glob("*.yaml")}
    more = sorted(path for path in there - pinned.keys() if not path.endswith("/kustomization.yaml"))
    if more:
        raise WrongContent(f"{shared.module} has {', '.join(more)}, and {DIGESTS.name} does not pin it")
    return join(checked((folder / path).read_bytes(), path, digest) for path, digest in pinned.items())
