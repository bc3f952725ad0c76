"""Status and causes from recorded objects alone."""

from __future__ import annotations

from typing import Any

from scaling_group.records import Status, Verdict
from scaling_group.rollout.fields import Object, parts, text
from scaling_group.rollout.more_evidence import has_ended, more_evidence
from scaling_group.rollout.object_lists import is_stand_in
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
    elif judged.status is Status.AVAILABLE and not snapshot.taken and (lacking := _unproven(snapshot)):
        reason = f"its Deployment is Available, but {lacking}"
        judged = Judgement(Status.UNKNOWN, reason, judged.replicas)
    return Verdict(
        name=text(snapshot.deployment, "metadata", "name"),
        namespace=text(snapshot.deployment, "metadata", "namespace"),
        status=judged.status,
        reason=judged.reason,
        replicas=judged.replicas,
        diagnoses=judged.diagnoses,
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


def _unproven(snapshot: Snapshot) -> str:
    """Return what has to be known before an Available group is believed, of lists that somebody has made.

    A process that ends again and again is Available for moments, and so is one that a probe is about to
    kill: its Pod tells, an event, or how long it has run.
    """
    if not snapshot.pods:
        return "its Pods are not among the recorded objects"
    if not snapshot.events and any(map(_may_be_killed, snapshot.pods)):
        return "the events, which tell of a liveness probe that fails, are not among the recorded objects"
    restarted = any(has_ended(pod) for pod in snapshot.pods)
    return "a process was restarted, and nobody knows how long before the recording" if restarted else ""


def _more(snapshot: Snapshot, judged: Judgement) -> tuple[str, ...]:
    well = judged.status in (Status.AVAILABLE, Status.SCALED_TO_ZERO)
    return () if well else tuple(more_evidence(snapshot, told=bool(judged.diagnoses)))


def _may_be_killed(pod: Object) -> bool:
    """Return whether a container of a Pod is asked whether it lives: only an event tells of the answer."""
    return any("livenessProbe" in container for container in parts(pod, "spec", "containers"))
