"""The GPUs that a cluster offers: what `gpus` shows, and `doctor` counts."""

from __future__ import annotations

from scaling_group.spec.model import Model, field


class GpuNode(Model):
    """A node with GPUs of one type."""

    name: str = field(description="Its name; empty for devices that belong to no one node.")
    count: int = field(description="GPUs that it has for Pods.")
    taken: int | None = field(description="GPUs that Pods there request; null where that may not be read.")
    ready: bool = field(description="Whether new Pods can go there: it is Ready and not cordoned.")


class GpuHolder(Model):
    """Who has GPUs of one type."""

    group: str = field(description="Name of the group; empty for Pods of no group of this environment.")
    namespace: str = field(description="Namespace of the Pods.")
    count: int = field(description="GPUs that they request.")


class GpuOffer(Model):
    """GPUs of one type."""

    type: str = field(
        description="What --gpu takes here: a type (l4), or the name of a resource (amd.com/gpu). Empty "
        "where nothing names the type: a count alone asks for it."
    )
    resource: str = field(description="The extended resource that a container requests.")
    profile: str = field(
        description="The profile that names the type: that of the settings, or another one by whose label "
        "its nodes name it. Empty where no profile does."
    )
    memory: int | None = field(description="Memory of one in GB, where it is known.")
    shared: str = field(
        description="How one card serves several Pods: time-slicing or mps; empty where a card is one Pod's."
    )
    by: str = field(description="Who offers them: device-plugin, or dra for devices of a DeviceClass.")
    count: int = field(description="GPUs on all nodes.")
    taken: int | None = field(description="GPUs that Pods request; null where that may not be read.")
    free: int | None = field(description="GPUs that new Pods can get on nodes that take some; null as taken.")
    taken_by: tuple[GpuHolder, ...] = field(description="Who has them.")
    nodes: tuple[GpuNode, ...] = field(description="Where they are.")
