"""Pods, as a diagnosis asks for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scaling_group.rollout.containers import Container
from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import Object, condition, instant, labels_of, name_of, part, parts, text

#: Of the Deployment controller: which template a pod was made from.
TEMPLATE_HASH = "pod-template-hash"
#: The name of a group's own container; recordings that were cut may lack it.
OWN = "main"


@dataclass(frozen=True)
class Pod:
    """One pod, its containers (those of preparation first) and what was said of it.

    own: the names of the containers of the Deployment's template; others were put beside them.
    """

    found: Object
    events: Sequence[Event] = ()
    log: str = ""
    own: Collection[str] = ()
    containers: Sequence[Container] = field(default=(), init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "containers", tuple(_containers(self)))

    @property
    def name(self) -> str:
        return name_of(self.found)

    @property
    def created(self) -> datetime | None:
        return instant(self.found, "metadata", "creationTimestamp")

    @property
    def node(self) -> str:
        return text(self.found, "spec", "nodeName")

    @property
    def deleting(self) -> bool:
        return bool(part(self.found, "metadata").get("deletionTimestamp"))

    @property
    def template(self) -> str:
        return text(labels_of(self.found), TEMPLATE_HASH)

    @property
    def phase(self) -> str:
        return text(self.found, "status", "phase")

    @property
    def over(self) -> bool:
        """Whether the pod as a whole has ended: a group's containers are always started again."""
        return self.phase in ("Failed", "Succeeded")

    @property
    def ready(self) -> bool:
        return condition(part(self.found, "status"), "Ready").get("status") == "True"

    @property
    def unscheduled(self) -> Object:
        """The condition that says why no node takes it, empty where one does."""
        found = condition(part(self.found, "status"), "PodScheduled")
        return found if found.get("status") == "False" else {}

    @property
    def runs_well(self) -> bool:
        """Return whether every container runs and none has ended: nothing is wrong with the template."""
        serving = [c for c in self.containers if not c.init]
        return bool(serving) and all(c.running and not c.ended for c in serving)

    @property
    def image_volumes(self) -> Mapping[str, str]:
        """The images that are mounted as volumes, each with the path in the container."""
        mounts = (each for c in parts(self.found, "spec", "containers") for each in parts(c, "volumeMounts"))
        paths = {text(each, "name"): text(each, "mountPath") for each in mounts}
        named = {
            text(each, "image", "reference"): text(each, "name")
            for each in parts(self.found, "spec", "volumes")
        }
        return {image: paths.get(name, "") for image, name in named.items() if image}

    def event(self, reason: str, *words: str, container: str = "") -> Event | None:
        """Return the newest event of a reason with all these words in its message.

        container: the one that it is about; an event that names none may be about any.
        """
        found = [
            e
            for e in self.events
            if e.reason == reason and e.is_of(container) and all(word in e.message for word in words)
        ]
        return found[-1] if found else None

    def times(self, reason: str) -> int:
        """Return how often something was said; each may have words, and so an event, of its own."""
        return sum(event.count for event in self.events if event.reason == reason)


def _containers(pod: Pod) -> Iterable[Container]:
    for kind in ("initContainer", "container"):
        specs = {text(spec, "name"): spec for spec in parts(pod.found, "spec", f"{kind}s")}
        for status in parts(pod.found, "status", f"{kind}Statuses"):
            name = text(status, "name")
            spec = specs.get(name, {})
            events = [event for event in pod.events if event.is_of(name)]
            # https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
            init = kind == "initContainer" and spec.get("restartPolicy") != "Always"
            yield Container(status, spec, events, init, _own(pod, kind, name, specs))


def _own(pod: Pod, kind: str, name: str, specs: Collection[str]) -> bool:
    """Return whether a container is the group's: the first of its template, or the only one there is."""
    if kind == "initContainer":
        return False
    if list(specs) == [name] or not name:
        return True
    return name == next(iter(pod.own)) if pod.own else name == OWN
