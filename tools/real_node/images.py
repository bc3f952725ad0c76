"""Container images without a registry: archives in OCI's layout, of one layer."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: No such registry is reachable: an image that is not imported cannot be pulled.
REGISTRY = "node.local"
PAUSE = f"{REGISTRY}/pause:1"
SERVER = f"{REGISTRY}/server"
#: The tags of the server; a pod says which one it is of.
REVISIONS = ("v1", "v2", "v3")
_PREFIX = "application/vnd.oci.image"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Image:
    """One program, how it is started, and the other names that it has."""

    reference: str
    program: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()


def node_images(programs: Path) -> list[Image]:
    """Return what the node is given at its start."""
    servers = [Image(f"{SERVER}:{tag}", programs / "server", {"REVISION": tag}) for tag in REVISIONS]
    return [Image(PAUSE, programs / "pause"), *servers]


def write_archive(image: Image, path: Path) -> None:
    """Write an image as the archive that `ctr images import` reads."""
    blobs: dict[str, bytes] = {}
    layer = _add(blobs, _layer(image), "layer.v1.tar")
    config = _add(blobs, _json(_config(image, str(layer["digest"]))), "config.v1+json")
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{_PREFIX}.manifest.v1+json",
        "config": config,
        "layers": [layer],
    }
    named = _add(blobs, _json(manifest), "manifest.v1+json")
    named["annotations"] = {"io.containerd.image.name": image.reference}
    index = {"schemaVersion": 2, "mediaType": f"{_PREFIX}.index.v1+json", "manifests": [named]}
    files = {"oci-layout": _json({"imageLayoutVersion": "1.0.0"}), "index.json": _json(index)}
    files |= {f"blobs/sha256/{digest.removeprefix('sha256:')}": data for digest, data in blobs.items()}
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            _file(archive, name, data, 0o644)


def _config(image: Image, layer: str) -> dict[str, object]:
    variables = [f"{name}={value}" for name, value in image.environment.items()]
    return {
        "architecture": _MACHINES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "config": {"Entrypoint": [f"/{image.program.name}"], "Env": ["PATH=/", *variables]},
        "rootfs": {"type": "layers", "diff_ids": [layer]},
    }


def _layer(image: Image) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in ("dev", "etc", "proc", "sys", "tmp", "www"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(folder)
        _file(archive, image.program.name, image.program.read_bytes(), 0o755)
        for name in image.links:
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, image.program.name
            archive.addfile(link)
    return buffer.getvalue()


def _file(archive: tarfile.TarFile, name: str, data: bytes, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))


def _add(blobs: dict[str, bytes], data: bytes, kind: str) -> dict[str, object]:
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    blobs[digest] = data
    return {"mediaType": f"{_PREFIX}.{kind}", "digest": digest, "size": len(data)}


def _json(content: object) -> bytes:
    return json.dumps(content, sort_keys=True).encode()
