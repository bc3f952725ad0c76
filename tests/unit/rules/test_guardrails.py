"""What a rule's configuration may be, and what is said of one that is not valid."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given

from scaling_group.errors import InvalidInput
from scaling_group.operations.render import render
from scaling_group.rules.catalog import RULES
from scaling_group.rules.guardrails import Violation, configured, findings, guardrail
from scaling_group.rules.rule import Level
from scaling_group.rules.subject import Subject
from scaling_group.spec.group import environment_spec, group_spec
from scaling_group.spec.plain import checked_plain
from tests.strategies import groups
from tests.unit.rules.objects import GATEWAY, group

#: One configuration of each rule that is valid.
CONFIGURED = {
    "required-tags": {"tags": ["team"]},
    "allowed-registries": {"registries": ["ghcr.io/my-org"]},
    "no-mutable-tag": {"digests": True},
    "replica-ceiling": {"most": 10, "environments": {"dev": 2}},
    "gpu-ceiling": {"most": 8, "environments": {"dev": 0}},
    "gpu-memory": {},
    "resources": {"requests": ["cpu"], "limits": ["memory"], "defaults": False},
    "https-only": {"listeners": ["https"]},
    "hostname-domain": {"domains": ["gw.example.com"]},
    "headless-port": {},
    "no-host-access": {},
    "helm-release": {},
    "allowed-namespaces": {"namespaces": ["models"]},
    "label-domain": {"domain": "chalk.ai"},
}


def test_each_rule_is_here():
    assert list(CONFIGURED) == [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
class TestEveryRule:
    def test_it_says_what_it_demands_and_what_to_do(self, rule):
        for text in (rule.demand, rule.fix):
            assert text.endswith(".")
        assert all(field.description for field in rule.config.model_fields.values())

    def test_its_schema_accepts_what_it_accepts(self, rule):
        made = guardrail(rule.name, CONFIGURED[rule.name])
        assert made is not None
        assert made.level is rule.level
        schema = {"type": "object", "properties": rule.schema(), "additionalProperties": False}
        jsonschema.validate(CONFIGURED[rule.name], schema)
        for key in rule.schema():
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate({key: {"no": "such"}}, schema)

    def test_its_configuration_is_read_without_pydantic(self, rule):
        # The engine sends every number as a float.
        sent = {
            key: float(each) if type(each) is int else each for key, each in CONFIGURED[rule.name].items()
        }
        assert checked_plain(rule.config, sent) == dict(configured(rule, CONFIGURED[rule.name]))

    def test_a_level_alone_will_do_unless_it_needs_more(self, rule):
        if rule.needs_config:
            with pytest.raises(InvalidInput) as caught:
                guardrail(rule.name, "advisory")
            assert "is required." in caught.value.detail
        else:
            made = guardrail(rule.name, "advisory")
            assert made is not None
            assert made.level is Level.ADVISORY

    def test_a_disabled_one_is_none_whatever_else_it_says(self, rule):
        assert guardrail(rule.name, "disabled") is None
        assert guardrail(rule.name, {"level": "disabled", "tags": []}) is None


@pytest.mark.parametrize(
    ("name", "value", "field", "message"),
    [
        ("required-tag", {}, "required-tag", "no such rule. Did you mean 'required-tags'?"),
        ("", {}, "", "no such rule."),
        ("gpu-memory", {"mor": 1}, "gpu-memory.mor", "no such field."),
        (
            "required-tags",
            {"tag": ["a"], "tags": ["a"]},
            "required-tags.tag",
            "no such field. Did you mean 'tags'?",
        ),
        (
            "required-tags",
            {"tags": ["a"], "levle": "x"},
            "required-tags.levle",
            "no such field. Did you mean 'level'?",
        ),
        ("required-tags", {"tags": "team"}, "required-tags.tags", "must be a list, not 'team'."),
        (
            "required-tags",
            {"tags": []},
            "required-tags.tags",
            "is empty: name at least one, or leave the rule out.",
        ),
        (
            "required-tags",
            {"tags": [1]},
            "required-tags.tags.0",
            "must be text, not 1; put quotes around it.",
        ),
        ("gpu-ceiling", {"most": "8"}, "gpu-ceiling.most", "input should be a valid integer, not '8'."),
        ("gpu-ceiling", {"most": True}, "gpu-ceiling.most", "input should be a valid integer, not True."),
        (
            "gpu-ceiling",
            {"most": -1},
            "gpu-ceiling.most",
            "input should be greater than or equal to 0, not -1.",
        ),
        (
            "gpu-memory",
            "mandatry",
            "gpu-memory.level",
            "'mandatry' is not one of mandatory, advisory, disabled. Did you mean 'mandatory'?",
        ),
        ("gpu-memory", True, "gpu-memory.level", "True is not one of mandatory, advisory, disabled."),
        ("gpu-memory", {"level": 1}, "gpu-memory.level", "1 is not one of mandatory, advisory, disabled."),
    ],
)
def test_what_is_not_valid_is_named_by_its_key(name, value, field, message):
    with pytest.raises(InvalidInput) as caught:
        guardrail(name, value)
    [fault] = caught.value.faults
    assert (fault.field, fault.message) == (field, message)


def test_every_fault_of_a_rule_is_named():
    with pytest.raises(InvalidInput) as caught:
        guardrail("replica-ceiling", {"level": "no", "environments": {"Not_Legal": 1}, "max": 3})
    assert [fault.field for fault in caught.value.faults] == [
        "replica-ceiling.level",
        "replica-ceiling.most",
        "replica-ceiling.environments.Not_Legal",
        "replica-ceiling.max",
    ]


def test_numbers_of_a_policy_pack_are_floats():
    made = guardrail("gpu-ceiling", {"most": 8.0, "environments": {"dev": 0.0}})
    assert made is not None
    assert made.config.model_dump() == {"most": 8, "environments": {"dev": 0}}


def test_findings_come_once_with_level_and_fix():
    given = {"allowed-namespaces": {"namespaces": ["models"]}, "no-mutable-tag": {}}
    made = [each for name, value in given.items() if (each := guardrail(name, value))]
    assert findings(made, group(image="a/b")) == [
        Violation(
            "allowed-namespaces",
            Level.MANDATORY,
            "the namespace default is none of models. Name one of them (--namespace, environment.namespace).",
        ),
        Violation(
            "no-mutable-tag",
            Level.ADVISORY,
            "the image a/b of the container main has no tag, which means latest. "
            "Use a version tag (server:v1) or a digest (server@sha256:…).",
        ),
    ]


@given(groups())
def test_what_is_said_of_all_groups_is_true(values):
    """A rule that groups keep by the way they are made finds nothing in any of them."""
    environment = environment_spec({"id": "dev", "gateway": GATEWAY})
    objects = render(group_spec(values), environment)
    for rule in RULES:
        if rule.kept_by_groups:
            assert not [
                text for each in objects for text in rule.find(Subject(each, of_group=True), rule.config())
            ]
