"""The rules as policies, asked in the way that the engine asks them."""

from __future__ import annotations

import json
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto.analyzer_pb2 import MANDATORY, ConfigureAnalyzerRequest
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyCustomTimeouts,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.proxy import (
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
    UnknownValueError,
    unknown_checking_proxy,
)

from policies.service import checked, policy
from scaling_group.errors import InvalidInput
from scaling_group.rules.catalog import RULES, schemas
from scaling_group.rules.guardrails import rule_named
from tests.unit.rules.objects import container, deployment, group, route, service
from tests.unit.rules.test_guardrails import CONFIGURED

OF_A_PROGRAM = "urn:pulumi:dev::shop::kubernetes:apps/v1:Deployment::web"
OF_A_GROUP = (
    "urn:pulumi:dev::shop::my:index:Team$scaling-group:index:ScalingGroup$kubernetes:apps/v1:Deployment::web"
)


OPTIONS = PolicyResourceOptions(
    protect=False,
    ignore_changes=[],
    delete_before_replace=None,
    aliases=[],
    custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
    additional_secret_outputs=[],
)


def asked(
    rule: str,
    manifest: dict[str, Any],
    config: dict[str, Any] | None = None,
    *,
    urn: str = OF_A_PROGRAM,
    resource_type: str = "kubernetes:apps/v1:Deployment",
) -> list[str]:
    """Return what a policy reports of an object that comes as the engine sends it: numbers are floats."""
    sent = json.loads(json.dumps(manifest), parse_int=float)
    reported: list[str] = []
    args = ResourceValidationArgs(
        resource_type, unknown_checking_proxy(sent), urn, "web", OPTIONS, None, config
    )
    try:
        policy(rule_named(rule), {}).validate(args, lambda message, urn=None: reported.append(message))
    except UnknownValueError as error:
        reported.append(f"later: {error.message}")
    return reported


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_is_a_policy_with_its_level_its_fix_and_its_schema(rule):
    made = policy(rule, schemas()[rule.name])
    assert isinstance(made, ResourceValidationPolicy)
    assert made.name == rule.name
    assert rule.fix in made.description
    assert made.enforcement_level is EnforcementLevel(rule.level.value)
    assert isinstance(made.config_schema, PolicyConfigSchema)
    assert set(made.config_schema.properties) == set(rule.config.model_fields)


#: For each rule an object that breaks it, and a place where the same object may hold an unknown.
BROKEN: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "required-tags": (group()[0], ("metadata", "labels")),
    "allowed-registries": (deployment(container()), ("spec", "template", "spec", "containers", "0", "image")),
    "no-mutable-tag": (deployment(container()), ("spec", "template", "spec", "containers", "0", "image")),
    "replica-ceiling": (deployment(replicas=11), ("spec", "replicas")),
    "gpu-ceiling": (group(gpu="1", replicas=9)[0], ("spec", "replicas")),
    "gpu-memory": (group(gpu="1")[0], ("spec", "template", "spec", "containers", "0", "resources")),
    "resources": (deployment(container()), ("spec", "template", "spec", "containers")),
    "https-only": (route({"name": "g"}), ("spec", "parentRefs", "0", "sectionName")),
    "hostname-domain": (route({"name": "g"}, hostnames=["example.com"]), ("spec", "hostnames", "0")),
    "headless-port": (
        service({"port": 80, "targetPort": 8080}, clusterIP="None"),
        ("spec", "ports", "0", "targetPort"),
    ),
    "no-host-access": (deployment(pod={"hostPID": True}), ("spec", "template", "spec", "hostPID")),
    "allowed-namespaces": (deployment(), ("metadata", "namespace")),
    "label-domain": (deployment(), ("metadata", "labels")),
}
BROKEN["label-domain"][0]["metadata"]["labels"] = {"chalk.ai/tag-team": "ml"}


def with_unknown(manifest: Any, path: tuple[str, ...]) -> Any:
    """Return an object in which what stands at a path is not known yet."""
    if not path:
        return UNKNOWN_OBJECT_VALUE if isinstance(manifest, dict | list) else UNKNOWN_STRING_VALUE
    first, rest = path[0], path[1:]
    if isinstance(manifest, list):
        return [with_unknown(each, rest) if i == int(first) else each for i, each in enumerate(manifest)]
    return {**manifest, first: with_unknown(manifest.get(first), rest)}


@pytest.mark.parametrize("name", BROKEN)
class TestEachPolicy:
    def urn(self, name: str) -> str:
        return OF_A_GROUP if "scaling-group" in json.dumps(BROKEN[name][0]) else OF_A_PROGRAM

    def test_what_breaks_it_is_reported(self, name):
        found = asked(name, BROKEN[name][0], CONFIGURED[name], urn=self.urn(name))
        assert found
        assert not any(text.startswith("later") for text in found)

    def test_what_is_not_known_in_a_preview_is_left_to_the_update(self, name):
        manifest, path = BROKEN[name]
        found = asked(name, with_unknown(manifest, path), CONFIGURED[name], urn=self.urn(name))
        assert found[-1].startswith("later: ")
        assert f".{'.'.join(path)} can't be known during preview" in found[-1]

    def test_an_empty_object_makes_no_trouble(self, name):
        for manifest in ({}, {"kind": "Deployment", "apiVersion": "apps/v1", "spec": None}):
            assert not any(text.startswith("later") for text in asked(name, manifest, CONFIGURED[name]))

    def test_patches_and_other_resources_are_left_alone(self, name):
        for other in ("kubernetes:apps/v1:DeploymentPatch", "aws:s3:Bucket"):
            assert (
                asked(name, BROKEN[name][0], CONFIGURED[name], urn=self.urn(name), resource_type=other) == []
            )


def test_every_rule_has_an_object_here():
    assert list(BROKEN) == [rule.name for rule in RULES if rule.name != "helm-release"]


def test_what_a_helm_release_hides_is_said():
    release = {"chart": "./chart", "values": {"hostNetwork": True}}
    assert asked("helm-release", release, resource_type="kubernetes:helm.sh/v3:Release") == [
        "the objects of this chart are made by Helm, and no rule sees them."
    ]
    assert asked("helm-release", release, resource_type="kubernetes:helm.sh/v4:Chart") == []


def test_what_is_known_is_reported_before_what_is_not():
    made = deployment(container("nginx"), container("x"))
    unknown = with_unknown(made, ("spec", "template", "spec", "containers", "1", "image"))
    found = asked("no-mutable-tag", unknown)
    assert found[0] == "the image nginx of the container web has no tag, which means latest."
    assert found[1].startswith("later: ")


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.needs_config], ids=lambda rule: rule.name)
def test_a_rule_that_is_not_configured_says_nothing(rule):
    assert asked(rule.name, BROKEN[rule.name][0], urn=OF_A_GROUP) == []


def test_an_unknown_key_is_named():
    with pytest.raises(InvalidInput) as caught:
        asked("required-tags", group()[0], {"tag": ["team"]}, urn=OF_A_GROUP)
    assert [fault.field for fault in caught.value.faults] == ["required-tags.tags", "required-tags.tag"]


def test_a_group_is_known_by_its_component_and_not_by_its_labels():
    [made, *_] = group()
    assert asked("label-domain", made, urn=OF_A_GROUP) == []
    assert len(asked("label-domain", made, urn=OF_A_PROGRAM)) == 3


class Refused(Exception):
    """What ends a call of gRPC."""


class Call:
    """The context of a call, as far as a refusal goes."""

    def abort(self, code: grpc.StatusCode, details: str) -> None:
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        raise Refused(details)


class Service:
    """The service of a pack: notes which configuration it takes."""

    taken: Any = None

    def Configure(self, request: Any, context: Any) -> str:  # noqa: N802 (the name of the call)
        self.taken = request
        return "configured"


def sent(config: dict[str, Any]) -> ConfigureAnalyzerRequest:
    """Return a configuration as the engine sends it: with a level for each rule, and that of "all"."""
    request = ConfigureAnalyzerRequest()
    for name, values in config.items():
        request.policyConfig[name].enforcementLevel = MANDATORY
        request.policyConfig[name].properties.update(values)
    return request


def configure(config: dict[str, Any]) -> Service:
    service = Service()
    checked(lambda servicer, server: server.append(servicer))(service, registered := [])
    assert registered == [service]
    assert service.Configure(sent(config), Call()) == "configured"
    assert service.taken == sent(config)
    return service


def test_a_configuration_that_is_valid_is_taken_as_it_is():
    configure({**CONFIGURED, "all": {}})
    configure({rule.name: {} for rule in RULES})


def test_every_fault_of_a_configuration_is_named_before_it_is_taken():
    with pytest.raises(Refused) as caught:
        configure(
            {
                "required-tag": {},
                "required-tags": {"tag": ["a"]},
                "gpu-ceiling": {"most": 1.5},
                "gpu-memory": {"level": "advisory"},
            }
        )

    assert str(caught.value).splitlines() == [
        "the configuration of the policy pack is not valid:",
        "  gpu-ceiling.most: input should be a valid integer, not 1.5.",
        "  gpu-memory.level: is called enforcementLevel in a policy pack.",
        "  required-tag: no such rule. Did you mean 'required-tags'?",
        "  required-tags.tags: is required.",
        "  required-tags.tag: no such field. Did you mean 'tags'?",
    ]
