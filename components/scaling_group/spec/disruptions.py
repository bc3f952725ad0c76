"""Disruptions: how many Pods a drain of nodes may take away at once.

https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field

from scaling_group.spec.numbers import MOST_REPLICAS, AsText
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.syntax import LongSyntax, ShortSyntax

_FORM = "max_unavailable=1 or max_unavailable=25%"
_KEY = "max_unavailable"
_COUNT = re.compile(r"([0-9]{1,10})(%?)")


def _whole_as_text(value: object) -> object:
    # Programs of other languages have no integers.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else value


class DisruptionsFields(LongSyntax):
    """Bounds for evictions."""

    EXAMPLE: ClassVar[str] = "{max_unavailable: 1}"

    max_unavailable: Annotated[str, BeforeValidator(_whole_as_text), AsText] = Field(
        description="Most Pods that are missing: a number, or a percentage.",
        json_schema_extra={"type": ["integer", "string"]},
    )

    def parsed(self) -> Disruptions:
        return Disruptions.parse(f"{_KEY}={self.max_unavailable}")


@dataclass(frozen=True)
class Disruptions(ShortSyntax):
    """max_unavailable is a number of at least 1, or a percentage from 1% to 100%."""

    LONG: ClassVar = DisruptionsFields

    max_unavailable: str

    def __str__(self) -> str:
        return f"{_KEY}={self.max_unavailable}"

    @property
    def int_or_percentage(self) -> int | str:
        """The value as the API has it."""
        given = self.max_unavailable
        return given if given.endswith("%") else int(given)

    @classmethod
    def parse(cls, text: str) -> Self:
        key, equals, value = text.partition("=")
        if not equals or key != _KEY:
            raise reject("disruptions", f"{shown(text)} is not a bound for evictions. Write {_FORM}.")
        match = _COUNT.fullmatch(value)
        most = 100 if value.endswith("%") else MOST_REPLICAS
        if not match or not 0 < int(match[1]) <= most:
            # With 0, no node can be drained any more.
            raise reject(
                "disruptions",
                f"{shown(text)}: {shown(value)} is neither a number of at least 1 nor a percentage from 1% "
                f"to 100%. Write {_FORM}.",
            )
        return cls(f"{int(match[1])}{match[2]}")
