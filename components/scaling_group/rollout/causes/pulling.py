"""The image is being pulled, and that takes long: nothing is wrong yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from scaling_group.rollout.containers import Container
from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import number, parts, texts
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

PULLING = Cause(
    "image-pulling",
    "The image is being pulled, and that takes long.",
    "Wait: raise `--timeout` and `--progress-deadline` above what the pull takes, or use a smaller image.",
    source="https://kubernetes.io/docs/concepts/containers/images/",
    example="the image registry.example.com/team/llm:1 is being pulled, for 599 s so far",
)
CAUSES = (PULLING,)

#: Seconds after which a pull is worth a sentence of its own.
LONG = 60
#: Seconds that are proposed as a deadline, at the least.
PATIENT = 1800
GIB = 2**30


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return that an image of the pod is being pulled, once that takes long."""
    for container in pod.containers:
        for image in (container.image, *pod.image_volumes):
            pull = _pull(pod, container, image)
            seconds = rollout.for_seconds(pull.last) if pull else 0.0
            if pull and seconds >= LONG:
                return _finding(rollout, pod, image, pull.last, seconds)
    return None


def _pull(pod: Pod, container: Container, image: str) -> Event | None:
    """Return the pull of an image for the container that has not ended."""
    if container.waiting[0] not in ("ContainerCreating", "PodInitializing"):
        return None
    pull = pod.event("Pulling", f'"{image}"', container=container.name)
    ends = (pod.event(reason, container=container.name) for reason in ("Pulled", "Failed", "Created"))
    over = any(not _before(end, pull) for end in ends if end and pull)
    return None if over else pull


def _before(one: Event, other: Event) -> bool:
    return bool(one.last and other.last and one.last < other.last)


def _finding(
    rollout: ObservedRollout, pod: Pod, image: str, since: datetime | None, seconds: float
) -> Finding:
    size = max(_sizes(rollout, image), default=0)
    large = f", of {size / GIB:.1f} GiB as another node has it," if size else ""
    limit = max(PATIENT, 2 * int(seconds))
    more = rollout.command("update", f"--progress-deadline={limit}", f"--timeout={limit}")
    return Finding(
        PULLING,
        f"the image {image}{large} is being pulled",
        f"Wait, the pull goes on. Allow more time where it is not enough: {more}",
        detail=f"pod {pod.name}: Pulling since {since:%H:%M:%S} UTC, neither Pulled nor Failed yet",
        since=since,
        pod=pod.name,
        heals=True,
        lasts=True,
    )


def _sizes(rollout: ObservedRollout, image: str) -> Iterator[int]:
    """Yield the sizes of the image in bytes on nodes that have it."""
    for node in rollout.seen.nodes:
        for known in parts(node, "status", "images"):
            if image in texts(known, "names"):
                yield number(known, "sizeBytes")
