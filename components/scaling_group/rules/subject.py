"""A Kubernetes object as rules see it.

The object is plain JSON, or a policy pack's view of it: a mapping that raises when a value is read
that is not known in a preview. So nothing here copies an object or reads more of it than is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

#: Where each kind that makes pods keeps their template; a Pod is its own.
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "Pod": (),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
}
#: Where each kind that scales others says the most Pods.
MOST: Mapping[str, str] = {"HorizontalPodAutoscaler": "maxReplicas", "ScaledObject": "maxReplicaCount"}
#: What KEDA takes where a ScaledObject says nothing.
MOST_BY_DEFAULT = 100
ROUTES = ("HTTPRoute", "GRPCRoute")
#: API groups of the kinds that rules know; others use the same names, Knative's Service for example.
API_GROUPS = ("", "apps", "batch", "autoscaling", "keda.sh", "gateway.networking.k8s.io")


def at(value: Any, *path: str) -> Any:
    """Return what stands at a path of keys, None where nothing does."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def listed(value: Any) -> Sequence[Any]:
    """Return a list as such, and nothing for anything else."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def mapped(value: Any) -> Mapping[str, Any]:
    """Return a mapping as such, and an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def whole(value: Any) -> Any:
    """Return a whole number as such: the engine sends every number as a float."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True)
class Subject:
    """An object, and whether a scaling group has made it.

    resource_type: the type of its resource in a Pulumi program, empty on the command line.
    """

    manifest: Mapping[str, Any]
    of_group: bool
    resource_type: str = ""

    @property
    def kind(self) -> str:
        """The kind, empty for one of an API group that rules do not know."""
        version = at(self.manifest, "apiVersion")
        group = version.rpartition("/")[0] if isinstance(version, str) else ""
        return str(at(self.manifest, "kind") or "") if group in API_GROUPS else ""

    @property
    def template(self) -> Mapping[str, Any]:
        """Metadata and spec of the object's pods, empty where it makes none."""
        kind = self.kind
        return mapped(at(self.manifest, *TEMPLATES[kind])) if kind in TEMPLATES else {}

    @property
    def pod(self) -> Mapping[str, Any]:
        """The spec of the object's pods, empty where it makes none."""
        return mapped(at(self.template, "spec"))

    @property
    def containers(self) -> Iterator[Mapping[str, Any]]:
        """All containers of the object's pods, those that run before the others too."""
        for field in ("initContainers", "containers"):
            yield from map(mapped, listed(at(self.pod, field)))

    @property
    def images(self) -> Iterator[tuple[str, str]]:
        """What the object's pods pull, each with who needs it: containers, and volumes that are images."""
        for container in self.containers:
            if isinstance(image := at(container, "image"), str):
                yield image, name_of(container)
        for volume in map(mapped, listed(at(self.pod, "volumes"))):
            if isinstance(image := at(volume, "image", "reference"), str):
                yield image, f"the volume {at(volume, 'name')}"

    @property
    def label_domain(self) -> str:
        """The domain of a group's labels, empty where it has none."""
        ending = "/scaling-group"
        found = (key for key in mapped(at(self.manifest, "metadata", "labels")) if key.endswith(ending))
        return next(found, "").removesuffix(ending)

    @property
    def environment(self) -> str:
        """The id of a group's environment, empty for what is no group's."""
        domain = self.label_domain
        found = at(self.manifest, "metadata", "labels", f"{domain}/environment") if domain else None
        return str(found or "")

    @property
    def _autoscaled_to(self) -> int | None:
        """The most pods of a group that is autoscaled: its Deployment says in its record alone."""
        domain = self.label_domain if self.kind == "Deployment" else ""
        text = at(self.manifest, "metadata", "annotations", f"{domain}/record") if domain else None
        try:
            record = orjson.loads(text) if isinstance(text, str) else None
        except orjson.JSONDecodeError:
            return None
        most = whole(at(record, "spec", "autoscale", "max"))
        return most if isinstance(most, int) and not isinstance(most, bool) else None

    @property
    def replicas(self) -> int:
        """The most pods that the object asks for; a DaemonSet, which has one a node, counts as one."""
        if self.kind in MOST:
            most = whole(at(self.manifest, "spec", MOST[self.kind]))
            return most if isinstance(most, int) else MOST_BY_DEFAULT
        if (scaled := self._autoscaled_to) is not None:
            return scaled
        field = "parallelism" if self.kind == "Job" else "replicas"
        count = whole(at(self.manifest, "spec", field))
        return count if isinstance(count, int) else 1


def name_of(container: Mapping[str, Any]) -> str:
    """Return a container as messages name it."""
    return f"the container {at(container, 'name') or '(without a name)'}"
