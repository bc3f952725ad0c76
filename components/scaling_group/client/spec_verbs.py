"""create and update with each field of a group as an argument.

Written by `make docs` from the models of spec/; a test compares it. Annotations are kept as objects, which
help() shows as they are read.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, NotRequired, TypedDict, TypeVar

from scaling_group.client.progress import OnProgress
from scaling_group.spec.group import GroupSpec, group_spec

if TYPE_CHECKING:
    from scaling_group.spec.edit import Edit, Replace

#: Seconds that a change is waited for.
DEFAULT_TIMEOUT = 600.0
Created_co = TypeVar("Created_co", covariant=True)
Changed_co = TypeVar("Changed_co", covariant=True)


class GroupFields(TypedDict):
    """One group: what create takes, and apply a list of."""

    image: str
    name: str
    port: int
    replicas: NotRequired[int]
    autoscale: NotRequired[Mapping[str, Any] | None]
    cpu: NotRequired[str | float | None]
    memory: NotRequired[str | int | None]
    gpu: NotRequired[str | Mapping[str, Any] | int | None]
    tags: NotRequired[Mapping[str, str] | None]
    entrypoint: NotRequired[Sequence[str] | None]
    not_secret: NotRequired[Sequence[str] | None]
    env: NotRequired[Mapping[str, str] | None]
    secret_env: NotRequired[Mapping[str, str | Mapping[str, Any]] | None]
    env_from: NotRequired[Sequence[str | Mapping[str, Any]] | None]
    mounts: NotRequired[Sequence[str | Mapping[str, Any]] | None]
    shm_size: NotRequired[str | None]
    readiness: NotRequired[str | Mapping[str, Any]]
    liveness: NotRequired[str | Mapping[str, Any]]
    startup: NotRequired[str | Mapping[str, Any]]
    shutdown_delay: NotRequired[int]
    termination_grace: NotRequired[int | None]
    progress_deadline: NotRequired[int | None]
    surge: NotRequired[int | None]
    service_account: NotRequired[str | None]
    image_pull_secrets: NotRequired[Sequence[str] | None]
    node_selector: NotRequired[Mapping[str, str] | None]
    tolerations: NotRequired[Sequence[str | Mapping[str, Any]] | None]
    spot: NotRequired[bool]
    architecture: NotRequired[str | None]
    priority_class: NotRequired[str | None]
    annotations: NotRequired[Mapping[str, str] | None]
    route: NotRequired[str]
    hostnames: NotRequired[Sequence[str | Mapping[str, Any]] | None]
    protocol: NotRequired[str]
    request_timeout: NotRequired[int | None]
    service: NotRequired[str]
    peers: NotRequired[Mapping[str, str | Mapping[str, Any]] | None]
    disruptions: NotRequired[str | Mapping[str, Any] | None]
    min_ready: NotRequired[int | None]


class SpecVerbs(Generic[Created_co, Changed_co]):
    """What changes a group by its fields."""

    def create_from(
        self,
        spec: GroupSpec,
        *,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Created_co:
        """Create the group of a spec that is there already, as create does."""
        raise NotImplementedError

    def edit(
        self,
        name: str,
        edit: "Edit | Replace",
        *,
        if_revision: int | None = None,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Changed_co:
        """Change a group by an edit, as update does. An Edit can set and take away single tags too."""
        raise NotImplementedError

    def scale(
        self,
        name: str,
        replicas: int | None = None,
        *,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Changed_co:
        """Set the number of Pods, as update does.

        replicas: how many. Default: for a group that is at 0 the number that it had before.

        Raises InvalidInput for a group that is autoscaled, Conflict without a number for one that has Pods,
        and as update does.
        """
        count = self._replicas_before_zero(name) if replicas is None else replicas
        edit = _edit({"replicas": count}, ())
        return self.edit(name, edit, message=message, wait=wait, timeout=timeout, on_progress=on_progress)

    def _replicas_before_zero(self, name: str) -> int:
        raise NotImplementedError

    def create(
        self,
        *,
        image: str,
        name: str,
        port: int,
        replicas: int = 1,
        autoscale: Mapping[str, Any] | None = None,
        cpu: str | float | None = None,
        memory: str | int | None = None,
        gpu: str | Mapping[str, Any] | int | None = None,
        tags: Mapping[str, str] | None = None,
        entrypoint: Sequence[str] | None = None,
        not_secret: Sequence[str] | None = None,
        env: Mapping[str, str] | None = None,
        secret_env: Mapping[str, str | Mapping[str, Any]] | None = None,
        env_from: Sequence[str | Mapping[str, Any]] | None = None,
        mounts: Sequence[str | Mapping[str, Any]] | None = None,
        shm_size: str | None = None,
        readiness: str | Mapping[str, Any] = "tcp",
        liveness: str | Mapping[str, Any] = "none",
        startup: str | Mapping[str, Any] = "none",
        shutdown_delay: int = 10,
        termination_grace: int | None = None,
        progress_deadline: int | None = None,
        surge: int | None = None,
        service_account: str | None = None,
        image_pull_secrets: Sequence[str] | None = None,
        node_selector: Mapping[str, str] | None = None,
        tolerations: Sequence[str | Mapping[str, Any]] | None = None,
        spot: bool = False,
        architecture: str | None = None,
        priority_class: str | None = None,
        annotations: Mapping[str, str] | None = None,
        route: str = "public",
        hostnames: Sequence[str | Mapping[str, Any]] | None = None,
        protocol: str = "http",
        request_timeout: int | None = None,
        service: str = "headless",
        peers: Mapping[str, str | Mapping[str, Any]] | None = None,
        disruptions: str | Mapping[str, Any] | None = None,
        min_ready: int | None = None,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Created_co:
        """Create a group: a Deployment, a headless Service and an HTTPRoute.

        Returns the group as it is then. Raises InvalidInput for fields that break rules, with every fault,
        NotFound for a missing namespace or Gateway, Conflict for a taken name, Forbidden for missing
        permissions: nothing is changed then. Raises RolloutFailed, with the diagnoses, where the group does
        not become available: it is kept. In the main thread Ctrl-C stops the engine after its step, and
        raises Interrupted.

        image: Container image: [registry/]path[:tag][@digest].
        name: Name of the group and of its three objects; RFC 1035 label.
        port: Port that the container listens on, 1 to 65535; also the Service's port.
        replicas: Number of Pods. With 0, the group is kept without Pods.
        autoscale: Fewest and most Pods and the metrics that decide between them, in place of replicas.
        cpu: Cores per replica (500m, 2.5), both request and limit. Default: request 100m, limit 1.
        memory: Bytes per replica (512Mi, 8Gi), request and limit. Default: request 256Mi, limit 1Gi.
        gpu: GPUs per replica: type:count, count, type (one), any extended resource (amd.com/gpu:2), or
            claim_template=NAME.
        tags: Labels to find groups by; each becomes <label domain>/tag-<key>.
        entrypoint: Program and arguments in place of the image's entrypoint and command.
        not_secret: Names of variables, entrypoint flags and annotations that only look like credentials;
            entrypoint, readiness, liveness or startup for what has no name there.
        env: Environment variables of the container, in plain text. Values that look like credentials are
            refused.
        secret_env: Environment variables from Secrets of the namespace: NAME=secret:key.
        env_from: Secrets and ConfigMaps whose keys all become environment variables: secret:NAME,
            configmap:NAME.
        mounts: Volumes: pvc:NAME:/path[:ro], secret:NAME:/path, configmap:NAME:/path, empty-dir[:SIZE]:/path,
            image:REF:/path.
        shm_size: Size of /dev/shm, part of the memory limit. Default: the runtime's 64Mi.
        readiness: Readiness probe: tcp, http:/path, grpc or none; with delay, period and timeout in seconds
            and a count of failures: http:/ready,delay=10,failures=3.
        liveness: Liveness probe, in the same form: when the container is restarted.
        startup: Startup probe, in the same form: liveness is not checked until it passes.
        shutdown_delay: How long a terminating Pod keeps serving, so that gateways can stop sending it
            requests. In seconds.
        termination_grace: How long a Pod may take to terminate, including the shutdown delay, before it is
            killed. Default: the shutdown delay and 30 s. In seconds.
        progress_deadline: How long a rollout may make no progress before it fails. Default: 10m. In seconds.
        surge: Pods that a rollout adds before it takes old ones away, so that none is missing. Default: 25%;
            with GPUs none, because few are spare.
        service_account: Service account of the Pods; its token is mounted. Default: no token is mounted.
        image_pull_secrets: Secrets with the credentials of the image's registry.
        node_selector: Labels that a node must have, in addition to that of the GPU type.
        tolerations: Tolerated taints: key[=value][:Effect].
        spot: Only nodes that can be taken away at any time (GKE, Karpenter, EKS Auto Mode, AKS).
        architecture: Architecture of the nodes. Default: any.
        priority_class: PriorityClass of the Pods, which decides what is preempted when resources are short.
            Default: the cluster's.
        annotations: Annotations of the pods.
        route: public: the Gateway serves the group under its hostname. private: it has an address in the
            cluster alone, and no route.
        hostnames: More hostnames of the group, each for all paths or for those below one: api.example.com,
            api.example.com/v1.
        protocol: Protocol of the container's port: http (HTTP/1.1 and WebSockets), h2c (HTTP/2 without TLS)
            or grpc.
        request_timeout: How long the Gateway waits for a response, 0 for ever. Default: the Gateway's own. In
            seconds.
        service: Service that the route points to: headless, or a second one with a cluster IP, for Gateways
            that do not route to headless ones. auto: decided once by the GatewayClass.
        peers: Environment variables with the address of another group in the namespace: NAME=group[:port].
        disruptions: How many Pods a drain of nodes may take away at once, in a PodDisruptionBudget:
            max_unavailable=1, max_unavailable=25%. Default: any number.
        min_ready: How long a new Pod must be ready before a rollout goes on. Default: 0s. In seconds.
        message: Reason for the change, shown in the history; at most 1000 characters.
        wait: Whether to wait until the group is available.
        timeout: How long to wait, in seconds.
        on_progress: Told what happens, also from other threads. Default: whom the client tells.
        """
        spec = group_spec(_given(locals()))
        return self.create_from(
            spec,
            message=message,
            wait=wait,
            timeout=timeout,
            on_progress=on_progress,
        )

    def update(
        self,
        name: str,
        *,
        image: str | None = None,
        port: int | None = None,
        replicas: int | None = None,
        autoscale: Mapping[str, Any] | None = None,
        cpu: str | float | None = None,
        memory: str | int | None = None,
        gpu: str | Mapping[str, Any] | int | None = None,
        tags: Mapping[str, str] | None = None,
        entrypoint: Sequence[str] | None = None,
        not_secret: Sequence[str] | None = None,
        env: Mapping[str, str] | None = None,
        secret_env: Mapping[str, str | Mapping[str, Any]] | None = None,
        env_from: Sequence[str | Mapping[str, Any]] | None = None,
        mounts: Sequence[str | Mapping[str, Any]] | None = None,
        shm_size: str | None = None,
        readiness: str | Mapping[str, Any] | None = None,
        liveness: str | Mapping[str, Any] | None = None,
        startup: str | Mapping[str, Any] | None = None,
        shutdown_delay: int | None = None,
        termination_grace: int | None = None,
        progress_deadline: int | None = None,
        surge: int | None = None,
        service_account: str | None = None,
        image_pull_secrets: Sequence[str] | None = None,
        node_selector: Mapping[str, str] | None = None,
        tolerations: Sequence[str | Mapping[str, Any]] | None = None,
        spot: bool | None = None,
        architecture: str | None = None,
        priority_class: str | None = None,
        annotations: Mapping[str, str] | None = None,
        route: str | None = None,
        hostnames: Sequence[str | Mapping[str, Any]] | None = None,
        protocol: str | None = None,
        request_timeout: int | None = None,
        service: str | None = None,
        peers: Mapping[str, str | Mapping[str, Any]] | None = None,
        disruptions: str | Mapping[str, Any] | None = None,
        min_ready: int | None = None,
        unset: Sequence[str] = (),
        if_revision: int | None = None,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Changed_co:
        """Change a group. Only what is given is changed; each change is a revision.

        The fields are those of create. autoscale, env, secret_env, node_selector, annotations and peers are
        changed key by key, the others as a whole. Returns the group, with what changed in `changes`;
        `applied` is False where there was nothing to do. Raises as create does, NotFound for an unknown name,
        and Conflict where the group is not at if_revision.

        unset: Fields to set back to their defaults, or keys of mappings: `gpu`, `env.MODEL`.
        if_revision: Refuse unless the group is at this revision.
        message: Reason for the change, shown in the history; at most 1000 characters.
        wait: Whether to wait until the group is available.
        timeout: How long to wait, in seconds.
        on_progress: Told what happens, also from other threads. Default: whom the client tells.
        """
        edit = _edit(locals(), unset)
        return self.edit(
            name,
            edit,
            if_revision=if_revision,
            message=message,
            wait=wait,
            timeout=timeout,
            on_progress=on_progress,
        )


#: Arguments that are no fields of a group.
OWN = ("self", "message", "wait", "timeout", "on_progress", "unset", "if_revision")


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a group that are given."""
    return {name: value for name, value in arguments.items() if name not in OWN and value is not None}


def _edit(arguments: dict[str, Any], unset: Sequence[str]) -> "Edit":
    """Return the edit of update's arguments."""
    # Reads do without edits.
    from scaling_group.spec.edit import Edit

    values = {name: value for name, value in _given(arguments).items() if name != "name"}
    return Edit(values, (unset,) if isinstance(unset, str) else tuple(unset))
