"""The group spec: what a user asked for, normalised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from scaling_group.errors import Fault, InvalidInput
from scaling_group.naming import HOST_LENGTH, LABEL_LENGTH, hostname, route_label
from scaling_group.spec.entrypoint import Entrypoint
from scaling_group.spec.environment import EnvironmentSpec, Strict
from scaling_group.spec.gpu import Gpu, GpuText, parse_gpu
from scaling_group.spec.image import Image
from scaling_group.spec.names import ServiceName
from scaling_group.spec.quantity import Cpu, Memory
from scaling_group.spec.rejection import faults_of, reject, shown
from scaling_group.spec.tags import TagKey, TagValue

#: Kubernetes holds replica counts as int32.
MOST_REPLICAS = 2**31 - 1
#: More than any amount; Python does not write integers of thousands of digits.
MOST_WRITTEN = 10**30


def _not_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise reject("integer", f"must be a whole number, not {shown(value)}.")
    return value


def _as_text(value: object) -> object:
    # A GPU count or a CPU amount written as a plain number is clear; a boolean is not.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_WRITTEN:
        return str(value)
    return value


Integer = Annotated[int, BeforeValidator(_not_boolean)]


class GroupSpec(Strict):
    """One scaling group. Every face of the product ends in this model."""

    image: Image = Field(description="Container image: [registry/]path[:tag][@digest].")
    name: ServiceName = Field(description="Name of the group and of its three objects; RFC 1035 label.")
    port: Annotated[Integer, Field(ge=1, le=65535)] = Field(
        description="Port that the container listens on, 1 to 65535; also the Service's port."
    )
    replicas: Annotated[Integer, Field(ge=0, le=MOST_REPLICAS)] = Field(
        default=1, description="Number of pods. 0 keeps the group without pods."
    )
    cpu: Annotated[Cpu, BeforeValidator(_as_text)] | None = Field(
        default=None,
        description="Cores per replica (500m, 2.5), both request and limit. Default: request 100m, limit 1.",
    )
    memory: Annotated[Memory, BeforeValidator(_as_text)] | None = Field(
        default=None,
        description="Bytes per replica (512Mi, 8Gi), request and limit. Default: request 256Mi, limit 1Gi.",
    )
    gpu: Annotated[GpuText, BeforeValidator(_as_text)] | None = Field(
        default=None, description="GPUs per replica: type:count, count, or type (one)."
    )
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict,
        description="Labels for people: each becomes <label domain>/tag-<key>.",
    )
    entrypoint: Entrypoint = Field(
        default=(),
        description="Program and arguments in place of the image's entrypoint and command.",
    )

    @property
    def gpus(self) -> Gpu | None:
        return parse_gpu(self.gpu) if self.gpu else None


def group_spec(values: Mapping[str, Any], *, what: str = "the group") -> GroupSpec:
    """Return the checked spec; raises InvalidInput with every fault."""
    try:
        return GroupSpec.model_validate(values)
    except ValidationError as error:
        faults = faults_of(error, GroupSpec.model_fields)
        raise InvalidInput(f"{what} is not valid:", faults) from None


def environment_spec(values: Mapping[str, Any], *, what: str = "the environment") -> EnvironmentSpec:
    """Return the checked environment; raises InvalidInput with every fault."""
    try:
        return EnvironmentSpec.model_validate(values)
    except ValidationError as error:
        faults = faults_of(error, EnvironmentSpec.model_fields)
        raise InvalidInput(f"{what} is not valid:", faults) from None


def check_together(name: str, environment: EnvironmentSpec) -> None:
    """Raise InvalidInput where a legal name and a legal environment make an illegal hostname."""
    label = route_label(environment.id, name)
    host = hostname(environment.id, name, environment.gateway.domain)
    faults = []
    if len(label) > LABEL_LENGTH:
        over = len(label) - LABEL_LENGTH
        faults.append(
            Fault(
                "name",
                f"{label!r}, the first part of the hostname, has {over} characters over {LABEL_LENGTH}.",
            )
        )
    if len(host) > HOST_LENGTH:
        faults.append(Fault("name", f"the hostname {host!r} has over {HOST_LENGTH} characters."))
    if faults:
        raise InvalidInput(
            "the name does not fit the environment:", faults, resolution="Choose a shorter name."
        )
