"""Arguments of the component, as type checkers and the component provider's analyzer read them.

The analyzer evaluates these annotations, so this module keeps them as objects and uses no form
that it does not know (unions, literals, tuples).
"""

from typing import Any, NotRequired, TypedDict

import pulumi


class GatewayArgs(TypedDict):
    """The listener that serves the groups of an environment. Plain values only."""

    name: str
    """Name of the Gateway."""
    namespace: str
    """Namespace of the Gateway."""
    domain: str
    """Domain of the listener; a group's host is `<environment>-<name>.<domain>`."""
    section: NotRequired[str]
    """Name of the Gateway's HTTPS listener. Default: https."""


class EnvironmentArgs(TypedDict):
    """Where groups live. Plain values only."""

    id: str
    """Id of the environment, the first part of every hostname; RFC 1123 label."""
    gateway: GatewayArgs
    """The Gateway that serves the environment's groups."""
    namespace: NotRequired[str]
    """Namespace of the objects. Default: default."""
    label_domain: NotRequired[str]
    """Prefix of labels and annotations. Default: chalk.ai."""


class ScalingGroupArgs(TypedDict):
    """One scaling group."""

    image: pulumi.Input[str]
    """Container image: [registry/]path[:tag][@digest]."""
    port: int
    """Port that the container listens on, 1 to 65535. Plain value only."""
    environment: EnvironmentArgs
    """Where the group lives."""
    name: NotRequired[str]
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
    env: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Variables of the container, in plain text. What looks like a credential is refused."""
    secret_env: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Variables from Secrets of the namespace: NAME to secret:key."""
    env_from: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Secrets and ConfigMaps whose keys all become variables: secret:NAME or configmap:NAME."""
    not_secret: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Names in env that only look like credentials."""
    mounts: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Volumes: pvc:NAME:/path[:ro], secret:NAME:/path, configmap:NAME:/path, empty-dir[:SIZE]:/path."""
    shm_size: NotRequired[pulumi.Input[str]]
    """Size of /dev/shm, part of the memory limit. Default: the runtime's 64Mi."""
    readiness: NotRequired[pulumi.Input[str]]
    """When a pod gets requests: tcp, http:/path, grpc or none, with options
    (http:/ready,delay=10,period=5,timeout=1,failures=3; seconds and a count). Default: tcp."""
    liveness: NotRequired[pulumi.Input[str]]
    """When a container is started again: as readiness. Default: none."""
    startup: NotRequired[pulumi.Input[str]]
    """How long a container may start before liveness counts: as readiness. Default: none."""
    shutdown_delay: NotRequired[pulumi.Input[int]]
    """Seconds, 0 to 86400, that a pod that ends goes on serving. Default: 10."""
    termination_grace: NotRequired[pulumi.Input[int]]
    """Seconds until a pod that ends is killed, more than the shutdown delay. Default: 30 more."""
    progress_deadline: NotRequired[pulumi.Input[int]]
    """Seconds, 1 to 86400, without progress after which a rollout has failed. Default: 600."""
    service_account: NotRequired[pulumi.Input[str]]
    """Service account of the pods; its token is mounted. Default: no token is mounted."""
    image_pull_secrets: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Secrets with the credentials of the image's registry."""
    node_selector: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Labels that a node must have, besides that of the GPU type."""
    tolerations: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Taints that are tolerated: key[=value][:Effect]."""
    annotations: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Annotations of the pods."""
    id: NotRequired[str]
    """Id of the group. Plain value only. Default: computed from organization, project, stack,
    environment and name."""


#: Arguments as they come in: any of the fields above, not yet checked.
Given = dict[str, Any]
