"""Arguments of the component, as type checkers and the component provider's analyzer read them.

The analyzer evaluates these annotations, so this module keeps them as objects and uses no form
that it does not know (unions, literals, tuples).
"""

from typing import Any, NotRequired, TypedDict

import pulumi


class GatewayArgs(TypedDict):
    """The listener that serves the groups of an environment. Plain values only."""

    name: pulumi.Input[str]
    """Name of the Gateway."""
    namespace: pulumi.Input[str]
    """Namespace of the Gateway."""
    domain: pulumi.Input[str]
    """Domain of the listener; a group's host is `<environment>-<name>.<domain>`."""
    section: NotRequired[pulumi.Input[str]]
    """Name of the Gateway's HTTPS listener. Default: https."""


class EnvironmentArgs(TypedDict):
    """Where groups live. Plain values only."""

    id: pulumi.Input[str]
    """Id of the environment, the first part of every hostname; RFC 1123 label."""
    gateway: GatewayArgs
    """The Gateway that serves the environment's groups."""
    namespace: NotRequired[pulumi.Input[str]]
    """Namespace of the objects. Default: default."""
    label_domain: NotRequired[pulumi.Input[str]]
    """Prefix of labels and annotations. Default: chalk.ai."""


class ScalingGroupArgs(TypedDict):
    """One scaling group."""

    image: pulumi.Input[str]
    """Container image: [registry/]path[:tag][@digest]."""
    port: pulumi.Input[int]
    """Port that the container listens on, 1 to 65535. Plain value only."""
    environment: EnvironmentArgs
    """Where the group lives."""
    name: NotRequired[pulumi.Input[str]]
    """Name of the group and its objects, RFC 1035 label. Plain value only. Default: the resource's name."""
    replicas: NotRequired[pulumi.Input[int]]
    """Number of pods, 0 or more. Default: 1."""
    cpu: NotRequired[pulumi.Input[str]]
    """Cores per replica (500m, 2.5), request and limit. Default: request 100m, limit 1."""
    memory: NotRequired[pulumi.Input[str]]
    """Memory per replica (512Mi, 8Gi), request and limit. Default: request 256Mi, limit 1Gi."""
    gpu: NotRequired[pulumi.Input[str]]
    """GPUs per replica: type:count, count, or type (one)."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Labels for people: each becomes `<label domain>/tag-<key>` on all objects and pods."""
    entrypoint: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Program and arguments in place of the image's entrypoint and command."""
    id: NotRequired[pulumi.Input[str]]
    """Id of the group. Plain value only. Default: computed from organization, project, stack,
    environment and name."""


#: Arguments as they come in: any of the fields above, not yet checked.
Given = dict[str, Any]
