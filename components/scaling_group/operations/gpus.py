"""The GPUs that are on offer to groups of an environment."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.gpu_offer import GpuOffer
from scaling_group.naming import environment_label
from scaling_group.operations.gather import Found, read
from scaling_group.operations.protocols import ClusterReader, Object
from scaling_group.reads import EVERYWHERE, Selection
from scaling_group.rollout.fields import name_of, text
from scaling_group.rollout.gpu_devices import Devices, add_devices
from scaling_group.rollout.gpu_nodes import Naming, profile_of
from scaling_group.rollout.gpu_offers import holder_of, offers, rows_of, takings
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.gpu_profiles import AUTO


def gpus(cluster: ClusterReader, environment: EnvironmentSpec) -> list[GpuOffer]:
    """Return the GPUs by type; who has them only where pods of all namespaces may be read.

    Raises Unreadable where this user may not list nodes.
    """
    kinds = ("Pod", "DeviceClass", "ResourceSlice", "ResourceClaim")
    chosen = [Selection("Node", "", needed=True), *(Selection(kind, EVERYWHERE) for kind in kinds)]
    return offered(read(cluster, chosen), environment)


def offered(found: Found, environment: EnvironmentSpec) -> list[GpuOffer]:
    """Return the GPUs that nodes and devices offer, as one look found them."""
    nodes, pods, claims = (found.objects.get(kind) for kind in ("Node", "Pod", "ResourceClaim"))
    naming = naming_of(environment, nodes or ())
    label = environment_label(environment.label_domain)
    rows = rows_of(nodes or (), naming, takings(pods or (), label, environment.id))
    whose = {_place(pod): holder_of(pod, label, environment.id) for pod in pods or ()}
    devices = Devices(found.objects.get("DeviceClass", ()), found.objects.get("ResourceSlice", ()), claims)
    add_devices(rows, devices, {name_of(node): node for node in nodes or ()}, naming, whose)
    return offers(rows, nodes or (), known=pods is not None)


def naming_of(environment: EnvironmentSpec, nodes: Sequence[Object]) -> Naming:
    """Return how groups name types: as the settings say, or as the nodes tell."""
    profile = environment.gpu_profile
    if profile == AUTO:
        told = profile_of(nodes)
        profile = told.profile if told else None
    return Naming(profile, environment.gpu_names)


def _place(pod: Object) -> tuple[str, str]:
    return text(pod, "metadata", "namespace"), name_of(pod)
