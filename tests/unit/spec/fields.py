"""A group with some fields set, and what is wrong with it: for the tables of rules."""

from __future__ import annotations

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.group import GroupSpec, group_spec

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}


def spec_with(**fields: object) -> GroupSpec:
    return group_spec({**BASE, **fields})


def faults(**fields: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        spec_with(**fields)
    return {fault.field: fault.message for fault in caught.value.faults}
