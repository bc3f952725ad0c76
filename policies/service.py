"""The rules as a policy pack: each is asked about every Kubernetes object that is a resource of a program."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi.runtime.proto.analyzer_pb2 import ConfigureAnalyzerRequest
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

from scaling_group.errors import Fault, InvalidInput
from scaling_group.naming import TYPE_TOKEN
from scaling_group.rules.catalog import RULES, schemas
from scaling_group.rules.guardrails import LEVEL, configured, rule_named
from scaling_group.rules.rule import Config, Rule
from scaling_group.rules.subject import Subject

#: Registers a service with a server of gRPC.
Add = Callable[[Any, grpc.Server], None]
#: Stands for every rule in a pack's configuration.
ALL = "all"


def policy(rule: Rule[Any], schema: dict[str, dict[str, Any]]) -> ResourceValidationPolicy:
    """Return a rule as a policy, with the schema of its configuration.

    What is not known in a preview raises when it is read: the engine says so, and asks again at the
    update itself.
    """

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        config = configuration(rule, args.get_config())
        if config and is_whole_object(args.resource_type):
            for sentence in rule.find(Subject(args.props, is_of_group(args.urn), args.resource_type), config):
                report(sentence, None)

    return ResourceValidationPolicy(
        name=rule.name,
        description=f"{rule.demand} {rule.fix}",
        validate=validate,
        enforcement_level=EnforcementLevel(rule.level.value),
        config_schema=PolicyConfigSchema(schema),
    )


def configuration(rule: Rule[Any], given: Any) -> Config | None:
    """Return the configuration, None where a rule that needs one has none."""
    return configured(rule, given) if given or not rule.needs_config else None


def is_whole_object(resource_type: str) -> bool:
    """Return whether a resource is a Kubernetes object, and not a patch, which is a part of one."""
    return resource_type.startswith("kubernetes:") and not resource_type.endswith("Patch")


def is_of_group(urn: str) -> bool:
    """Return whether the component has made a resource: the types of its parents are in its URN."""
    parents = urn.split("::")[2].split("$")[:-1]
    return TYPE_TOKEN in parents


def faults_of(request: ConfigureAnalyzerRequest) -> list[Fault]:
    """Return every fault of the configuration that the engine sends."""
    faults: list[Fault] = []
    for name in sorted(set(request.policyConfig) - {ALL}):
        values = MessageToDict(request.policyConfig[name].properties)
        if values.pop(LEVEL, None) is not None:
            faults.append(Fault(f"{name}.{LEVEL}", "is called enforcementLevel in a policy pack."))
        try:
            configuration(rule_named(name), values)
        except InvalidInput as error:
            faults += error.faults
    return faults


def checked(add: Add) -> Add:
    """Return the registration of a pack's service with a check of its configuration before it is used.

    The engine checks values by the schemas. It passes on keys and rules that it does not know, and the SDK
    leaves them alone: a rule that is misspelt would be off, and nobody would hear of it.
    """

    def adding(servicer: Any, server: grpc.Server) -> None:
        configure = servicer.Configure

        def checking(request: ConfigureAnalyzerRequest, context: grpc.ServicerContext) -> Any:
            if faults := faults_of(request):
                refusal = InvalidInput("the configuration of the policy pack is not valid:", faults)
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(refusal))
            return configure(request, context)

        servicer.Configure = checking
        add(servicer, server)

    return adding


def unbuffered() -> io.TextIOWrapper:
    """Return standard output without a buffer.

    The SDK writes the port that the engine waits for and does not flush it: both wait for ever where
    PYTHONUNBUFFERED is not set.
    """
    return io.TextIOWrapper(io.FileIO(sys.stdout.fileno(), "w", closefd=False), write_through=True)


def serve() -> None:
    """Serve the rules to the engine until it interrupts the process."""
    sys.stdout = unbuffered()
    original = analyzer_pb2_grpc.add_AnalyzerServicer_to_server
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server = checked(original)  # type: ignore[assignment]
    of = schemas()
    PolicyPack("scaling-group", [policy(rule, of[rule.name]) for rule in RULES])
