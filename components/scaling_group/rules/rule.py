"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from scaling_group.rules.subject import Subject
from scaling_group.spec.marks import After
from scaling_group.spec.model import Model
from scaling_group.spec.rejection import reject


class Level(StrEnum):
    """What follows from a violation, in the words of Pulumi's policy packs."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    DISABLED = "disabled"


class Config(Model):
    """The configuration of a rule, for rules without any as it is.

    Its keys are single words, so that a TOML file and a policy pack's JSON write them alike.
    """


def _some(given: tuple[Any, ...]) -> tuple[Any, ...]:
    if not given:
        raise reject("some", "is empty: name at least one, or leave the rule out.")
    return given


Item = TypeVar("Item")
#: A list of one item or more: a rule that is turned on has something to check.
Some = Annotated[tuple[Item, ...], After(_some, minItems=1)]

C = TypeVar("C", bound=Config)


@dataclass(frozen=True)
class Rule(Generic[C]):
    """One rule.

    name: as users write it. demand: what an object has to keep. fix: what to do where it does not.
    find: yields a sentence for each violation; what it does not look at yields none. level: where
    none is configured. kept_by_groups: a group cannot break it from the command line, only an object
    of somebody's own program, or one that a transformation in a program has changed.
    """

    name: str
    demand: str
    fix: str
    config: type[C]
    find: Callable[[Subject, C], Iterator[str]]
    level: Level = Level.MANDATORY
    kept_by_groups: bool = False

    @property
    def needs_config(self) -> bool:
        """Return whether the rule says nothing until it is configured."""
        return any(field.preset is ... for field in self.config.defined.values())

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of each key of the configuration.

        Without defaults: a policy pack's engine would fill them in, and a rule that needs a configuration
        could not tell that it has none.
        """
        properties: dict[str, dict[str, Any]] = self.config.model_json_schema().get("properties", {})
        left_out = ("default", "title")
        return {
            key: {k: v for k, v in schema.items() if k not in left_out} for key, schema in properties.items()
        }
