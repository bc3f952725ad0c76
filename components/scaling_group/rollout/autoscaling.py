"""What scales a group, from its HorizontalPodAutoscaler and its events.

https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scaling_group.autoscaler import AutoscalerView, MetricView
from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import (
    Object,
    condition,
    field,
    instant,
    is_current,
    labels_of,
    message,
    name_of,
    number,
    part,
    parts,
    text,
)
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.spec.quantity import amount_of
from scaling_group.spec.scalers import HPA, SCALED_OBJECT
from scaling_group.tree import ConditionView

#: Labels by which KEDA finds the ScaledObject of a metric.
OF_KEDA = "scaledobject.keda.sh/"
#: API groups that a Deployment has been in; an autoscaler compares group, kind and name.
GROUPS = ("apps", "extensions", "")
#: The end of the label with a group's id, whatever the domain.
ID = "/scaling-group"
#: The field of spec and status with a metric's source, what to call it, and where its name is.
SOURCES = (
    ("resource", "resource", ("name",)),
    ("pods", "pods", ("metric", "name")),
    ("external", "external", ("metric", "name")),
    ("object", "object", ("metric", "name")),
    ("containerResource", "container", ("name",)),
)
#: Fields of a target and of a current value, the one that the controller prefers first.
VALUES = ("averageUtilization", "averageValue", "value")
#: What the controller says of a change: "New size: 5; reason: cpu resource utilization above target".
RESCALED = re.compile(r"New size: (\d{1,9}); reason: (.{1,1000})")
OF_SOURCE = re.compile(r"^(?:pods|external|object) metric ")
OF_REQUEST = re.compile(r"(?: container)? resource utilization \(percentage of request\)")
#: What only says that the controller waits before it removes replicas, or that nothing limits it.
CALM = ("DesiredWithinRange", "TooFewReplicas")


def is_target(autoscaler: Object, deployment: Object) -> bool:
    """Return whether an autoscaler scales the Deployment, as one of KEDA's or of Kubernetes' own."""
    target = part(autoscaler, "spec", "scaleTargetRef")
    group = text(target, "apiVersion").rpartition("/")[0]
    beside = text(autoscaler, "metadata", "namespace") == text(deployment, "metadata", "namespace")
    is_deployment = text(target, "kind") in ("Deployment", "") and group in GROUPS
    return bool(deployment) and beside and is_deployment and text(target, "name") == name_of(deployment)


def autoscalers_among(found: Iterable[Object], deployment: Object) -> list[Object]:
    """Return the HorizontalPodAutoscalers of a Deployment, those of its group first."""
    mine = [each for each in found if is_target(each, deployment)]
    return sorted(mine, key=lambda each: (not is_own(each, deployment), name_of(each)))


def is_own(autoscaler: Object, deployment: Object) -> bool:
    """Return whether an autoscaler is of the group: KEDA copies the labels of a ScaledObject."""
    ids = {each for each in labels_of(deployment).items() if str(each[0]).endswith(ID)}
    return bool(ids & labels_of(autoscaler).items())


def scaled_by(autoscaler: Object) -> tuple[str, str]:
    """Return kind and name of what somebody has made: the ScaledObject where KEDA made the autoscaler."""
    owners = parts(autoscaler, "metadata", "ownerReferences")
    keda = next((text(owner, "name") for owner in owners if owner.get("kind") == SCALED_OBJECT), "")
    return (SCALED_OBJECT, keda) if keda else (HPA, name_of(autoscaler))


def said_of(autoscaler: Object, kind: str) -> Object:
    """Return the condition of a type, empty for one that tells of an earlier spec."""
    status = part(autoscaler, "status")
    return condition(status, kind) if is_current(status, autoscaler) else {}


def is_well(autoscaler: Object) -> bool:
    """Return whether an autoscaler scales, and nothing keeps it from the number that it wants."""
    limited = said_of(autoscaler, "ScalingLimited")
    return (
        said_of(autoscaler, "AbleToScale").get("status") == "True"
        and said_of(autoscaler, "ScalingActive").get("status") == "True"
        and (limited.get("status") != "True" or limited.get("reason") in CALM)
    )


def autoscaler_of(seen: Snapshot) -> AutoscalerView | None:
    """Return what scales a group, None where nothing does or nobody may know."""
    if not seen.autoscalers:
        return _waiting(seen.scaled_object) if seen.scaled_object else None
    first, *others = seen.autoscalers
    kind, name = scaled_by(first)
    status = part(first, "status")
    return AutoscalerView(
        kind=kind,
        name=name,
        own=is_own(first, seen.deployment),
        min=_least(first, seen.scaled_object),
        max=number(first, "spec", "maxReplicas"),
        desired=_desired(status),
        metrics=tuple(metrics_of(first)),
        last_scaled=instant(status, "lastScaleTime"),
        last_reason=_last_reason(seen, first),
        conditions=tuple(_conditions(first)),
        others=tuple("/".join(scaled_by(other)) for other in others),
    )


def _desired(status: Object) -> int | None:
    """Return how many it wants; before it has read a metric once, it says 0 beside those that there are."""
    desired = number(status, "desiredReplicas")
    computed = desired or not number(status, "currentReplicas")
    return desired if computed and parts(status, "conditions") else None


def _least(autoscaler: Object, scaled_object: Object | None) -> int:
    """Return the least number: KEDA itself scales between none and one."""
    if scaled_object and scaled_by(autoscaler) == (SCALED_OBJECT, name_of(scaled_object)):
        return number(scaled_object, "spec", "minReplicaCount")
    return number(autoscaler, "spec", "minReplicas", default=1)


def _waiting(scaled_object: Object) -> AutoscalerView:
    """Return a ScaledObject that KEDA has made nothing of yet."""
    spec = part(scaled_object, "spec")
    return AutoscalerView(
        kind=SCALED_OBJECT,
        name=name_of(scaled_object),
        own=True,
        min=number(spec, "minReplicaCount"),
        max=number(spec, "maxReplicaCount", default=100),
        desired=None,
        metrics=(),
        last_scaled=None,
        last_reason="",
        conditions=tuple(_conditions(scaled_object)),
    )


def _conditions(found: Object) -> Iterator[ConditionView]:
    for said in parts(found, "status", "conditions"):
        yield ConditionView(
            type=text(said, "type"),
            status=text(said, "status"),
            reason=text(said, "reason"),
            message=message(said, "message"),
        )


def metrics_of(autoscaler: Object) -> Iterator[MetricView]:
    """Yield the metrics of an autoscaler in their order; one that cannot be read has no current value."""
    measured = parts(autoscaler, "status", "currentMetrics")
    known = {key: _value(part(each, key[0], "current")) for each in measured if (key := _key(each))}
    for wanted in parts(autoscaler, "spec", "metrics"):
        if key := _key(wanted):
            target = _value(part(wanted, key[0], "target"))
            source = next(called for field_name, called, _ in SOURCES if field_name == key[0])
            yield MetricView(name=key[1], source=source, target=target, current=known.get(key) or None)


def _key(metric: Object) -> tuple[str, str] | None:
    """Return the field that a metric has, and its name; None for one that is of no known source."""
    for source, _, where in SOURCES:
        name = text(part(metric, source), *where)
        if name:
            return source, name + _labels(part(metric, source, "metric", "selector"))
    return None


def _labels(selector: Object) -> str:
    pairs = part(selector, "matchLabels").items()
    told = [f"{key}={value}" for key, value in sorted(pairs) if not str(key).startswith(OF_KEDA)]
    return "{" + ",".join(told) + "}" if told else ""


def _value(values: Object) -> str:
    """Return a target or a current value as people write it: `70%`, `5`."""
    for name in VALUES:
        found = field(values, name)
        if isinstance(found, int) and not isinstance(found, bool):
            return f"{found}%" if name == "averageUtilization" else str(found)
        if isinstance(found, str):
            return _number(found)
    return ""


def _number(quantity: str) -> str:
    """Return a quantity as people write numbers; metrics are averages in thousandths: `13333m`."""
    amount = amount_of(quantity) if quantity.endswith("m") else None
    return quantity if amount is None else f"{amount.normalize():f}"


def _last_reason(seen: Snapshot, autoscaler: Object) -> str:
    """Return why the number was changed last, by the newest event of it, or by what the autoscaler keeps."""
    told = [(event, match) for event in events_of(seen, autoscaler) if (match := _rescaled(event))]
    if told:
        newest = max(told, key=lambda each: str(each[0].last))[1]
        return f"to {newest[1]}: {_in_short(newest[2])}"
    able = said_of(autoscaler, "AbleToScale")
    return message(able, "message") if able.get("reason") == "SucceededRescale" else ""


def _in_short(reason: str) -> str:
    """Return a reason without what Go prints of a selector, and what the metric's row says already."""
    before, _, selector = OF_REQUEST.sub("", reason).partition("(&LabelSelector{")
    return OF_SOURCE.sub("", before) + selector.rpartition(")")[2]


def _rescaled(event: Event) -> re.Match[str] | None:
    return RESCALED.match(event.message) if event.reason == "SuccessfulRescale" else None


def events_of(seen: Snapshot, autoscaler: Object) -> list[Event]:
    """Return what was said of an autoscaler; a Deployment, a Service and it may have one name."""
    uid, name = text(autoscaler, "metadata", "uid"), name_of(autoscaler)
    found = []
    for event in seen.events:
        about = part(event, "involvedObject") or part(event, "regarding")
        told = text(about, "uid")
        named = (text(about, "kind"), text(about, "name")) == (text(autoscaler, "kind"), name)
        same = told == uid if told and uid else named
        if same:
            found.append(Event.of(event))
    return found
