"""The part of the group spec that says what runs: container, Pods, nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from scaling_group.spec.credentials import credential, looks_secret
from scaling_group.spec.entrypoint import Entrypoint
from scaling_group.spec.env import EnvFrom, EnvName, EnvValue, SecretKey
from scaling_group.spec.flag import TIME, Flag
from scaling_group.spec.gpu import Gpu
from scaling_group.spec.gpu_profiles import GPU_TYPE_LABEL
from scaling_group.spec.image import Image
from scaling_group.spec.later import Autoscale
from scaling_group.spec.mount import SHM_PATH, Mount, twice
from scaling_group.spec.names import DnsSubdomain, ServiceName
from scaling_group.spec.numbers import MOST_REPLICAS, AsText, NumberAsText, Whole
from scaling_group.spec.probe import Probe
from scaling_group.spec.quantity import Cpu, Memory
from scaling_group.spec.rejection import reject, with_fault
from scaling_group.spec.scheduling import (
    ANNOTATIONS_LENGTH,
    LabelValue,
    QualifiedName,
    Toleration,
)
from scaling_group.spec.seconds import AtLeastOneSecond, Seconds
from scaling_group.spec.strict import Strict
from scaling_group.spec.tags import TagKey, TagValue
from scaling_group.spec.text import FreeText

#: Gateways and DNS clients go on sending to a pod for some seconds after it is told to stop.
DRAIN_SECONDS = 10
#: Kubernetes' own default for what the process gets after that to end by itself.
STOP_SECONDS = 30
#: Kubernetes' own default of progressDeadlineSeconds.
PROGRESS_SECONDS = 600


class WorkloadSpec(Strict):
    """What a group runs: its container, how many Pods have it, and on which nodes."""

    # Built as a part of the whole spec, never for itself.
    model_config = ConfigDict(defer_build=True)

    image: Annotated[Image, Flag("IMAGE")] = Field(
        description="Container image: [registry/]path[:tag][@digest]."
    )
    name: Annotated[ServiceName, Flag("NAME")] = Field(
        description="Name of the group and of its three objects; RFC 1035 label."
    )
    port: Annotated[int, Field(ge=1, le=65535), Whole, Flag("PORT")] = Field(
        description="Port that the container listens on, 1 to 65535; also the Service's port."
    )
    replicas: Annotated[int, Field(ge=0, le=MOST_REPLICAS), Whole, Flag("COUNT")] = Field(
        default=1, description="Number of Pods. With 0, the group is kept without Pods."
    )
    autoscale: Autoscale | None = Field(
        default=None,
        description="Fewest and most Pods and the metrics that decide between them, in place of replicas.",
    )
    cpu: Annotated[Cpu | None, NumberAsText, Flag("CORES")] = Field(
        default=None,
        description="Cores per replica (500m, 2.5), both request and limit. Default: request 100m, limit 1.",
    )
    memory: Annotated[Memory | None, AsText, Flag("BYTES")] = Field(
        default=None,
        description="Bytes per replica (512Mi, 8Gi), request and limit. Default: request 256Mi, limit 1Gi.",
    )
    gpu: Annotated[Gpu | None, AsText, Flag("TYPE:COUNT")] = Field(
        default=None,
        description="GPUs per replica: type:count, count, type (one), any extended resource "
        "(amd.com/gpu:2), or claim_template=NAME.",
    )
    tags: Annotated[dict[TagKey, TagValue], Flag("K=V,…")] = Field(
        default_factory=dict,
        description="Labels to find groups by; each becomes <label domain>/tag-<key>.",
    )
    entrypoint: Annotated[Entrypoint, Flag("ARG,…")] = Field(
        default=(),
        description="Program and arguments in place of the image's entrypoint and command.",
    )

    not_secret: Annotated[tuple[EnvName, ...], Flag("K")] = Field(
        default=(),
        description="Names of variables, entrypoint flags and annotations that only look like "
        "credentials; entrypoint, readiness, liveness or startup for what has no name there.",
    )
    env: Annotated[dict[EnvName, EnvValue], Flag("K=V")] = Field(
        default_factory=dict,
        description="Environment variables of the container, in plain text. Values that look like "
        "credentials are refused.",
    )
    secret_env: Annotated[dict[EnvName, SecretKey], Flag("K=SECRET:KEY")] = Field(
        default_factory=dict,
        description="Environment variables from Secrets of the namespace: NAME=secret:key.",
    )
    env_from: Annotated[tuple[EnvFrom, ...], Flag("KIND:NAME")] = Field(
        default=(),
        description="Secrets and ConfigMaps whose keys all become environment variables: "
        "secret:NAME, configmap:NAME.",
    )
    mounts: Annotated[tuple[Mount, ...], Flag("VOLUME", name="mount")] = Field(
        default=(),
        description="Volumes: pvc:NAME:/path[:ro], secret:NAME:/path, configmap:NAME:/path, "
        "empty-dir[:SIZE]:/path, image:REF:/path.",
    )
    shm_size: Annotated[Memory | None, Flag("BYTES")] = Field(
        default=None, description="Size of /dev/shm, part of the memory limit. Default: the runtime's 64Mi."
    )
    readiness: Annotated[Probe, Flag("PROBE")] = Field(
        default=Probe("tcp"),
        description="Readiness probe: tcp, http:/path, grpc or none; with delay, period and timeout "
        "in seconds and a count of failures: http:/ready,delay=10,failures=3.",
    )
    liveness: Annotated[Probe, Flag("PROBE")] = Field(
        default=Probe("none"),
        description="Liveness probe, in the same form: when the container is restarted.",
    )
    startup: Annotated[Probe, Flag("PROBE")] = Field(
        default=Probe("none"),
        description="Startup probe, in the same form: liveness is not checked until it passes.",
    )
    shutdown_delay: Annotated[Seconds, Flag(TIME)] = Field(
        default=DRAIN_SECONDS,
        description="How long a terminating Pod keeps serving, so that gateways can stop "
        "sending it requests.",
    )
    termination_grace: Annotated[Seconds | None, Flag(TIME)] = Field(
        default=None,
        description="How long a Pod may take to terminate, including the shutdown delay, "
        "before it is killed. "
        f"Default: the shutdown delay and {STOP_SECONDS} s.",
    )
    progress_deadline: Annotated[AtLeastOneSecond | None, Flag(TIME)] = Field(
        default=None,
        description="How long a rollout may make no progress before it fails. Default: 10m.",
    )
    surge: Annotated[int | None, Field(ge=1, le=MOST_REPLICAS), Whole, Flag("COUNT")] = Field(
        default=None,
        description="Pods that a rollout adds before it takes old ones away, so that none is missing. "
        "Default: 25%; with GPUs none, because few are spare.",
    )
    service_account: Annotated[DnsSubdomain | None, Flag("NAME")] = Field(
        default=None,
        description="Service account of the Pods; its token is mounted. Default: no token is mounted.",
    )
    image_pull_secrets: Annotated[tuple[DnsSubdomain, ...], Flag("NAME", name="image-pull-secret")] = Field(
        default=(), description="Secrets with the credentials of the image's registry."
    )
    node_selector: Annotated[dict[QualifiedName, LabelValue], Flag("K=V")] = Field(
        default_factory=dict, description="Labels that a node must have, in addition to that of the GPU type."
    )
    tolerations: Annotated[tuple[Toleration, ...], Flag("K[=V][:EFFECT]", name="toleration")] = Field(
        default=(), description="Tolerated taints: key[=value][:Effect]."
    )
    spot: Annotated[StrictBool, Flag("")] = Field(
        default=False,
        description="Only nodes that can be taken away at any time (GKE, Karpenter, EKS Auto Mode, AKS).",
    )
    architecture: Annotated[Literal["amd64", "arm64"] | None, Flag("amd64|arm64")] = Field(
        default=None, description="Architecture of the nodes. Default: any."
    )
    priority_class: Annotated[DnsSubdomain | None, Flag("NAME")] = Field(
        default=None,
        description="PriorityClass of the Pods, which decides what is preempted when resources are short. "
        "Default: the cluster's.",
    )
    annotations: Annotated[dict[QualifiedName, FreeText], Flag("K=V", name="annotation")] = Field(
        default_factory=dict, description="Annotations of the pods."
    )

    @field_validator("autoscale", mode="after")
    @classmethod
    def _one_count(cls, autoscale: Autoscale | None, info: ValidationInfo) -> Autoscale | None:
        if autoscale and info.data.get("replicas", 1) != 1:
            given = f"replicas is {info.data['replicas']}"
            raise reject("autoscale", f"a group has a number of Pods ({given}) or is autoscaled, not both.")
        return autoscale

    @property
    def autoscaler_kind(self) -> str | None:
        """The kind of the object that scales the group, None where its number of Pods is fixed."""
        return self.autoscale.kind if self.autoscale else None

    @property
    def fewest(self) -> int:
        """The number of Pods that the group never has fewer of for long."""
        return self.autoscale.min if self.autoscale else self.replicas

    @property
    def most(self) -> int:
        """The number of Pods that the group never has more of, but in a rollout."""
        return self.autoscale.max if self.autoscale else self.replicas

    @field_validator("env", mode="wrap")
    @classmethod
    def _no_credentials(
        cls, env: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> dict[str, str]:
        given = env.items() if isinstance(env, Mapping) else ()
        texts = {key: text for key, text in given if isinstance(key, str) and isinstance(text, str)}
        excused = info.data.get("not_secret") or ()
        found = [key for key, text in texts.items() if key not in excused and looks_secret(key, text)]
        try:
            checked: dict[str, str] = check(env)
        except ValidationError as error:
            # Together with the faults of single variables: every fault is listed at once.
            raise (with_fault(error, credential("env", found), found) if found else error) from None
        if found:
            raise credential("env", found)
        return checked

    @field_validator("secret_env", mode="after")
    @classmethod
    def _one_source(cls, secret_env: dict[str, SecretKey], info: ValidationInfo) -> dict[str, SecretKey]:
        if both := sorted(set(secret_env) & set(info.data.get("env") or ())):
            raise reject("secret_env", f"{', '.join(both)} is also set in env; a variable has one source.")
        return secret_env

    @field_validator("mounts", mode="after")
    @classmethod
    def _one_mount_a_path(cls, mounts: tuple[Mount, ...]) -> tuple[Mount, ...]:
        if paths := twice(mount.path for mount in mounts):
            raise reject("mounts", f"{', '.join(paths)} is mounted twice.")
        return mounts

    @field_validator("shm_size", mode="after")
    @classmethod
    def _shm_is_free(cls, size: str | None, info: ValidationInfo) -> str | None:
        if size and any(mount.path == SHM_PATH for mount in info.data.get("mounts") or ()):
            raise reject("shm_size", f"{SHM_PATH} is already mounted; set the size in one place.")
        return size

    @field_validator("termination_grace", mode="after")
    @classmethod
    def _grace_holds_the_delay(cls, grace: int | None, info: ValidationInfo) -> int | None:
        delay = info.data.get("shutdown_delay", 0)
        if grace is not None and grace <= delay:
            raise reject("termination_grace", f"{grace} s must be more than the shutdown delay of {delay} s.")
        return grace

    @field_validator("node_selector", mode="after")
    @classmethod
    def _gpu_type_is_free(cls, labels: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        gpu: Gpu | None = info.data.get("gpu")
        if GPU_TYPE_LABEL in labels and gpu and gpu.product:
            raise reject("node_selector", f"{GPU_TYPE_LABEL} is already set by the GPU type ({gpu}).")
        return labels

    @field_validator("annotations", mode="after")
    @classmethod
    def _annotations_fit(cls, annotations: dict[str, str]) -> dict[str, str]:
        size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
        if size > ANNOTATIONS_LENGTH:
            raise reject("annotations", f"have {size} bytes in total; at most {ANNOTATIONS_LENGTH}.")
        return annotations

    @field_validator("image_pull_secrets", mode="after")
    @classmethod
    def _each_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if repeated := twice(names):
            raise reject("image_pull_secrets", f"{', '.join(repeated)} is given twice.")
        return names
