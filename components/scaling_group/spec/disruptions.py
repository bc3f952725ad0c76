"""Disruptions: how many Pods a drain of nodes may take away at once.

https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from scaling_group.spec.numbers import MOST_REPLICAS
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.syntax import LongSyntaxOf, ShortSyntax

_FORM = "max_unavailable=1 or max_unavailable=25%"
MAX_UNAVAILABLE = "max_unavailable"
_COUNT = re.compile(r"([0-9]{1,10})(%?)")


@dataclass(frozen=True)
class Disruptions(ShortSyntax):
    """max_unavailable is a number of at least 1, or a percentage from 1% to 100%."""

    LONG = LongSyntaxOf("DisruptionsFields")

    max_unavailable: str

    def __str__(self) -> str:
        return f"{MAX_UNAVAILABLE}={self.max_unavailable}"

    @property
    def int_or_percentage(self) -> int | str:
        """The value as the API has it."""
        given = self.max_unavailable
        return given if given.endswith("%") else int(given)

    @classmethod
    def parse(cls, text: str) -> Self:
        key, equals, value = text.partition("=")
        if not equals or key != MAX_UNAVAILABLE:
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
