"""gpu-memory: a model that is loaded into a GPU goes through the container's memory first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaling_group.manifests.defaults import DEFAULT_MEMORY
from scaling_group.rules.amounts import gpus_of, stated
from scaling_group.rules.rule import Config, Rule
from scaling_group.rules.subject import Subject, name_of


def find(subject: Subject, _config: Config) -> Iterator[str]:
    """Yield each container with a GPU that was given no memory, or a group's default."""
    for container in subject.containers:
        if _has_gpus(container, of_group=subject.of_group) and (
            why := _unstated(container, of_group=subject.of_group)
        ):
            yield f"{name_of(container)} has a GPU and {why}."


def _has_gpus(container: Mapping[str, Any], *, of_group: bool) -> bool:
    try:
        return gpus_of(container, of_group=of_group) > 0
    except ValueError:
        return True


def _unstated(container: Mapping[str, Any], *, of_group: bool) -> str:
    given = (stated(container, "requests", "memory"), stated(container, "limits", "memory"))
    if not given[1]:
        return "no memory limit"
    # An amount that somebody states for a group is both; only the default is two amounts.
    return f"the default memory limit of {given[1]}" if of_group and given == DEFAULT_MEMORY else ""


RULE = Rule(
    name="gpu-memory",
    demand="GPU containers must set a memory limit.",
    fix="Set the memory that the model needs (--memory=16Gi).",
    config=Config,
    find=find,
)
