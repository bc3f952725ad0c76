"""Which versions there are, and where each is when it is built.

A version has a folder here with a Go module of its own, which pins it and all that it needs as upstream
does. They are not in the toolchain's folder, whose key has every module file in it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tools.toolchain.folder import toolchain_key
from tools.toolchain.recipes import BUILDS, Build

HERE = Path(__file__).parent
_VERSION = "k8s.io/component-base/version"
#: The control plane and kubectl, as the toolchain has them.
KUBE = BUILDS[0].mains[0]
#: What a version refuses of the Gateway API: rules that ask `isIP`, which the API server knows from 1.31 on.
REFUSED = {"1.30": ("tlsroutes.gateway.networking.k8s.io",)}


@dataclass(frozen=True)
class Kubernetes:
    """One version.

    Attributes:
        minor: what it is chosen by: `1.30`.
        version: all of it: `1.30.14`.
    """

    minor: str
    version: str

    @property
    def module(self) -> Path:
        """The folder with its go.mod."""
        return HERE / self.minor

    @property
    def build(self) -> Build:
        """Nothing is trimmed: what could be differs from version to version."""
        number = self.minor.removeprefix("1.")
        settings = {
            "gitVersion": f"v{self.version}",
            "gitMajor": "1",
            "gitMinor": number,
            "gitTreeState": "clean",
        }
        return Build(
            self.minor,
            (KUBE,),
            settings=tuple(f"{_VERSION}.{name}={value}" for name, value in settings.items()),
            tags=BUILDS[0].tags,
        )

    @property
    def refused(self) -> tuple[str, ...]:
        """The names of objects of the Gateway API that are left out."""
        return REFUSED.get(self.minor, ())

    def folder(self, cache: Path) -> Path:
        """Return its folder, named after everything that decides what is in it."""
        digest = hashlib.sha256(f"{toolchain_key()}{self.build!r}{self.refused}".encode())
        for name in ("go.mod", "go.sum"):
            digest.update((self.module / name).read_bytes() + b"\0")
        return cache / f"kubernetes-{self.version}-{digest.hexdigest()[:16]}"


def releases() -> dict[str, Kubernetes]:
    """Return every version by what it is chosen by, the oldest first."""
    found = {}
    for go_mod in sorted(HERE.glob("*/go.mod")):
        [version] = re.findall(r"^\s+k8s\.io/kubernetes v(\S+)$", go_mod.read_text(), re.MULTILINE)
        found[go_mod.parent.name] = Kubernetes(go_mod.parent.name, version)
    return found
