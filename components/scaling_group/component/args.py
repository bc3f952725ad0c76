"""Arguments of the component, as type checkers and the component provider's analyzer read them.

Written by `make docs` from the models of spec/; a test compares it. The analyzer evaluates these
annotations, so this module keeps them as objects and uses no form that it does not know (unions,
literals, tuples).
"""

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

import pulumi


class DisruptionsArgs(TypedDict):
    """Bounds for evictions."""

    max_unavailable: pulumi.Input[str]
    """Most Pods that are missing: a number, or a percentage."""


class EnvFromArgs(TypedDict):
    """A Secret or a ConfigMap whose keys all become variables."""

    secret: NotRequired[pulumi.Input[str]]
    """Name of a Secret."""
    configmap: NotRequired[pulumi.Input[str]]
    """Name of a ConfigMap."""


class GpuArgs(TypedDict):
    """GPUs of one replica."""

    type: NotRequired[pulumi.Input[str]]
    """Value of the node label, or full name of an extended resource: amd.com/gpu. Default: any GPU of
    NVIDIA."""
    count: NotRequired[pulumi.Input[int]]
    """GPUs per replica, 1 to 1024. Default: 1."""
    claim_template: NotRequired[pulumi.Input[str]]
    """In place of both: a ResourceClaimTemplate of the namespace, for DRA drivers."""


class HostArgs(TypedDict):
    """A hostname, and the path below which requests are the group's."""

    host: pulumi.Input[str]
    """Hostname that the listener covers."""
    path: NotRequired[pulumi.Input[str]]
    """Beginning of the paths. Default: all of them. Default: /."""


class MountArgs(TypedDict):
    """One of pvc, secret, configmap, empty_dir and image, and where the container sees it."""

    pvc: NotRequired[pulumi.Input[str]]
    """Name of a PersistentVolumeClaim."""
    secret: NotRequired[pulumi.Input[str]]
    """Name of a Secret."""
    configmap: NotRequired[pulumi.Input[str]]
    """Name of a ConfigMap."""
    empty_dir: NotRequired[pulumi.Input[str]]
    """Size limit of an emptyDir, which is deleted with the Pod; an empty text for no limit."""
    image: NotRequired[pulumi.Input[str]]
    """Reference of an image whose files are mounted (Kubernetes 1.35 or newer)."""
    path: pulumi.Input[str]
    """Absolute path in the container."""
    read_only: NotRequired[pulumi.Input[bool]]
    """Only for a pvc. Secrets, ConfigMaps and images are always read-only."""


class PeerArgs(TypedDict):
    """Another group, and its port."""

    group: pulumi.Input[str]
    """Name of the other group, in the same namespace."""
    port: NotRequired[pulumi.Input[int]]
    """Its port. Default: looked up once; programs must give it."""


class ProbeArgs(TypedDict):
    """One of http, tcp and grpc, and its options."""

    http: NotRequired[pulumi.Input[str]]
    """Path on the group's port that must answer."""
    tcp: NotRequired[pulumi.Input[bool]]
    """true: the port must accept connections."""
    grpc: NotRequired[pulumi.Input[bool]]
    """true: the port must answer gRPC health checks."""
    delay: NotRequired[pulumi.Input[int]]
    """Seconds before the first probe. Default: 0."""
    period: NotRequired[pulumi.Input[int]]
    """Seconds between probes. Default: 5."""
    timeout: NotRequired[pulumi.Input[int]]
    """Seconds after which an unanswered probe fails. Default: 1."""
    failures: NotRequired[pulumi.Input[int]]
    """Number of consecutive failures that count. Default: 3."""


class SecretKeyArgs(TypedDict):
    """One key of a Secret in the group's namespace."""

    secret: pulumi.Input[str]
    """Name of the Secret."""
    key: pulumi.Input[str]
    """Key of the Secret."""


class TolerationArgs(TypedDict):
    """A taint that is tolerated."""

    key: pulumi.Input[str]
    """Key of the taint."""
    value: NotRequired[pulumi.Input[str]]
    """Value of the taint. Default: any."""
    effect: NotRequired[pulumi.Input[str]]
    """NoSchedule, PreferNoSchedule, NoExecute. Default: any."""


class PrometheusArgs(TypedDict):
    """A query whose answer is the load; KEDA asks it."""

    server: pulumi.Input[str]
    """Address of the Prometheus server, as KEDA reaches it in the cluster."""
    query: pulumi.Input[str]
    """Query in PromQL with one value."""
    threshold: pulumi.Input[str]
    """Value for which one Pod is enough."""


ScheduledReplicasArgs = TypedDict(
    "ScheduledReplicasArgs",
    {
        "from": pulumi.Input[str],
        "to": pulumi.Input[str],
        "replicas": pulumi.Input[int],
        "timezone": NotRequired[pulumi.Input[str]],
    },
)


class ScalingRateArgs(TypedDict):
    """How fast Pods are added or removed."""

    window: NotRequired[pulumi.Input[int]]
    """How long a change must have been recommended, 0 to 1h. Default: 0s to add, 5m to remove (10m with
    GPUs)."""
    pods: NotRequired[pulumi.Input[int]]
    """Most Pods that are added or removed in a period. Default: the cluster's."""
    period: NotRequired[pulumi.Input[int]]
    """The period of pods, 1s to 30m. Default: 60."""


class AutoscaleArgs(TypedDict):
    """Pods are added and removed with the load, between two counts."""

    min: NotRequired[pulumi.Input[int]]
    """Fewest Pods. 0 needs external, prometheus or schedule: no Pod runs without load then. Default: 1."""
    max: pulumi.Input[int]
    """Most Pods."""
    cpu: NotRequired[pulumi.Input[int]]
    """CPU in percent of the request, averaged over the Pods. Default: 80 where no metric is named."""
    memory: NotRequired[pulumi.Input[int]]
    """Memory in percent of the request, averaged over the Pods."""
    pods: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Custom metrics of the Pods, each with its average per Pod."""
    external: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Metrics from outside the cluster, name{label=value}, each with its value per Pod."""
    prometheus: NotRequired[pulumi.Input[PrometheusArgs]]
    """A query of Prometheus, which KEDA asks. KEDA must be installed."""
    schedule: NotRequired[pulumi.Input[list[pulumi.Input[ScheduledReplicasArgs]]]]
    """Times with more Pods, which KEDA keeps. KEDA must be installed."""
    scale_up: NotRequired[pulumi.Input[ScalingRateArgs]]
    """How fast Pods are added."""
    scale_down: NotRequired[pulumi.Input[ScalingRateArgs]]
    """How fast Pods are removed."""


if TYPE_CHECKING:
    DisruptionsInput = str | DisruptionsArgs
    EnvFromInput = str | EnvFromArgs
    GpuInput = str | GpuArgs
    HostInput = str | HostArgs
    MountInput = str | MountArgs
    PeerInput = str | PeerArgs
    ProbeInput = str | ProbeArgs
    SecretKeyInput = str | SecretKeyArgs
    TolerationInput = str | TolerationArgs
else:
    # The schema gets the mappings in component/provider.py.
    DisruptionsInput = str
    EnvFromInput = str
    GpuInput = str
    HostInput = str
    MountInput = str
    PeerInput = str
    ProbeInput = str
    SecretKeyInput = str
    TolerationInput = str


class GatewayArgs(TypedDict):
    """The listener that serves the groups of an environment. Plain values only."""

    name: str
    """Name of the Gateway."""
    namespace: str
    """Namespace of the Gateway."""
    section: NotRequired[str]
    """Name of the Gateway's HTTPS listener. A route without one also takes plain HTTP. Default: https."""
    domain: str
    """Domain that the listener serves; a group's host is <environment>-<name>.<domain>."""
    grpc_routes: NotRequired[bool]
    """Whether groups with protocol grpc have a GRPCRoute; false: an HTTPRoute. Default: as the GatewayClass
    says when the group is created; in programs false."""
    http_section: NotRequired[str]
    """Name of the Gateway's listener for plain HTTP: each group has an HTTPRoute that redirects from it to
    HTTPS. Default: none."""
    gke_policies: NotRequired[bool]
    """Whether each group has a HealthCheckPolicy and a GCPBackendPolicy, for Gateways of GKE. Default:
    false."""


class EnvironmentArgs(TypedDict):
    """Where groups live: many share one environment. Plain values only."""

    id: str
    """Id of the environment, the first part of every hostname."""
    namespace: NotRequired[str]
    """Namespace of the groups' objects. Default: default."""
    gateway: NotRequired[GatewayArgs]
    """The Gateway that serves the environment's groups. Private groups alone need none."""
    label_domain: NotRequired[str]
    """Prefix of the labels and annotations of groups. Default: chalk.ai."""
    gpu_profile: NotRequired[str]
    """How nodes name their GPUs: gke, karpenter, eks-auto, aks, gfd, coreweave, none. Default: a type is the
    value of GKE's label."""
    gpu_names: NotRequired[dict[str, list[str]]]
    """Types that the profile does not know: values of its label by type."""


class ScalingGroupArgs(TypedDict):
    """One scaling group."""

    image: pulumi.Input[str]
    """Container image: [registry/]path[:tag][@digest]."""
    port: int
    """Port that the container listens on, 1 to 65535; also the Service's port. Plain value only."""
    environment: EnvironmentArgs
    """Where the group lives. Plain values only."""
    name: NotRequired[str]
    """Name of the group and of its three objects; RFC 1035 label. Plain value only. Default: the resource's
    name."""
    replicas: NotRequired[pulumi.Input[int]]
    """Number of Pods. With 0, the group is kept without Pods. Default: 1."""
    autoscale: NotRequired[AutoscaleArgs]
    """Fewest and most Pods and the metrics that decide between them, in place of replicas."""
    cpu: NotRequired[pulumi.Input[str]]
    """Cores per replica (500m, 2.5), both request and limit. Default: request 100m, limit 1."""
    memory: NotRequired[pulumi.Input[str]]
    """Bytes per replica (512Mi, 8Gi), request and limit. Default: request 256Mi, limit 1Gi."""
    gpu: NotRequired[pulumi.Input[GpuInput]]
    """GPUs per replica: type:count, count, type (one), any extended resource (amd.com/gpu:2), or
    claim_template=NAME."""
    tags: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Labels to find groups by; each becomes <label domain>/tag-<key>."""
    entrypoint: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Program and arguments in place of the image's entrypoint and command."""
    not_secret: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Names of variables, entrypoint flags and annotations that only look like credentials; entrypoint,
    readiness, liveness or startup for what has no name there."""
    env: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Environment variables of the container, in plain text. Values that look like credentials are
    refused."""
    secret_env: NotRequired[pulumi.Input[dict[str, pulumi.Input[SecretKeyInput]]]]
    """Environment variables from Secrets of the namespace: NAME=secret:key."""
    env_from: NotRequired[pulumi.Input[list[pulumi.Input[EnvFromInput]]]]
    """Secrets and ConfigMaps whose keys all become environment variables: secret:NAME, configmap:NAME."""
    mounts: NotRequired[pulumi.Input[list[pulumi.Input[MountInput]]]]
    """Volumes: pvc:NAME:/path[:ro], secret:NAME:/path, configmap:NAME:/path, empty-dir[:SIZE]:/path,
    image:REF:/path."""
    shm_size: NotRequired[pulumi.Input[str]]
    """Size of /dev/shm, part of the memory limit. Default: the runtime's 64Mi."""
    readiness: NotRequired[pulumi.Input[ProbeInput]]
    """Readiness probe: tcp, http:/path, grpc or none; with delay, period and timeout in seconds and a count
    of failures: http:/ready,delay=10,failures=3. Default: tcp."""
    liveness: NotRequired[pulumi.Input[ProbeInput]]
    """Liveness probe, in the same form: when the container is restarted. Default: none."""
    startup: NotRequired[pulumi.Input[ProbeInput]]
    """Startup probe, in the same form: liveness is not checked until it passes. Default: none."""
    shutdown_delay: NotRequired[pulumi.Input[int]]
    """How long a terminating Pod keeps serving, so that gateways can stop sending it requests. In seconds.
    Default: 10."""
    termination_grace: NotRequired[pulumi.Input[int]]
    """How long a Pod may take to terminate, including the shutdown delay, before it is killed. In seconds.
    Default: the shutdown delay and 30 s."""
    progress_deadline: NotRequired[pulumi.Input[int]]
    """How long a rollout may make no progress before it fails. In seconds. Default: 10m."""
    surge: NotRequired[pulumi.Input[int]]
    """Pods that a rollout adds before it takes old ones away, so that none is missing. Default: 25%; with
    GPUs none, because few are spare."""
    service_account: NotRequired[pulumi.Input[str]]
    """Service account of the Pods; its token is mounted. Default: no token is mounted."""
    image_pull_secrets: NotRequired[pulumi.Input[list[pulumi.Input[str]]]]
    """Secrets with the credentials of the image's registry."""
    node_selector: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Labels that a node must have, in addition to that of the GPU type."""
    tolerations: NotRequired[pulumi.Input[list[pulumi.Input[TolerationInput]]]]
    """Tolerated taints: key[=value][:Effect]."""
    spot: NotRequired[pulumi.Input[bool]]
    """Only nodes that can be taken away at any time (GKE, Karpenter, EKS Auto Mode, AKS)."""
    architecture: NotRequired[pulumi.Input[str]]
    """Architecture of the nodes. Default: any."""
    priority_class: NotRequired[pulumi.Input[str]]
    """PriorityClass of the Pods, which decides what is preempted when resources are short. Default: the
    cluster's."""
    annotations: NotRequired[pulumi.Input[dict[str, pulumi.Input[str]]]]
    """Annotations of the pods."""
    route: NotRequired[str]
    """public: the Gateway serves the group under its hostname. private: it has an address in the cluster
    alone, and no route. Default: public. Plain value only."""
    hostnames: NotRequired[pulumi.Input[list[pulumi.Input[HostInput]]]]
    """More hostnames of the group, each for all paths or for those below one: api.example.com,
    api.example.com/v1."""
    protocol: NotRequired[str]
    """Protocol of the container's port: http (HTTP/1.1 and WebSockets), h2c (HTTP/2 without TLS) or grpc.
    Default: http. Plain value only."""
    request_timeout: NotRequired[pulumi.Input[int]]
    """How long the Gateway waits for a response, 0 for ever. In seconds. Default: the Gateway's own."""
    service: NotRequired[str]
    """Service that the route points to: headless, or a second one with a cluster IP, for Gateways that do not
    route to headless ones. auto: decided once by the GatewayClass. Default: headless. Plain value only."""
    peers: NotRequired[pulumi.Input[dict[str, pulumi.Input[PeerInput]]]]
    """Environment variables with the address of another group in the namespace: NAME=group[:port]."""
    disruptions: NotRequired[pulumi.Input[DisruptionsInput]]
    """How many Pods a drain of nodes may take away at once, in a PodDisruptionBudget: max_unavailable=1,
    max_unavailable=25%. Default: any number."""
    min_ready: NotRequired[pulumi.Input[int]]
    """How long a new Pod must be ready before a rollout goes on. In seconds. Default: 0s."""
    id: NotRequired[str]
    """Id of the group. Plain value only. Default: computed from organization, project, stack, environment and
    name."""


#: Arguments as they come in: any of the fields above, not yet checked.
Given = dict[str, Any]
