"""Status and causes from recorded objects alone."""

from __future__ import annotations

from typing import Any

from scaling_group.records import Verdict
from scaling_group.rollout.fields import text
from scaling_group.rollout.snapshot_file import snapshot_of
from scaling_group.rollout.status import judge


def diagnose_recorded(data: Any) -> Verdict:
    """Return what the objects of one group tell; raises InvalidInput where data holds none."""
    snapshot = snapshot_of(data)
    judged = judge(snapshot)
    return Verdict(
        name=text(snapshot.deployment, "metadata", "name"),
        namespace=text(snapshot.deployment, "metadata", "namespace"),
        status=judged.status,
        reason=judged.reason,
        replicas=judged.replicas,
        diagnoses=judged.diagnoses,
        taken=snapshot.taken,
    )
