"""Volumes of the pod and where the container sees them."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.spec.mount import SHM_PATH, Mount

SHM = "shm"


def pod_fields(group: GroupInputs) -> Manifest:
    """Return `volumes` where there are any."""
    if not group.spec.mounts and group.spec.shm_size is None:
        return {}
    return {"volumes": group.apply(_volumes, group.spec.mounts, group.spec.shm_size)}


def container_fields(group: GroupInputs) -> Manifest:
    """Return `volumeMounts` where there are any."""
    if not group.spec.mounts and group.spec.shm_size is None:
        return {}
    return {"volumeMounts": group.apply(_mounts, group.spec.mounts, group.spec.shm_size)}


def _volumes(mounts: Sequence[Mount], shm_size: str | None) -> list[Manifest]:
    volumes = [_volume(index, mount) for index, mount in enumerate(mounts)]
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
        "image": {"image": {"reference": mount.name}},
        "empty-dir": {"emptyDir": {"sizeLimit": mount.size} if mount.size else {}},
    }
    return {"name": _name(index, mount), **sources[mount.kind]}


def _mounts(mounts: Sequence[Mount], shm_size: str | None) -> list[Manifest]:
    listed = [_mount(index, mount) for index, mount in enumerate(mounts)]
    if shm_size is not None:
        listed.append({"name": SHM, "mountPath": SHM_PATH})
    return listed


def _mount(index: int, mount: Mount) -> Manifest:
    fields: Manifest = {"name": _name(index, mount), "mountPath": mount.path}
    return fields | ({"readOnly": True} if mount.read_only else {})
