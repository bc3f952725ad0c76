"""What the builders read, and how they treat values that are not known yet.

In a Pulumi program a field can be an Output. Builders put such a value into its own leaf and
never look inside; what they must compute from it goes through `Lift`. Names, ports, selectors
and label keys are always plain, so that a preview never sees an unknown selector, which the
engine would announce as a replacement of the Deployment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec

#: Applies a function to leaves: at once to plain values, later where one of them is an Output.
Lift = Callable[..., Any]

Manifest = dict[str, Any]


def at_once(function: Callable[..., Any], *leaves: Any) -> Any:
    """The Lift of plain values."""
    return function(*leaves)


@dataclass(frozen=True)
class Leaves:
    """A group as builders see it. Fields typed Any hold a GroupSpec's value or an Output of it."""

    id: str
    name: str
    port: int
    environment: EnvironmentSpec
    image: Any
    replicas: Any
    cpu: Any
    memory: Any
    gpu: Any
    tags: Mapping[str, Any] | Any
    entrypoint: Sequence[Any] | Any
    env: Mapping[str, Any] | Any
    secret_env: Mapping[str, Any] | Any
    env_from: Any
    mounts: Any
    shm_size: Any
    readiness: Any
    liveness: Any
    startup: Any
    shutdown_delay: Any
    termination_grace: Any
    progress_deadline: Any
    service_account: Any
    image_pull_secrets: Any
    node_selector: Mapping[str, Any] | Any
    tolerations: Any
    annotations: Mapping[str, Any] | Any
    not_secret: Any = ()
    lift: Lift = at_once


def leaves_of(spec: GroupSpec, environment: EnvironmentSpec, group_id: str) -> Leaves:
    """Return the leaves of a wholly plain group."""
    fields = {name: getattr(spec, name) for name in GroupSpec.model_fields}
    return Leaves(id=group_id, environment=environment, **fields)
