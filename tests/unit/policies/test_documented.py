"""What docs/rules.md shows for the command line and for the policy pack says the same of every group."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.operations.render import render
from scaling_group.rules.catalog import RULES
from scaling_group.rules.guardrails import configured, findings, guardrail
from scaling_group.rules.rule import Level
from scaling_group.rules.subject import Subject
from scaling_group.spec.group import environment_spec, group_spec
from tests import documented
from tests.unit.rules.objects import GATEWAY

Verdicts = set[tuple[str, Level]]


def objects(group: dict[str, Any], environment: str) -> list[dict[str, Any]]:
    return render(group_spec(group), environment_spec({"id": environment, "gateway": GATEWAY}))


def of_the_command_line(manifests: list[dict[str, Any]]) -> Verdicts:
    turned_on = [guardrail(name, given) for name, given in documented.guardrails().items()]
    return {(found.rule, found.level) for found in findings([each for each in turned_on if each], manifests)}


def of_the_pack(manifests: list[dict[str, Any]]) -> Verdicts:
    """Return what the pack says: as the engine has it, `all` is the level of every rule that names none."""
    given = documented.pack_configuration()
    verdicts: Verdicts = set()
    for rule in RULES:
        own = given.get(rule.name, {})
        values = {"enforcementLevel": own} if isinstance(own, str) else dict(own)
        level = Level(values.pop("enforcementLevel", given.get("all", rule.level.value)))
        if level is Level.DISABLED or (rule.needs_config and not values):
            continue
        config = configured(rule, values)
        found = (
            sentence for each in manifests for sentence in rule.find(Subject(each, of_group=True), config)
        )
        verdicts |= {(rule.name, level) for _ in found}
    return verdicts


@pytest.mark.parametrize("environment", ["prod", "dev"])
@pytest.mark.parametrize("wrong", documented.GROUPS)
def test_both_faces_say_the_same_of_a_group(wrong, environment):
    manifests = objects(documented.GROUPS[wrong], environment)

    assert of_the_pack(manifests) == of_the_command_line(manifests)


def test_the_groups_break_every_documented_rule_that_a_group_can_break():
    broken = {
        name for group in documented.GROUPS.values() for name, _ in of_the_command_line(objects(group, "dev"))
    }

    # The others are about listeners, label domains and objects without amounts, which no group's spec names.
    assert broken == documented.guardrails().keys() - {"https-only", "label-domain", "resources"}


def test_the_page_says_what_all_does():
    text = " ".join(documented.PAGE.read_text(encoding="utf-8").split())

    assert "all" not in documented.pack_configuration()
    assert "`all` is the level of every rule that names none" in text
