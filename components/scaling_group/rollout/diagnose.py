"""Why a group does not come up: from objects to causes, the most telling one first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scaling_group.records import Diagnosis
from scaling_group.rollout.causes import CATALOGUE, OF_PODS, OF_ROLLOUTS, OF_ROUTES, deployment
from scaling_group.rollout.deployment_status import caught_up, rollout_step
from scaling_group.rollout.finding import Finding
from scaling_group.rollout.pods import Pod
from scaling_group.rollout.situation import Situation
from scaling_group.rollout.snapshot import Snapshot

#: Pods that the evidence names; the others are like them.
NAMED = 3


def diagnose(seen: Snapshot) -> list[Diagnosis]:
    """Return the distinct causes, the cause before its symptoms; none where all is well.

    Only pods of the newest revision count: those of an earlier one are on their way out. Nothing is
    said before the controller has seen the newest spec, since all else is of the one before.
    """
    situation = Situation(seen)
    if not caught_up(seen.deployment) or _empty(situation):
        return []
    found = [*_of_pods(situation), *(finding for find in OF_ROLLOUTS for finding in find(situation))]
    if found:
        found += deployment.old_serves(situation)
    found += [finding for find in OF_ROUTES for finding in find(situation)]
    return [_diagnosis(situation, same) for same in _ranked(_alike(found))]


def _empty(situation: Situation) -> bool:
    return situation.desired == 0 and rollout_step(situation.deployment).complete


def _of_pods(situation: Situation) -> Iterator[Finding]:
    """Yield what keeps each pod; what another pod of the same template refutes is not hopeless."""
    refuted = any(pod.runs_well for pod in situation.pods)
    for pod in situation.pods:
        if finding := _of_pod(situation, pod):
            yield replace(finding, terminal=finding.terminal and not refuted)


def _of_pod(situation: Situation, pod: Pod) -> Finding | None:
    return next((finding for find in OF_PODS if (finding := find(situation, pod))), None)


def _alike(found: Iterable[Finding]) -> list[list[Finding]]:
    """Return the findings that say the same, together."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        alike.setdefault((finding.cause.category, finding.said), []).append(finding)
    return list(alike.values())


def _ranked(alike: list[list[Finding]]) -> list[list[Finding]]:
    """Return symptoms last, what no waiting heals first, and then as one cause hides another."""
    order = {cause.category: at for at, cause in enumerate(CATALOGUE)}

    def rank(same: list[Finding]) -> tuple[bool, bool, int, int, str]:
        cause = same[0].cause
        hopeless = any(finding.terminal for finding in same)
        return cause.symptom, not hopeless, order[cause.category], -len(same), same[0].said

    return sorted(alike, key=rank)


def _diagnosis(situation: Situation, same: list[Finding]) -> Diagnosis:
    first = same[0]
    affected = max(len({f.pod for f in same if f.pod}), first.count)
    desired = max(situation.desired, affected)
    counted = f" ({affected} of {desired} replicas)" if affected else ""
    details = [finding.detail for finding in same if finding.detail]
    more = f"\nand {len(details) - NAMED} more pods" if len(details) > NAMED else ""
    return Diagnosis(
        category=first.cause.category,
        summary=f"{first.said}{counted}",
        detail="\n".join(details[:NAMED]) + more,
        resolution=first.resolution,
        terminal=any(finding.terminal for finding in same),
        since=min((finding.since for finding in same if finding.since), default=None),
    )
