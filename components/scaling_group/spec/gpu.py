"""GPUs: `type:count`, `count`, or `type` for one of it; `domain/name:count` for any extended resource.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from scaling_group.naming import DNS_SUBDOMAIN, HOST_LENGTH, LABEL_LENGTH, LABEL_VALUE
from scaling_group.spec.env import check_object_name
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.syntax import LongSyntaxOf, ShortSyntax

_EXAMPLES = "Write type:count (nvidia-l4:1), a type (nvidia-l4, meaning one), or a count (1)"
#: What a count and a type ask for.
GPU_RESOURCE = "nvidia.com/gpu"
#: Domain of what Kubernetes itself counts: the API server takes no extended resource of it.
OF_KUBERNETES = "kubernetes.io"
#: But for the resource that stands for each class of devices:
#: https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#extended-resource
OF_DEVICE_CLASS = "deviceclass.resource.kubernetes.io"
#: How the text of a claim's template begins.
CLAIM = "claim_template="
#: Kubernetes counts extended resources in whole units; nobody has a node with more.
MOST = 1024


@dataclass(frozen=True)
class Gpu(ShortSyntax):
    """`type` is the value of the node label, or the name of an extended resource, None for any GPU of
    NVIDIA; `count` is per replica, 1 to MOST. claim_template: in place of both.
    """

    LONG = LongSyntaxOf("GpuFields")
    TEXT: ClassVar[dict[str, Any]] = {
        "pattern": r"^(claim_template=.+|[A-Za-z0-9][-A-Za-z0-9_./]*(:[0-9]+)?|[0-9]+)$"
    }

    type: str | None
    count: int
    claim_template: str = ""

    def __str__(self) -> str:
        if self.claim_template:
            return f"{CLAIM}{self.claim_template}"
        return f"{self.type}:{self.count}" if self.type else str(self.count)

    @property
    def resource(self) -> str:
        """What a container requests."""
        return self.type if self.type and "/" in self.type else GPU_RESOURCE

    @property
    def product(self) -> str | None:
        """The type of GPU, by which a node is chosen; None for any, and for a resource that is named."""
        return None if self.type and "/" in self.type else self.type

    @classmethod
    def parse(cls, text: str) -> Self:
        if text.startswith(CLAIM):
            return cls(None, 1, check_object_name(text.removeprefix(CLAIM), "ResourceClaimTemplate"))
        kind, colon, count = text.partition(":")
        if not colon and re.fullmatch(r"[-+0-9.]+", text):
            kind, count = "", text
        elif not colon:
            count = "1"
        if colon and kind and not count:
            raise reject("gpu", f"{shown(text)} names no count. Did you mean {kind}:1?")
        if not kind and (colon or not text):
            raise reject("gpu", f"{shown(text)} names no type. {_EXAMPLES}.")
        if "/" in kind:
            _check_resource(text, kind)
        elif kind and (len(kind) > LABEL_LENGTH or not LABEL_VALUE.fullmatch(kind)):
            raise reject(
                "gpu", f"{shown(text)}: the type {shown(kind)} is not a node label's value. {_EXAMPLES}."
            )
        if not re.fullmatch(r"[0-9]{1,6}", count) or not 1 <= int(count) <= MOST:
            raise reject(
                "gpu", f"{shown(text)}: the count must be a whole number from 1 to {MOST}. {_EXAMPLES}."
            )
        return cls(kind or None, int(count))


def _check_resource(text: str, resource: str) -> None:
    domain, _, name = resource.rpartition("/")
    legal = len(name) <= LABEL_LENGTH and LABEL_VALUE.fullmatch(name)
    if not legal or not DNS_SUBDOMAIN.fullmatch(domain) or len(domain) > HOST_LENGTH:
        raise reject(
            "gpu",
            f"{shown(text)}: {shown(resource)} is not the name of a resource: write domain/name, as "
            "amd.com/gpu or nvidia.com/mig-1g.10gb.",
        )
    if domain == OF_DEVICE_CLASS:
        return
    if domain == OF_KUBERNETES or domain.endswith(f".{OF_KUBERNETES}"):
        raise reject(
            "gpu", f"{shown(text)}: {shown(resource)} is of Kubernetes itself, and no extended resource."
        )
