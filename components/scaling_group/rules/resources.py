"""resources: the scheduler knows what a pod needs, and no pod takes what others need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from scaling_group.manifests.defaults import DEFAULT_CPU, DEFAULT_MEMORY
from scaling_group.rules.amounts import stated
from scaling_group.rules.rule import Config, Level, Rule
from scaling_group.rules.subject import Subject, name_of
from scaling_group.spec.model import field

DEFAULTS = {"cpu": DEFAULT_CPU, "memory": DEFAULT_MEMORY}


Resource = Literal["cpu", "memory"]
BOTH: tuple[Resource, ...] = ("cpu", "memory")


class Resources(Config):
    requests: tuple[Resource, ...] = field(
        default=BOTH, description="What every container must request: cpu, memory."
    )
    limits: tuple[Resource, ...] = field(
        default=BOTH, description="What every container must limit: cpu, memory."
    )
    defaults: bool = field(default=True, description="Whether the default amounts are accepted.")


def find(subject: Subject, config: Resources) -> Iterator[str]:
    """Yield each amount that a container does not state."""
    for container in subject.containers:
        for part, names in (("requests", config.requests), ("limits", config.limits)):
            for name in names:
                if not stated(container, part, name):
                    yield f"{name_of(container)} has no {name} in its {part}."
        if subject.of_group and not config.defaults:
            for resource, default in DEFAULTS.items():
                given = (stated(container, "requests", resource), stated(container, "limits", resource))
                if given == default:
                    yield f"no {resource} is given, and the default is not accepted."


RULE = Rule(
    name="resources",
    demand="Containers must set CPU and memory requests and limits.",
    fix="Set CPU and memory (--cpu, --memory).",
    config=Resources,
    find=find,
    level=Level.ADVISORY,
)
