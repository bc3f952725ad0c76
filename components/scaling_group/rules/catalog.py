"""All rules, in the order in which they are shown and asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from scaling_group.rules import (
    allowed_namespaces,
    allowed_registries,
    gpu_ceiling,
    gpu_memory,
    headless_port,
    helm_release,
    hostname_domain,
    https_only,
    label_domain,
    no_host_access,
    no_mutable_tag,
    replica_ceiling,
    required_tags,
    resources,
)
from scaling_group.rules.rule import Rule

RULES: tuple[Rule[Any], ...] = (
    required_tags.RULE,
    allowed_registries.RULE,
    no_mutable_tag.RULE,
    replica_ceiling.RULE,
    gpu_ceiling.RULE,
    gpu_memory.RULE,
    resources.RULE,
    https_only.RULE,
    hostname_domain.RULE,
    headless_port.RULE,
    no_host_access.RULE,
    helm_release.RULE,
    allowed_namespaces.RULE,
    label_domain.RULE,
)
#: `make docs` writes it.
SCHEMAS = Path(__file__).with_name("schemas.json")


def schemas() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the schema of each rule by name, without pydantic: a third of a policy pack's start was its."""
    read: dict[str, dict[str, dict[str, Any]]] = orjson.loads(SCHEMAS.read_bytes())
    return read
