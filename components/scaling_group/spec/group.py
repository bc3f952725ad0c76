"""The group spec: what a user asked for, normalised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from scaling_group.errors import InvalidInput
from scaling_group.naming import CLUSTER_IP_SUFFIX, LABEL_LENGTH
from scaling_group.spec.credentials import require_no_credentials
from scaling_group.spec.disruptions import Disruptions
from scaling_group.spec.env import EnvName
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.flag import TIME, Flag
from scaling_group.spec.hosts import Host, check_hosts
from scaling_group.spec.model import field, field_validator, model_validator
from scaling_group.spec.peers import Peer
from scaling_group.spec.rejection import faults_of, invalid, reject
from scaling_group.spec.scheduling import RECORDED_LENGTH
from scaling_group.spec.seconds import Seconds
from scaling_group.spec.workload import PROGRESS_SECONDS, WorkloadSpec
from scaling_group.spec.written import short

if TYPE_CHECKING:
    from pydantic import ValidationInfo

#: Made once: `json.dumps` makes one for each text.
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class GroupSpec(WorkloadSpec):
    """One scaling group. The command line, YAML files and programs all use this model.

    A plain field is defined once, here or in WorkloadSpec: its rule, its flag, its argument in programs and
    its description in every help text and reference.
    """

    route: Annotated[Literal["public", "private"], Flag("public|private")] = field(
        default="public",
        description="public: the Gateway serves the group under its hostname. private: it has an address in "
        "the cluster alone, and no route.",
    )
    hostnames: Annotated[tuple[Host, ...], Flag("HOST[/PATH]", name="hostname")] = field(
        default=(),
        description="More hostnames of the group, each for all paths or for those below one: "
        "api.example.com, api.example.com/v1.",
    )
    protocol: Annotated[Literal["http", "h2c", "grpc"], Flag("http|h2c|grpc")] = field(
        default="http",
        description="Protocol of the container's port: http (HTTP/1.1 and WebSockets), h2c (HTTP/2 without "
        "TLS) or grpc.",
    )
    request_timeout: Annotated[Seconds | None, Flag(TIME)] = field(
        default=None,
        description="How long the Gateway waits for a response, 0 for ever. Default: the Gateway's own.",
    )
    service: Annotated[Literal["auto", "headless", "cluster-ip"], Flag("auto|headless|cluster-ip")] = field(
        default="headless",
        description="Service that the route points to: headless, or a second one with a cluster IP, for "
        "Gateways that do not route to headless ones. auto: decided once by the GatewayClass.",
    )
    peers: Annotated[dict[EnvName, Peer], Flag("K=GROUP[:PORT]", name="peer")] = field(
        default_factory=dict,
        description="Environment variables with the address of another group in the namespace: "
        "NAME=group[:port].",
    )
    disruptions: Annotated[Disruptions | None, Flag("max_unavailable=COUNT")] = field(
        default=None,
        description="How many Pods a drain of nodes may take away at once, in a PodDisruptionBudget: "
        "max_unavailable=1, max_unavailable=25%. Default: any number.",
    )
    min_ready: Annotated[Seconds | None, Flag(TIME)] = field(
        default=None,
        description="How long a new Pod must be ready before a rollout goes on. Default: 0s.",
    )

    @property
    def is_private(self) -> bool:
        """Whether no Gateway serves the group."""
        return self.route == "private"

    @property
    def has_cluster_ip(self) -> bool:
        """Whether a second Service, with a cluster IP, is what routes point to."""
        return self.service == "cluster-ip"

    @property
    def backend_name(self) -> str:
        """The name of the Service that routes point to."""
        return f"{self.name}{CLUSTER_IP_SUFFIX}" if self.has_cluster_ip else self.name

    @field_validator("hostnames", mode="after")
    @classmethod
    def _each_host_once(cls, hosts: tuple[Host, ...], info: ValidationInfo) -> tuple[Host, ...]:
        if hosts and info.data.get("route") == "private":
            raise reject("hostnames", "a private group has no hostname: no Gateway serves it.")
        check_hosts(hosts)
        return hosts

    @field_validator("request_timeout", mode="after")
    @classmethod
    def _has_a_route(cls, timeout: int | None, info: ValidationInfo) -> int | None:
        if timeout is not None and info.data.get("route") == "private":
            raise reject("request_timeout", "a private group has no route that could keep it.")
        return timeout

    @field_validator("service", mode="after")
    @classmethod
    def _second_name_fits(cls, service: str, info: ValidationInfo) -> str:
        name = info.data.get("name", "")
        longest = LABEL_LENGTH - len(CLUSTER_IP_SUFFIX)
        if service == "cluster-ip" and len(name) > longest:
            raise reject(
                "service",
                f"cluster-ip makes a second Service, {name}{CLUSTER_IP_SUFFIX}, whose name has over "
                f"{LABEL_LENGTH} characters; choose a name of at most {longest}.",
            )
        return service

    @field_validator("peers", mode="after")
    @classmethod
    def _variables_are_free(cls, peers: dict[str, Peer], info: ValidationInfo) -> dict[str, Peer]:
        for other in ("env", "secret_env"):
            if both := sorted({*peers} & {*(info.data.get(other) or ())}):
                raise reject("peers", f"{', '.join(both)} is also set in {other}; a variable has one source.")
        return peers

    @field_validator("min_ready", mode="after")
    @classmethod
    def _ready_before_the_deadline(cls, seconds: int | None, info: ValidationInfo) -> int | None:
        deadline = info.data.get("progress_deadline") or PROGRESS_SECONDS
        if seconds is not None and seconds >= deadline:
            raise reject(
                "min_ready",
                f"{seconds} s must be less than the progress deadline of {deadline} s.",
            )
        return seconds

    @model_validator(mode="after")
    def _can_be_recorded(self) -> Self:
        # Once for both: each record of a list is checked.
        written = short({name: value for name, value in vars(self).items() if value is not None})
        _require_room(written)
        require_no_credentials(written, self.not_secret)
        return self


def _require_room(held: Mapping[str, Any]) -> None:
    size = len(_COMPACT.encode(held).encode())
    if size > RECORDED_LENGTH:
        raise reject(
            "record",
            f"the group has {size} bytes; at most {RECORDED_LENGTH} fit into its record, an annotation.",
        )


#: Fields that are recorded only where they differ from these: groups that were made before the fields came
#: keep their record as it is.
UNRECORDED = {name: GroupSpec.defined[name].default for name in ("route", "protocol", "service", "spot")}


def recorded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a spec that its record holds."""
    return {name: value for name, value in fields.items() if UNRECORDED.get(name) != value or value is None}


def group_spec(values: Mapping[str, Any], *, what: str = "the group") -> GroupSpec:
    """Return the checked spec; raises InvalidInput with every fault."""
    try:
        return GroupSpec.model_validate(values)
    except invalid() as error:
        faults = faults_of(error, GroupSpec.model_fields)
        raise InvalidInput(f"{what} is not valid:", faults) from None


def environment_spec(values: Mapping[str, Any], *, what: str = "the environment") -> EnvironmentSpec:
    """Return the checked environment; raises InvalidInput with every fault."""
    try:
        return EnvironmentSpec.model_validate(values)
    except invalid() as error:
        faults = faults_of(error, EnvironmentSpec.model_fields)
        raise InvalidInput(f"{what} is not valid:", faults) from None
