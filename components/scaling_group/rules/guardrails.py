"""Rules that somebody has turned on, and what they find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaling_group.errors import Fault, InvalidInput, did_you_mean
from scaling_group.rules.catalog import RULES
from scaling_group.rules.rule import Config, Level, Rule
from scaling_group.rules.subject import Subject
from scaling_group.spec.rejection import faults_of, invalid, shown

#: The key of the level among a rule's own.
LEVEL = "level"


@dataclass(frozen=True)
class Guardrail:
    """A rule with its level and configuration."""

    rule: Rule[Any]
    level: Level
    config: Config

    def findings(self, subject: Subject) -> Iterator[Violation]:
        """Yield each violation of an object."""
        for sentence in self.rule.find(subject, self.config):
            yield Violation(self.rule.name, self.level, f"{sentence} {self.rule.fix}")


@dataclass(frozen=True)
class Violation:
    """A violation, with what to do about it."""

    rule: str
    level: Level
    message: str


def guardrail(name: str, given: object) -> Guardrail | None:
    """Return the rule as it is given: a level, or its configuration with a level; None if disabled.

    Raises InvalidInput with every fault, each with the path of its key (`required-tags.tags`).
    """
    rule = rule_named(name)
    values = dict(given) if isinstance(given, Mapping) else {LEVEL: given}
    level, faults = _level(rule, values.pop(LEVEL, rule.level))
    if level is Level.DISABLED:
        return None
    try:
        config = configured(rule, values)
    except InvalidInput as error:
        raise _refused([*faults, *error.faults]) from None
    if faults:
        raise _refused(faults)
    return Guardrail(rule, level, config)


def rule_named(name: str) -> Rule[Any]:
    """Return a rule; raises InvalidInput where there is none of that name."""
    rule = next((rule for rule in RULES if rule.name == name), None)
    if rule is None:
        known = [rule.name for rule in RULES]
        raise _refused([Fault(name, f"no such rule.{did_you_mean(name, known)}")])
    return rule


def configured(rule: Rule[Any], values: Mapping[str, Any]) -> Config:
    """Return the configuration of a rule; raises InvalidInput with every fault."""
    try:
        config: Config = rule.config.model_validate(values)
    except invalid() as error:
        faults = faults_of(error, [*rule.config.defined, LEVEL])
        raise _refused([Fault(f"{rule.name}.{each.field}", each.message) for each in faults]) from None
    return config


def _level(rule: Rule[Any], given: object) -> tuple[Level, list[Fault]]:
    known = [level.value for level in Level]
    if isinstance(given, str) and given in known:
        return Level(given), []
    hint = did_you_mean(given, known) if isinstance(given, str) else ""
    sentence = f"{shown(given)} is not one of {', '.join(known)}.{hint}"
    return rule.level, [Fault(f"{rule.name}.{LEVEL}", sentence)]


def _refused(faults: Sequence[Fault]) -> InvalidInput:
    return InvalidInput("the rules are not configured right:", faults)


def findings(guardrails: Sequence[Guardrail], objects: Sequence[Mapping[str, Any]]) -> list[Violation]:
    """Return what the rules find in the objects of a group, each violation once, in the rules' order."""
    subjects = [Subject(manifest, of_group=True) for manifest in objects]
    found = (each for guard in guardrails for subject in subjects for each in guard.findings(subject))
    return list(dict.fromkeys(found))
