"""The GPUs that a cluster offers: what `gpus` shows, and `doctor` counts."""

from __future__ import annotations

from pydantic import Field

from scaling_group.spec.strict import Strict


class GpuNode(Strict):
    """A node with GPUs of one type."""

    name: str = Field(description="Its name; empty for devices that belong to no one node.")
    count: int = Field(description="GPUs that it has for Pods.")
    taken: int | None = Field(description="GPUs that Pods there request; null where that may not be read.")
    ready: bool = Field(description="Whether new Pods can go there: it is Ready and not cordoned.")


class GpuHolder(Strict):
    """Who has GPUs of one type."""

    group: str = Field(description="Name of the group; empty for Pods of no group of this environment.")
    namespace: str = Field(description="Namespace of the Pods.")
    count: int = Field(description="GPUs that they request.")


class GpuOffer(Strict):
    """GPUs of one type."""

    type: str = Field(
        description="What --gpu takes here: a type (l4), or the name of a resource (amd.com/gpu). Empty "
        "where nothing names the type: a count alone asks for it."
    )
    resource: str = Field(description="The extended resource that a container requests.")
    profile: str = Field(
        description="The profile that names the type: that of the settings, or another one by whose label "
        "its nodes name it. Empty where no profile does."
    )
    memory: int | None = Field(description="Memory of one in GB, where it is known.")
    shared: str = Field(
        description="How one card serves several Pods: time-slicing or mps; empty where a card is one Pod's."
    )
    by: str = Field(description="Who offers them: device-plugin, or dra for devices of a DeviceClass.")
    count: int = Field(description="GPUs on all nodes.")
    taken: int | None = Field(description="GPUs that Pods request; null where that may not be read.")
    free: int | None = Field(description="GPUs that new Pods can get on nodes that take some; null as taken.")
    taken_by: tuple[GpuHolder, ...] = Field(description="Who has them.")
    nodes: tuple[GpuNode, ...] = Field(description="Where they are.")
