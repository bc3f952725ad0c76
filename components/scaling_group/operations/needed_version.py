"""What of a group an older cluster would refuse or, worse, leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scaling_group.errors import Conflict
from scaling_group.operations.protocols import ClusterReader
from scaling_group.spec.group import GroupSpec

#: https://kubernetes.io/docs/tasks/configure-pod-container/image-volumes/ (on by default)
IMAGE_VOLUMES = (1, 35)
#: https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/ (v1)
RESOURCE_CLAIMS = (1, 34)


def check_kubernetes(spec: GroupSpec, cluster: Callable[[], ClusterReader]) -> None:
    """Raise Conflict where the cluster is too old for a part of the group, as for one too old for groups.

    Asks the cluster only where the group has such a part.
    """
    for what, needed, instead in _parts(spec):
        found = cluster().version()
        if found < needed:
            raise Conflict(
                f"{what} needs Kubernetes {_text(needed)} or newer, and this cluster has {_text(found)}",
                detail="An older API server drops the field, and the Pods would start without it.",
                resolution=instead,
            )


def _parts(spec: GroupSpec) -> Iterator[tuple[str, tuple[int, int], str]]:
    image = next((mount for mount in spec.mounts if mount.kind == "image"), None)
    if image:
        fix = "Upgrade the cluster, or bring the files in another volume: --mount=pvc:NAME:/path."
        yield f"the image volume {image.name}", IMAGE_VOLUMES, fix
    if spec.gpu and spec.gpu.claim_template:
        fix = "Upgrade the cluster, or ask for GPUs by their resource: --gpu=COUNT."
        yield f"the claim template {spec.gpu.claim_template}", RESOURCE_CLAIMS, fix


def _text(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
