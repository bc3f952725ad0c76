"""Why a group does not come up: from objects to causes, the most telling one first."""

from __future__ import annotations

from scaling_group.records import Diagnosis
from scaling_group.rollout.snapshot import Snapshot


def diagnose(seen: Snapshot) -> list[Diagnosis]:
    """Return the distinct causes, the cause before its symptoms; none where all is well."""
    return []
