"""Why a group does not come up: from objects to causes, the most telling one first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scaling_group.records import Diagnosis
from scaling_group.rollout.causes import autoscaling, deployment
from scaling_group.rollout.causes.catalogue import CATALOGUE, OF_PODS, OF_ROLLOUTS, OF_ROUTES
from scaling_group.rollout.causes.probes import readiness
from scaling_group.rollout.deployment_status import caught_up, rollout_step
from scaling_group.rollout.finding import Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod
from scaling_group.rollout.snapshot import Snapshot

#: Pods that the evidence names; the others are like them.
NAMED = 3


def diagnose(seen: Snapshot) -> list[Diagnosis]:
    """Return the distinct causes, the cause before its symptoms; none where all is well.

    Only pods of the newest revision count: those of an earlier one are on their way out. Nothing is
    said before the controller has seen the newest spec, since all else is of the one before.
    """
    rollout = ObservedRollout(seen)
    if not caught_up(seen.deployment):
        return []
    scaling = list(autoscaling.find(rollout))
    if _empty(rollout):
        return [_diagnosis(rollout, same) for same in _ranked(_alike(scaling))]
    found = [*_of_pods(rollout), *(finding for find in OF_ROLLOUTS for finding in find(rollout))]
    if any(finding.heals for finding in found):
        found = [deployment.patient(rollout, finding) for finding in found]
    if found:
        found += [*deployment.old_serves(rollout), *deployment.eviction(rollout)]
        found += autoscaling.held_up(rollout, found)
    found += [finding for find in OF_ROUTES for finding in find(rollout)]
    found += scaling
    return [_diagnosis(rollout, same) for same in _ranked(_alike(found))]


def _empty(rollout: ObservedRollout) -> bool:
    return rollout.desired == 0 and rollout_step(rollout.deployment).complete


def _of_pods(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield what keeps each pod; what another pod of the same template refutes is not terminal."""
    refuted = rollout.incomplete or any(pod.runs_well for pod in rollout.pods)
    for pod in rollout.pods:
        for finding in _of_pod(rollout, pod):
            yield replace(finding, terminal=finding.terminal and not refuted)


def _of_pod(rollout: ObservedRollout, pod: Pod) -> Iterable[Finding]:
    """Return the first that keeps a pod; where nothing else does, each container that is not ready."""
    first = next((finding for find in OF_PODS if (finding := find(rollout, pod))), None)
    return [first] if first else readiness(rollout, pod)


def _alike(found: Iterable[Finding]) -> list[list[Finding]]:
    """Return the findings that say the same, together."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        alike.setdefault((finding.cause.category, finding.alike or finding.said), []).append(finding)
    return list(alike.values())


def _ranked(alike: list[list[Finding]]) -> list[list[Finding]]:
    """Return notes last, before them symptoms, what no waiting heals first, and then as one cause hides
    another.
    """
    order = {cause.category: at for at, cause in enumerate(CATALOGUE)}

    def rank(same: list[Finding]) -> tuple[bool, bool, bool, int, int, str]:
        cause = same[0].cause
        terminal = any(finding.terminal for finding in same)
        return cause.note, cause.symptom, not terminal, order[cause.category], -len(same), same[0].said

    return sorted(alike, key=rank)


def _diagnosis(rollout: ObservedRollout, same: list[Finding]) -> Diagnosis:
    first = same[0]
    since = min((finding.since for finding in same if finding.since), default=None)
    lasting = f", for {rollout.for_seconds(since):.0f} s so far" if first.lasts and since else ""
    affected = max(len({f.pod for f in same if f.pod}), first.count)
    tried = max(finding.times for finding in same)
    often = f", {tried} attempts" if tried > 1 else ""
    counted = f" ({affected} of {rollout.desired} replicas{often})" if affected else ""
    if affected > rollout.desired:
        # Pods that have failed stay listed, while others are made in their place.
        failed = {pod.name for pod in rollout.pods if pod.over} >= {finding.pod for finding in same}
        counted = f" ({affected} pods{' failed' if failed else ''}, {rollout.desired} wanted)"
    details = [finding.detail for finding in same if finding.detail]
    more = f"\nand {len(details) - NAMED} more pods" if len(details) > NAMED else ""
    return Diagnosis(
        category=first.cause.category,
        summary=f"{first.said}{lasting}{counted}",
        detail="\n".join(details[:NAMED]) + more,
        resolution=first.resolution,
        terminal=any(finding.terminal for finding in same),
        since=since,
    )
