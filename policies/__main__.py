"""The rules as a policy pack: each is asked about every Kubernetes object of a program."""

from __future__ import annotations

from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

from scaling_group.errors import InvalidInput
from scaling_group.naming import TYPE_TOKEN
from scaling_group.rules.catalog import RULES
from scaling_group.rules.guardrails import configured
from scaling_group.rules.rule import Config, Rule
from scaling_group.rules.subject import Subject


def policy(rule: Rule[Any]) -> ResourceValidationPolicy:
    """Return a rule as a policy.

    What is not known in a preview raises when it is read: the engine says so, and asks again at the
    update itself.
    """

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        config = configuration(rule, args.get_config())
        if config and is_whole_object(args.resource_type):
            for sentence in rule.find(Subject(args.props, is_of_group(args.urn)), config):
                report(sentence, None)

    return ResourceValidationPolicy(
        name=rule.name,
        description=f"{rule.demand} {rule.fix}",
        validate=validate,
        enforcement_level=EnforcementLevel(rule.level.value),
        config_schema=PolicyConfigSchema(rule.schema()),
    )


def configuration(rule: Rule[Any], given: Any) -> Config | None:
    """Return the configuration, None where a rule that needs one has none."""
    if rule.needs_config and not given:
        return None
    config, faults = configured(rule, given)
    if faults:
        raise InvalidInput(f"the configuration of the policy {rule.name} is not valid:", faults)
    return config


def is_whole_object(resource_type: str) -> bool:
    """Return whether a resource is a Kubernetes object, and not a patch, which is a part of one."""
    return resource_type.startswith("kubernetes:") and not resource_type.endswith("Patch")


def is_of_group(urn: str) -> bool:
    """Return whether the component has made a resource: the types of its parents are in its URN."""
    parents = urn.split("::")[2].split("$")[:-1]
    return TYPE_TOKEN in parents


if __name__ == "__main__":
    PolicyPack("scaling-group", [policy(rule) for rule in RULES])
