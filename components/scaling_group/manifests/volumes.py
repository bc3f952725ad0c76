"""Volumes of the pod and where the container sees them."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.manifests.leaves import Leaves, Manifest
from scaling_group.spec.mount import SHM_PATH, Mount, parse_mount

SHM = "shm"


def pod_fields(group: Leaves) -> Manifest:
    """Return `volumes` where there are any."""
    if not group.mounts and group.shm_size is None:
        return {}
    return {"volumes": group.lift(_volumes, group.mounts, group.shm_size)}


def container_fields(group: Leaves) -> Manifest:
    """Return `volumeMounts` where there are any."""
    if not group.mounts and group.shm_size is None:
        return {}
    return {"volumeMounts": group.lift(_mounts, group.mounts, group.shm_size)}


def _volumes(mounts: Sequence[str], shm_size: str | None) -> list[Manifest]:
    volumes = [_volume(index, parse_mount(text)) for index, text in enumerate(mounts)]
    if shm_size is not None:
        volumes.append({"name": SHM, "emptyDir": {"medium": "Memory", "sizeLimit": shm_size}})
    return volumes


def _name(index: int, mount: Mount) -> str:
    return f"{mount.kind}-{index}"


def _volume(index: int, mount: Mount) -> Manifest:
    sources: dict[str, Manifest] = {
        "pvc": {"persistentVolumeClaim": {"claimName": mount.name}},
        "secret": {"secret": {"secretName": mount.name}},
        "configmap": {"configMap": {"name": mount.name}},
        "empty-dir": {"emptyDir": {"sizeLimit": mount.size} if mount.size else {}},
    }
    return {"name": _name(index, mount), **sources[mount.kind]}


def _mounts(mounts: Sequence[str], shm_size: str | None) -> list[Manifest]:
    listed = [_mount(index, parse_mount(text)) for index, text in enumerate(mounts)]
    if shm_size is not None:
        listed.append({"name": SHM, "mountPath": SHM_PATH})
    return listed


def _mount(index: int, mount: Mount) -> Manifest:
    fields: Manifest = {"name": _name(index, mount), "mountPath": mount.path}
    return fields | ({"readOnly": True} if mount.read_only else {})
