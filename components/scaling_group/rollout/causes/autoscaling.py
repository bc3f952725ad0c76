"""Why an autoscaler does not scale, by its conditions and those of KEDA's ScaledObject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scaling_group.rollout.autoscaling import (
    events_of,
    metrics_of,
    said_of,
    scaled_by,
)
from scaling_group.rollout.causes import creation, metrics, scheduling
from scaling_group.rollout.fields import (
    Object,
    condition,
    condition_text,
    instant,
    message,
    name_of,
    number,
    part,
    parts,
    text,
)
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.spec.scalers import HPA, SCALED_OBJECT

KEDA_DOCS = "https://keda.sh/docs/latest/concepts/scaling-deployments/"
HELD_UP = Cause(
    "autoscaler-held-up",
    "The autoscaler wants more replicas, and the cluster cannot run them.",
    "Fix the cause that is named with it, or lower `--max-replicas`.",
    source=metrics.HPA,
    example="the autoscaler wants 5 replicas and 3 are ready: no node has a GPU free",
)
RIVALS = Cause(
    "two-autoscalers",
    "Two autoscalers scale the same Pods, and Kubernetes lets neither work.",
    "Delete the one that is not wanted.",
    note=True,
    source=metrics.CONTROLLER,
    example="two autoscalers scale the Deployment: HorizontalPodAutoscaler llm and team-llm",
)
DISABLED = Cause(
    "scaling-disabled",
    "Somebody has set the replicas to 0, and the autoscaler does nothing while it is so.",
    "Set them to 1 or more, and the autoscaler goes on.",
    note=True,
    source=f"{metrics.HPA}#implicit-maintenance-mode-deactivation",
    example="the replicas were set to 0, so the autoscaler does nothing",
)
UNABLE = Cause(
    "autoscaler-unable",
    "The autoscaler cannot read or set the number of replicas.",
    "See the evidence; a webhook or a missing right of the controller is a usual reason.",
    note=True,
    source=metrics.CONTROLLER,
    example="the autoscaler cannot set the replicas: admission webhook denied the request",
)
MAXIMUM = Cause(
    "at-maximum",
    "The metrics ask for more replicas than the autoscaler may have.",
    "Raise `--max-replicas`, or give each replica more.",
    note=True,
    source=metrics.HPA,
    example="at the maximum of 8 replicas since 2026-11-20 10:01:00 UTC, and the metrics ask for more: "
    "cpu 140% of 70%",
)
NO_KEDA = Cause(
    "keda-silent",
    "Nobody has answered for the ScaledObject: KEDA is not installed, or its operator does not run.",
    "Install KEDA (https://keda.sh/docs/latest/deploy/), or see its operator: `kubectl get pods -n keda`.",
    note=True,
    source=KEDA_DOCS,
    example="KEDA has not answered for the ScaledObject llm",
)
TRIGGER = Cause(
    "keda-trigger-failing",
    "A trigger of the ScaledObject cannot be read: its server, query or login is wrong.",
    "See the evidence; try the query on the server that the trigger names.",
    note=True,
    source=KEDA_DOCS,
    example="a trigger of the ScaledObject llm fails: prometheus query api returned error",
)
CAUSES = (HELD_UP, RIVALS, DISABLED, UNABLE, *metrics.CAUSES, MAXIMUM, NO_KEDA, TRIGGER)

#: Seconds in which new Pods get their first values: metrics-server needs two samples, and adapters know a
#: metric once somebody has it.
FIRST_SAMPLES = 60
#: Seconds in which KEDA answers for a ScaledObject.
ANSWERED = 60
#: Others than the group's own that the controller names: `[default/llm default/team-llm]`.
NAMED = re.compile(r"\[([^\[\]]{1,1000})\]")
#: Why a Pod that is wanted does not run, of which an autoscaler's user wants to know first.
NO_ROOM = frozenset(cause.category for cause in (*scheduling.CAUSES, *creation.CAUSES))


def find(rollout: ObservedRollout) -> Iterator[Finding]:
    """Yield what keeps the number of replicas from following the metrics; the group serves all the same."""
    yield from _rivals(rollout)
    of_keda = list(_keda(rollout, rollout.seen.scaled_object)) if rollout.seen.scaled_object else []
    yield from of_keda
    for autoscaler in rollout.autoscalers[:1]:
        # A trigger that fails is why the autoscaler has no value of it.
        if not of_keda:
            yield from _inactive(rollout, autoscaler)
        yield from _unable(autoscaler)
        yield from _at_maximum(autoscaler)


def held_up(rollout: ObservedRollout, found: Iterable[Finding]) -> Sequence[Finding]:
    """Return that an autoscaler wants more than the cluster can run, with the first cause of that."""
    wanted = max((number(each, "status", "desiredReplicas") for each in rollout.autoscalers), default=0)
    ready = number(rollout.status, "readyReplicas")
    cause = next((each for each in found if each.cause.category in NO_ROOM), None)
    if not cause or not 0 < ready < wanted:
        return []
    return [
        Finding(
            HELD_UP,
            f"the autoscaler wants {wanted} replicas and {ready} are ready: {cause.said}",
            cause.resolution,
            detail=f"{HPA} status.desiredReplicas is {wanted}",
            since=cause.since,
        )
    ]


def _rivals(rollout: ObservedRollout) -> Iterator[Finding]:
    found = rollout.autoscalers
    active = next((each for each in found if _reason(each, "ScalingActive") == "AmbiguousSelector"), None)
    if len(found) < 2 and active is None:
        return
    told = message(said_of(active, "ScalingActive"), "message") if active else ""
    match = NAMED.search(told)
    names = sorted({"/".join(scaled_by(each)) for each in found})
    if len(names) < 2 and match:
        names = sorted({f"{HPA}/{each.rpartition('/')[2]}" for each in match[1].split()})
    yield Finding(
        RIVALS,
        f"two autoscalers scale the Pods: {' and '.join(names)}",
        f"Delete the one that is not wanted: kubectl delete hpa NAME -n {rollout.namespace}",
        detail=told,
    )


def _inactive(rollout: ObservedRollout, autoscaler: Object) -> Iterator[Finding]:
    """Yield why no number is computed: a metric, or replicas that somebody has set to 0."""
    said = said_of(autoscaler, "ScalingActive")
    reason, since = text(said, "reason"), instant(said, "lastTransitionTime")
    if said.get("status") != "False" or reason == "AmbiguousSelector":
        return
    if reason == "ScalingDisabled":
        # KEDA itself scales between none and one.
        if scaled_by(autoscaler)[0] != SCALED_OBJECT:
            yield _disabled(rollout, said)
        return
    told = metrics.explained(reason, message(said, "message"))
    starts = told.cause in (metrics.NO_SAMPLES, metrics.UNKNOWN)
    if starts and rollout.for_seconds(since) < FIRST_SAMPLES:
        return
    yield Finding(
        told.cause,
        told.said,
        told.resolution,
        detail=f"{HPA} {name_of(autoscaler)}: {condition_text(said)}",
        since=since,
    )


def _disabled(rollout: ObservedRollout, said: Object) -> Finding:
    one = f"kubectl scale deployment {rollout.name} -n {rollout.namespace} --replicas=1"
    return Finding(
        DISABLED,
        "the replicas were set to 0, so the autoscaler does nothing",
        f"Set them to 1, and it goes on: {one}",
        detail=f"{HPA}: {condition_text(said)}",
        since=instant(said, "lastTransitionTime"),
    )


def _unable(autoscaler: Object) -> Iterator[Finding]:
    said = said_of(autoscaler, "AbleToScale")
    if said.get("status") != "False":
        return
    verb = "set" if text(said, "reason") == "FailedUpdateScale" else "read"
    why = message(said, "message").partition(": ")[2] or text(said, "reason")
    yield Finding(
        UNABLE,
        f"the autoscaler cannot {verb} the replicas: {why[:200]}",
        UNABLE.advice,
        detail=f"{HPA} {name_of(autoscaler)}: {condition_text(said)}",
        since=instant(said, "lastTransitionTime"),
    )


def _at_maximum(autoscaler: Object) -> Iterator[Finding]:
    said = said_of(autoscaler, "ScalingLimited")
    most = number(autoscaler, "spec", "maxReplicas")
    # Where no metric can be read, it tells of the time before.
    active = said_of(autoscaler, "ScalingActive").get("status") == "True"
    if not active or said.get("status") != "True" or text(said, "reason") != "TooManyReplicas":
        return
    known = ", ".join(str(metric) for metric in metrics_of(autoscaler) if metric.current)
    since = instant(said, "lastTransitionTime")
    when = f" since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
    more = f", and the metrics ask for more{f': {known}' if known else ''}"
    yield Finding(
        MAXIMUM,
        f"at the maximum of {most} replicas{when}{more}",
        MAXIMUM.advice,
        detail=f"{HPA} {name_of(autoscaler)}: {condition_text(said)}",
        since=since,
    )


def _keda(rollout: ObservedRollout, found: Object) -> Iterator[Finding]:
    """Yield that KEDA is not there, or that it cannot read a trigger."""
    name, created = name_of(found), instant(found, "metadata", "creationTimestamp")
    if not parts(found, "status", "conditions"):
        if rollout.for_seconds(created) >= ANSWERED:
            said = f"KEDA has not answered for the ScaledObject {name}"
            yield Finding(NO_KEDA, said, NO_KEDA.advice, since=created)
        return
    ready, fallback = (condition(part(found, "status"), kind) for kind in ("Ready", "Fallback"))
    trouble = ready.get("status") == "False" or "Error" in text(ready, "reason")
    if not trouble and fallback.get("status") != "True":
        return
    condition_of = ready if trouble else fallback
    words = _scaler_words(rollout, found) or message(condition_of, "message")
    yield Finding(
        TRIGGER,
        f"a trigger of the ScaledObject {name} fails: {words[:200]}",
        TRIGGER.advice,
        detail=f"{SCALED_OBJECT} {name}: {condition_text(condition_of)}",
        since=instant(condition_of, "lastTransitionTime"),
    )


def _scaler_words(rollout: ObservedRollout, found: Object) -> str:
    """Return what KEDA's newest event of a failing trigger says."""
    failed = [event for event in events_of(rollout.seen, found) if event.reason.startswith("KEDAScaler")]
    told = [event for event in failed if "Fail" in event.reason]
    return max(told, key=lambda event: str(event.last)).message if told else ""


def _reason(autoscaler: Object, kind: str) -> str:
    return text(said_of(autoscaler, kind), "reason")
