"""A toolchain that is made, and how its programs came."""

from __future__ import annotations

from pathlib import Path

from tools.toolchain.making import Making
from tools.toolchain.manifest import How, read_manifest
from tools.toolchain.pins import PROGRAMS, PROVIDER_FOLDER

SERVERS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
#: Below both ways' folders.
LAYOUT = (
    "bin/etcd",
    *(f"bin/{name}" for name in SERVERS),
    "bin/kubectl",
    "bin/kwok",
    "bin/pulumi",
    "bin/pulumi-language-python",
    "bin/pulumi-language-python-exec",
    "bin/pulumi-language-yaml",
    "bin/traefik",
    f"{PROVIDER_FOLDER}/pulumi-resource-kubernetes",
    "share/gateway-api.yaml",
    "share/kwok-stages.yaml",
)
TRAEFIK = "_linux_amd64.tar.gz"


def make(settings, display) -> Path:
    with Making(settings, display) as making:
        making.wait()
    return settings.folder


def ways(folder: Path) -> dict[str, How]:
    return {name: entry.how for name, entry in read_manifest(folder).items()}


def only(how: How) -> dict[str, How]:
    return {program.name: how for program in PROGRAMS}
