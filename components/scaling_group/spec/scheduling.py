"""Where pods may run: node labels and tolerations; and annotations, whose keys follow the same rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from scaling_group.errors import did_you_mean
from scaling_group.naming import DNS_SUBDOMAIN, HOST_LENGTH, LABEL_LENGTH, LABEL_VALUE
from scaling_group.spec.marks import After
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.syntax import LongSyntaxOf, ShortSyntax

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
#: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
ANNOTATIONS_LENGTH = 256 * 1024
#: The group is an annotation itself, in its record, which holds the environment and more besides.
RECORDED_LENGTH = ANNOTATIONS_LENGTH - 16 * 1024


@dataclass(frozen=True)
class Toleration(ShortSyntax):
    """key is always set; without a value any value is tolerated, without an effect any effect."""

    LONG = LongSyntaxOf("TolerationFields")

    key: str
    value: str | None
    effect: str | None

    def __str__(self) -> str:
        value = "" if self.value is None else f"={self.value}"
        return f"{self.key}{value}:{self.effect}" if self.effect else f"{self.key}{value}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the toleration of `key[=value][:Effect]`, the form in which kubectl writes a taint."""
        rest, colon, effect = text.rpartition(":")
        if not colon:
            rest, effect = text, ""
        if colon and effect not in EFFECTS:
            hint = did_you_mean(effect, EFFECTS)
            raise reject(
                "toleration", f"{shown(text)}: {shown(effect)} is not one of {', '.join(EFFECTS)}.{hint}"
            )
        key, equals, value = rest.partition("=")
        check_qualified_name(key)
        return cls(key, check_label_value(value) if equals else None, effect or None)


def check_qualified_name(key: str) -> str:
    """Return `name` or `domain/name`: the form of label and annotation keys."""
    domain, slash, name = key.rpartition("/")
    fits = len(name) <= LABEL_LENGTH and LABEL_VALUE.fullmatch(name)
    domain_fits = not slash or (DNS_SUBDOMAIN.fullmatch(domain) and len(domain) <= HOST_LENGTH)
    if not fits or not domain_fits:
        raise reject("qualified_name", f"the key {shown(key)} must be name or domain/name, as for a label.")
    return key


def check_label_value(value: str) -> str:
    """Return the value of a node's label."""
    if len(value) > LABEL_LENGTH or (value and not LABEL_VALUE.fullmatch(value)):
        raise reject("label_value", f"{shown(value)} cannot be the value of a label.")
    return value


QualifiedName = Annotated[str, After(check_qualified_name)]
LabelValue = Annotated[str, After(check_label_value)]
