"""Autoscaling: between which counts of Pods, by which metrics, and how fast.

https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Self

from scaling_group.naming import HOST_LENGTH
from scaling_group.spec.flag import Flag
from scaling_group.spec.marks import After, Before, Bounds, Length
from scaling_group.spec.model import Model, field, field_validator, model_validator
from scaling_group.spec.numbers import MOST_REPLICAS, NumberAsText, Whole
from scaling_group.spec.quantity import canonical_amount
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.scalers import HPA, SCALED_OBJECT
from scaling_group.spec.schedule import ScheduledReplicas
from scaling_group.spec.scheduling import check_label_value, check_qualified_name
from scaling_group.spec.seconds import to_seconds
from scaling_group.spec.text import check_sendable, http_address

#: What is aimed at where no metric is named: the request is for the common load, the rest for peaks.
DEFAULT_CPU_PERCENT = 80
#: Bounds that the API server sets: an hour, and half an hour.
LONGEST_WINDOW, LONGEST_PERIOD = 3600, 1800
#: More than a week has; each is compared with every other.
MOST_SCHEDULES = 50
#: A segment of a path at the metrics APIs: neither `/` nor `%`.
_METRIC = re.compile(r"[A-Za-z_][-A-Za-z0-9_.:]*")
_EXTERNAL = re.compile(r"([^{}]*)(?:\{([^{}]*)\})?")


def check_metric(name: str) -> str:
    """Return the name of a metric."""
    if len(name) > HOST_LENGTH or not _METRIC.fullmatch(name):
        raise reject(
            "metric",
            f"{shown(name)} is not the name of a metric; it holds letters, digits, '_', ':', '.' and '-', "
            "and begins with a letter or '_'.",
        )
    return name


def external_metric(text: str) -> tuple[str, dict[str, str]]:
    """Return name and labels of `queue_depth{queue=llm}`; raises a pydantic error otherwise."""
    match = _EXTERNAL.fullmatch(text)
    if not match:
        raise reject("metric", f"{shown(text)} is not a metric; write it like queue_depth{{queue=llm}}.")
    labels: dict[str, str] = {}
    for part in (match[2] or "").split(",") if match[2] else ():
        key, equals, value = part.strip().partition("=")
        if not equals or key in labels:
            raise reject("metric", f"{shown(text)}: {shown(part)} is not one more label=value.")
        labels[check_qualified_name(key)] = check_label_value(value)
    return check_metric(match[1]), labels


def _canonical_external(text: str) -> str:
    name, labels = external_metric(text)
    listed = ",".join(f"{key}={labels[key]}" for key in sorted(labels))
    return f"{name}{{{listed}}}" if listed else name


Metric = Annotated[str, After(check_metric)]
ExternalMetric = Annotated[str, After(_canonical_external)]
MetricValue = Annotated[str, NumberAsText, After(canonical_amount)]
Count = Annotated[int, Bounds(1, MOST_REPLICAS), Whole]
#: More than the limit's share of the smallest request that makes sense.
Percent = Annotated[int, Bounds(1, 10_000), Whole]
Window = Annotated[int, Bounds(0, LONGEST_WINDOW), Before(to_seconds)]
Period = Annotated[int, Bounds(1, LONGEST_PERIOD), Before(to_seconds)]


class Prometheus(Model):
    """A query whose answer is the load; KEDA asks it."""

    server: Annotated[str, After(http_address)] = field(
        description="Address of the Prometheus server, as KEDA reaches it in the cluster."
    )
    query: Annotated[str, Length(1, 4096), After(check_sendable)] = field(
        description="Query in PromQL with one value."
    )
    threshold: MetricValue = field(description="Value for which one Pod is enough.")


class ScalingRate(Model):
    """How fast Pods are added or removed."""

    window: Window | None = field(
        default=None,
        description="How long a change must have been recommended, 0 to 1h. "
        "Default: 0s to add, 5m to remove (10m with GPUs).",
    )
    pods: Count | None = field(
        default=None, description="Most Pods that are added or removed in a period. Default: the cluster's."
    )
    period: Period = field(default=60, description="The period of pods, 1s to 30m.")


class Autoscale(Model):
    """Pods are added and removed with the load, between two counts."""

    min: Annotated[int, Bounds(0, MOST_REPLICAS), Whole, Flag("COUNT", "min-replicas")] = field(
        default=1,
        description="Fewest Pods. 0 needs external, prometheus or schedule: no Pod runs without load then.",
    )
    max: Annotated[Count, Flag("COUNT", "max-replicas")] = field(description="Most Pods.")
    cpu: Annotated[Percent | None, Flag("PERCENT", "target-cpu")] = field(
        default=None,
        description="CPU in percent of the request, averaged over the Pods. "
        f"Default: {DEFAULT_CPU_PERCENT} where no metric is named.",
    )
    memory: Annotated[Percent | None, Flag("PERCENT", "target-memory")] = field(
        default=None, description="Memory in percent of the request, averaged over the Pods."
    )
    pods: Annotated[dict[Metric, MetricValue], Flag("NAME=VALUE", "target-metric")] = field(
        default_factory=dict, description="Custom metrics of the Pods, each with its average per Pod."
    )
    external: dict[ExternalMetric, MetricValue] = field(
        default_factory=dict,
        description="Metrics from outside the cluster, name{label=value}, each with its value per Pod.",
    )
    prometheus: Prometheus | None = field(
        default=None, description="A query of Prometheus, which KEDA asks. KEDA must be installed."
    )
    schedule: Annotated[tuple[ScheduledReplicas, ...], Length(0, MOST_SCHEDULES)] = field(
        default=(),
        description="Times with more Pods, which KEDA keeps. KEDA must be installed.",
    )
    scale_up: ScalingRate | None = field(default=None, description="How fast Pods are added.")
    scale_down: ScalingRate | None = field(default=None, description="How fast Pods are removed.")

    @property
    def by_keda(self) -> bool:
        """Whether it takes a ScaledObject of KEDA, and not a HorizontalPodAutoscaler."""
        return self.prometheus is not None or self.schedule != ()

    @property
    def by_resources(self) -> bool:
        """Whether it scales by what the Pods use alone, by default too."""
        return not (self.pods or self.external or self.by_keda)

    @property
    def by_default(self) -> bool:
        """Whether no metric is named, so that it scales by DEFAULT_CPU_PERCENT."""
        return self.by_resources and not (self.cpu or self.memory)

    @property
    def kind(self) -> str:
        """The kind of the object that scales the group."""
        return SCALED_OBJECT if self.by_keda else HPA

    def __str__(self) -> str:
        named = [
            *[f"{name} {value}%" for name in ("cpu", "memory") if (value := getattr(self, name))],
            *[f"{name}={value}" for name, value in {**self.pods, **self.external}.items()],
            *([f"prometheus={self.prometheus.threshold}"] if self.prometheus else []),
            *map(str, self.schedule),
        ]
        return f"{self.min} to {self.max}, by {', '.join(named) or f'cpu {DEFAULT_CPU_PERCENT}%'}"

    @field_validator("external", mode="wrap")
    @classmethod
    def _each_once(cls, given: Any, check: Callable[..., Any], _: object) -> dict[str, str]:
        checked: dict[str, str] = check(given)
        if len(checked) != len(given):
            raise reject("metric", f"{shown(sorted(given))} names a metric twice.")
        return checked

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.min > self.max:
            raise reject("autoscale", f"min {self.min} must not be more than max {self.max}.")
        if self.by_keda and (self.pods or self.external):
            given = " and ".join(name for name in ("pods", "external") if getattr(self, name))
            raise reject(
                "autoscale",
                f"{given} cannot stand beside {' and '.join(self._of_keda())}: KEDA has no trigger for it. "
                "Ask the metric's Prometheus with prometheus.",
            )
        if above := [each for each in self.schedule if each.replicas > self.max]:
            raise reject("autoscale", f"schedule: {above[0].replicas} must not be more than max {self.max}.")
        if self.min == 0 and not (self.by_keda or self.external):
            raise reject(
                "autoscale",
                "min 0 needs external, prometheus or schedule: without a Pod there is no other metric.",
            )
        return self

    def _of_keda(self) -> list[str]:
        return [name for name in ("prometheus", "schedule") if getattr(self, name)]
