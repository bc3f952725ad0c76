"""GPUs: `type:count`, `count`, or `type` for one of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from scaling_group.naming import LABEL_LENGTH, LABEL_VALUE
from scaling_group.spec.rejection import reject, shown

_EXAMPLES = "Write type:count (nvidia-l4:1), a type (nvidia-l4, meaning one), or a count (1)"
#: GKE's node label for the type of a node's GPUs.
GPU_TYPE_LABEL = "cloud.google.com/gke-accelerator"
#: Kubernetes counts extended resources in whole units; nobody has a node with more.
MOST = 1024


@dataclass(frozen=True)
class Gpu:
    """`type` is the value of the node label, None for any GPU; `count` is per replica, 1 to MOST."""

    type: str | None
    count: int

    def __str__(self) -> str:
        return f"{self.type}:{self.count}" if self.type else str(self.count)


def parse_gpu(value: str) -> Gpu:
    """Return the GPUs that a text asks for; raises a pydantic error otherwise."""
    kind, colon, count = value.partition(":")
    if not colon and re.fullmatch(r"[-+0-9.]+", value):
        kind, count = "", value
    elif not colon:
        count = "1"
    if colon and kind and not count:
        raise reject("gpu", f"{shown(value)} names no count. Did you mean {kind}:1?")
    if not kind and (colon or not value):
        raise reject("gpu", f"{shown(value)} names no type. {_EXAMPLES}.")
    if kind and (len(kind) > LABEL_LENGTH or not LABEL_VALUE.fullmatch(kind)):
        raise reject(
            "gpu",
            f"{shown(value)}: the type {shown(kind)} is not a node label's value. {_EXAMPLES}.",
        )
    if not re.fullmatch(r"[0-9]{1,6}", count) or not 1 <= int(count) <= MOST:
        raise reject(
            "gpu",
            f"{shown(value)}: the count must be a whole number from 1 to {MOST}. {_EXAMPLES}.",
        )
    return Gpu(kind or None, int(count))


#: The canonical text of `Gpu`.
GpuText = Annotated[
    str,
    AfterValidator(lambda value: str(parse_gpu(value))),
    Field(json_schema_extra={"pattern": r"^([A-Za-z0-9][-A-Za-z0-9_.]*(:[0-9]+)?|[0-9]+)$"}),
]
