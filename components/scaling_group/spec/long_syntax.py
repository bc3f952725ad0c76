"""The long syntaxes of values, which YAML files and programs take beside the short ones."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from scaling_group.spec.disruptions import MAX_UNAVAILABLE, Disruptions
from scaling_group.spec.env import EnvFrom, SecretKey
from scaling_group.spec.gpu import MOST as MOST_GPUS
from scaling_group.spec.gpu import Gpu
from scaling_group.spec.hosts import EVERYTHING, Host, legal_host, legal_path
from scaling_group.spec.marks import Before
from scaling_group.spec.mount import Mount
from scaling_group.spec.numbers import AsText
from scaling_group.spec.peers import HIGHEST_PORT, Peer
from scaling_group.spec.probe import Probe
from scaling_group.spec.quantity import canonical_memory
from scaling_group.spec.rejection import reject
from scaling_group.spec.scheduling import EFFECTS, Toleration
from scaling_group.spec.strict import Strict
from scaling_group.spec.syntax import ShortSyntax


class LongSyntax(Strict):
    """The fields of a long syntax, before the rules of the value itself are asked."""

    #: One value in this syntax, for messages.
    EXAMPLE: ClassVar[str]
    #: Fields of which exactly one is given.
    ONE_OF: ClassVar[tuple[str, ...]] = ()

    def parsed(self) -> ShortSyntax:
        """Return the value that the fields say; raises a pydantic error where they contradict each other."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _one_is_given(self) -> Self:
        if self.ONE_OF and len(self.model_fields_set & {*self.ONE_OF}) != 1:
            raise reject("one_of", f"name one of {', '.join(self.ONE_OF)}.")
        return self


class TolerationFields(LongSyntax):
    """A taint that is tolerated."""

    EXAMPLE: ClassVar[str] = "{key: dedicated, value: ml, effect: NoSchedule}"

    key: str = Field(description="Key of the taint.")
    value: str | None = Field(default=None, description="Value of the taint. Default: any.")
    effect: str | None = Field(default=None, description=f"{', '.join(EFFECTS)}. Default: any.")

    def parsed(self) -> Toleration:
        return Toleration(self.key, self.value, self.effect)


class SecretKeyFields(LongSyntax):
    """One key of a Secret in the group's namespace."""

    EXAMPLE: ClassVar[str] = "{secret: credentials, key: api-key}"

    secret: str = Field(description="Name of the Secret.")
    key: str = Field(description="Key of the Secret.")

    def parsed(self) -> SecretKey:
        return SecretKey(self.secret, self.key)


class EnvFromFields(LongSyntax):
    """A Secret or a ConfigMap whose keys all become variables."""

    EXAMPLE: ClassVar[str] = "{secret: credentials}"

    ONE_OF: ClassVar[tuple[str, ...]] = ("secret", "configmap")

    secret: str = Field(default="", description="Name of a Secret.")
    configmap: str = Field(default="", description="Name of a ConfigMap.")

    def parsed(self) -> EnvFrom:
        [kind] = self.model_fields_set & {*self.ONE_OF}
        return EnvFrom(kind, getattr(self, kind))


class MountFields(LongSyntax):
    """One of pvc, secret, configmap, empty_dir and image, and where the container sees it."""

    EXAMPLE: ClassVar[str] = "{pvc: models, path: /models, read_only: true}"

    ONE_OF: ClassVar[tuple[str, ...]] = ("pvc", "secret", "configmap", "empty_dir", "image")

    pvc: str = Field(default="", description="Name of a PersistentVolumeClaim.")
    secret: str = Field(default="", description="Name of a Secret.")
    configmap: str = Field(default="", description="Name of a ConfigMap.")
    empty_dir: str = Field(
        default="",
        description="Size limit of an emptyDir, which is deleted with the Pod; an empty text for no limit.",
    )
    image: str = Field(
        default="", description="Reference of an image whose files are mounted (Kubernetes 1.35 or newer)."
    )
    path: str = Field(description="Absolute path in the container.")
    read_only: bool = Field(
        default=False, description="Only for a pvc. Secrets, ConfigMaps and images are always read-only."
    )

    def parsed(self) -> Mount:
        [field] = self.model_fields_set & {*self.ONE_OF}
        if "read_only" in self.model_fields_set and field != "pvc":
            raise reject("mount", "only a pvc can be read_only or not.")
        source, path = getattr(self, field), self.path.rstrip("/")
        if field == "empty_dir":
            return Mount("empty-dir", "", path, size=canonical_memory(source) if source else "")
        return Mount(field, source, path, self.read_only or field != "pvc")


class PeerFields(LongSyntax):
    """Another group, and its port."""

    EXAMPLE: ClassVar[str] = "{group: inference, port: 8080}"

    group: str = Field(description="Name of the other group, in the same namespace.")
    port: int | None = Field(
        default=None,
        ge=1,
        le=HIGHEST_PORT,
        description="Its port. Default: looked up once; programs must give it.",
    )

    def parsed(self) -> Peer:
        return Peer(self.group, self.port)


class ProbeFields(LongSyntax):
    """One of http, tcp and grpc, and its options."""

    EXAMPLE: ClassVar[str] = "{http: /ready, delay: 10, period: 5, timeout: 1, failures: 3}"

    ONE_OF: ClassVar[tuple[str, ...]] = ("http", "tcp", "grpc")

    http: str = Field(default="", description="Path on the group's port that must answer.")
    tcp: Literal[True] = Field(default=True, description="true: the port must accept connections.")
    grpc: Literal[True] = Field(default=True, description="true: the port must answer gRPC health checks.")
    delay: int = Field(default=0, description="Seconds before the first probe.")
    period: int = Field(default=5, description="Seconds between probes.")
    timeout: int = Field(default=1, description="Seconds after which an unanswered probe fails.")
    failures: int = Field(default=3, description="Number of consecutive failures that count.")

    def parsed(self) -> Probe:
        [kind] = self.model_fields_set & {*self.ONE_OF}
        return Probe(kind, self.http, self.delay, self.period, self.timeout, self.failures)


class HostFields(LongSyntax):
    """A hostname, and the path below which requests are the group's."""

    EXAMPLE: ClassVar[str] = "{host: api.example.com, path: /v1}"

    host: str = Field(description="Hostname that the listener covers.")
    path: str = Field(default=EVERYTHING, description="Beginning of the paths. Default: all of them.")

    def parsed(self) -> Host:
        return Host(legal_host(self.host), legal_path(self.path))


class GpuFields(LongSyntax):
    """GPUs of one replica."""

    EXAMPLE: ClassVar[str] = "{type: nvidia-l4, count: 1}"

    type: str | None = Field(
        default=None,
        description="Value of the node label, or full name of an extended resource: amd.com/gpu. "
        "Default: any GPU of NVIDIA.",
    )
    count: int = Field(default=1, description=f"GPUs per replica, 1 to {MOST_GPUS}.")
    claim_template: str = Field(
        default="", description="In place of both: a ResourceClaimTemplate of the namespace, for DRA drivers."
    )

    def parsed(self) -> Gpu:
        if self.claim_template:
            if self.model_fields_set != {"claim_template"}:
                raise reject("gpu", "a claim template says itself which devices, and how many.")
            return Gpu(None, 1, self.claim_template)
        return Gpu(self.type, self.count)


def _whole_as_text(value: object) -> object:
    # Programs of other languages have no integers.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else value


class DisruptionsFields(LongSyntax):
    """Bounds for evictions."""

    EXAMPLE: ClassVar[str] = "{max_unavailable: 1}"

    max_unavailable: Annotated[str, Before(_whole_as_text), AsText] = Field(
        description="Most Pods that are missing: a number, or a percentage.",
        json_schema_extra={"type": ["integer", "string"]},
    )

    def parsed(self) -> Disruptions:
        return Disruptions.parse(f"{MAX_UNAVAILABLE}={self.max_unavailable}")
