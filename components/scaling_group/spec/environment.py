"""Where a group lives: environment id, namespace, gateway, label domain."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from scaling_group.errors import Fault, InvalidInput
from scaling_group.naming import DEFAULT_LABEL_DOMAIN
from scaling_group.spec.gpu_profiles import PROFILES, Names, as_table, check_profile, names_of
from scaling_group.spec.names import DnsLabel, DnsSubdomain
from scaling_group.spec.strict import Strict


class _WrittenAsTable:
    """Writes names of GPUs as a mapping, as PlainSerializer would, which every command would have to load."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        table = core_schema.dict_schema(
            core_schema.str_schema(), core_schema.list_schema(core_schema.str_schema())
        )
        written = core_schema.plain_serializer_function_ser_schema(as_table, return_schema=table)
        return {**handler(source), "serialization": written}


#: A mapping in files, programs and records.
GpuNames = Annotated[
    Names,
    BeforeValidator(names_of, json_schema_input_type=dict[str, str | list[str]]),
    _WrittenAsTable,
]


class GatewaySpec(Strict):
    """The listener that serves the groups of an environment."""

    name: DnsSubdomain = Field(description="Name of the Gateway.")
    namespace: DnsLabel = Field(description="Namespace of the Gateway.")
    section: DnsSubdomain = Field(
        default="https",
        description="Name of the Gateway's HTTPS listener. A route without one also takes plain HTTP.",
    )
    domain: DnsSubdomain = Field(
        description="Domain that the listener serves; a group's host is <environment>-<name>.<domain>."
    )
    # Recorded only where they are set: what was made without them stays as it is.
    grpc_routes: bool | None = Field(
        default=None,
        description="Whether groups with protocol grpc have a GRPCRoute; false: an HTTPRoute. Default: as "
        "the GatewayClass says when the group is created; in programs false.",
    )
    http_section: DnsSubdomain | None = Field(
        default=None,
        description="Name of the Gateway's listener for plain HTTP: each group has an HTTPRoute that "
        "redirects from it to HTTPS. Default: none.",
    )
    gke_policies: bool | None = Field(
        default=None,
        description="Whether each group has a HealthCheckPolicy and a GCPBackendPolicy, for Gateways of "
        "GKE. Default: false.",
    )


#: What no setting of a Gateway has a default for.
_NEEDED = ("name", "namespace", "domain")


class EnvironmentSpec(Strict):
    """Where groups live: many share one environment."""

    id: DnsLabel = Field(description="Id of the environment, the first part of every hostname.")
    namespace: DnsLabel = Field(default="default", description="Namespace of the groups' objects.")
    gateway: GatewaySpec | None = Field(
        default=None,
        description="The Gateway that serves the environment's groups. Private groups alone need none.",
    )
    label_domain: DnsSubdomain = Field(
        default=DEFAULT_LABEL_DOMAIN, description="Prefix of the labels and annotations of groups."
    )
    # Recorded only where it is set: what was made without it stays as it is.
    gpu_profile: Annotated[str | None, AfterValidator(check_profile)] = Field(
        default=None,
        description=f"How nodes name their GPUs: {', '.join(PROFILES)}. Default: a type is the value of "
        "GKE's label.",
    )
    gpu_names: GpuNames = Field(
        default=(), description="Types that the profile does not know: values of its label by type."
    )

    @property
    def required_gateway(self) -> GatewaySpec:
        """The Gateway of public groups; raises InvalidInput where the settings name none."""
        if self.gateway is None:
            raise InvalidInput(
                "settings are missing:",
                [Fault(f"gateway.{key}", "not set, and a public group needs it") for key in _NEEDED],
                resolution="Write them with: scaling-group init\n"
                "A group that is reached in the cluster alone needs none: --route=private",
            )
        return self.gateway
