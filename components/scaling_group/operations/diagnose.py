"""Status and causes from recorded objects alone."""

from __future__ import annotations

from typing import Any

from scaling_group.records import Status
from scaling_group.reports import Verdict
from scaling_group.rollout.fields import text
from scaling_group.rollout.more_evidence import more_evidence
from scaling_group.rollout.object_lists import is_stand_in
from scaling_group.rollout.proof import unproven
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.rollout.snapshot_file import snapshot_of
from scaling_group.rollout.status import Judgement, judge


def diagnose_recorded(*documents: Any, name: str = "") -> Verdict:
    """Return what the objects of one group tell; raises InvalidInput where documents hold none.

    name: of the group where they hold several.
    """
    snapshot = snapshot_of(*documents, name=name)
    judged = judge(snapshot)
    if is_stand_in(snapshot.deployment):
        judged = _without_deployment(judged)
    elif judged.status is Status.AVAILABLE and (lacking := unproven(snapshot)):
        reason = f"its Deployment is Available, but {lacking}"
        judged = Judgement(Status.UNKNOWN, reason, judged.replicas)
    return Verdict(
        name=text(snapshot.deployment, "metadata", "name"),
        namespace=text(snapshot.deployment, "metadata", "namespace"),
        status=judged.status,
        reason=judged.reason,
        replicas=judged.replicas,
        diagnoses=judged.diagnoses,
        notes=judged.notes,
        taken=snapshot.taken,
        more_evidence=_more(snapshot, judged),
    )


def _without_deployment(judged: Judgement) -> Judgement:
    """Return what can be said where nobody has recorded the Deployment: causes, of which none is the last
    word, and no status.
    """
    causes = tuple(cause.model_copy(update={"terminal": False}) for cause in judged.diagnoses)
    reason = judged.reason if causes else "its Deployment is not among the recorded objects"
    return Judgement(Status.UNKNOWN, reason, judged.replicas, causes)


def _more(snapshot: Snapshot, judged: Judgement) -> tuple[str, ...]:
    well = judged.status in (Status.AVAILABLE, Status.SCALED_TO_ZERO)
    return () if well else tuple(more_evidence(snapshot, told=bool(judged.diagnoses)))
