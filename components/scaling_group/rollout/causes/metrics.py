"""Why an autoscaler cannot read a metric, by the words of its controller.

They are those of Kubernetes 1.30 to 1.37: the reason names the kind of metric, and what went wrong comes
last. https://github.com/kubernetes/kubernetes/tree/master/pkg/controller/podautoscaler
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from scaling_group.rollout.finding import Cause, Explanation

HPA = "https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/"
WALKTHROUGH = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough/"
CONTROLLER = "https://github.com/kubernetes/kubernetes/tree/master/pkg/controller/podautoscaler"
NO_API = Cause(
    "metrics-api-missing",
    "The cluster serves no API for the metric that the autoscaler follows, so the replicas stay as they are.",
    "Install it: metrics-server for CPU and memory, prometheus-adapter or KEDA for others.",
    note=True,
    source=f"{HPA}, {CONTROLLER}",
    example="the cluster has no resource metrics API (metrics.k8s.io), so the autoscaler cannot read "
    "the metric cpu",
)
API_DOWN = Cause(
    "metrics-api-unavailable",
    "The server behind the metrics API does not answer, so the replicas stay as they are.",
    "See why: `kubectl get apiservices`, then the Pods of the Service that it names.",
    note=True,
    source="https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/, " + CONTROLLER,
    example="the resource metrics API (metrics.k8s.io) does not answer, so the autoscaler cannot read "
    "the metric cpu",
)
FORBIDDEN = Cause(
    "metrics-forbidden",
    "The autoscaler of the cluster may not read the metric.",
    "Grant it to the ServiceAccount that is named; the chart of the metrics server has the roles.",
    note=True,
    source=CONTROLLER,
    example="the autoscaler may not read the metric queue_depth",
)
UNKNOWN = Cause(
    "metric-unknown",
    "The metrics API does not know the metric: its name or labels differ, or nobody reports it yet.",
    "Correct its name, or add a rule for it to the metrics adapter.",
    note=True,
    source=f"{WALKTHROUGH}, {CONTROLLER}",
    example="the custom metrics API (custom.metrics.k8s.io) does not know the metric vllm:requests_waiting",
)
NO_SAMPLES = Cause(
    "metric-without-samples",
    "The metrics API knows the metric and has no value of the Pods.",
    "Wait a minute after a start; else see whether the Pods report it, and whether it is collected.",
    note=True,
    source=f"{HPA}, {CONTROLLER}",
    example="there are no values of the metric cpu",
)
NO_REQUEST = Cause(
    "metric-needs-request",
    "The target is a percentage of what the container requests, and a container requests nothing of it.",
    "Give every container of the Pod a request, sidecars too, or follow another metric.",
    note=True,
    source=f"{HPA}, {CONTROLLER}",
    example="the container istio-proxy has no request for cpu, and the target is a percentage of it",
)
OTHER = Cause(
    "metric-unreadable",
    "The autoscaler cannot read a metric for another reason; see the evidence.",
    "See the evidence; the autoscaler keeps trying.",
    note=True,
    source=CONTROLLER,
    example="the autoscaler cannot read the metric queue_depth: bad gateway",
)
CAUSES = (NO_API, API_DOWN, FORBIDDEN, UNKNOWN, NO_SAMPLES, NO_REQUEST, OTHER)


class MetricsApi(NamedTuple):
    """An API for metrics: its group, what it is called, and what serves it."""

    group: str
    called: str
    server: str

    def __str__(self) -> str:
        return f"{self.called} ({self.group})"


RESOURCE = MetricsApi("metrics.k8s.io", "resource metrics API", "metrics-server")
CUSTOM = MetricsApi("custom.metrics.k8s.io", "custom metrics API", "prometheus-adapter")
EXTERNAL = MetricsApi("external.metrics.k8s.io", "external metrics API", "prometheus-adapter or KEDA")
#: By the type of a metric.
APIS = {"Resource": RESOURCE, "Pods": CUSTOM, "Object": CUSTOM, "External": EXTERNAL}
#: Words of each cause, in lower case, in the order in which they count.
WORDS: Mapping[Cause, tuple[str, ...]] = {
    NO_API: ("could not find the requested resource", "metrics.k8s.io) registered"),
    FORBIDDEN: (" is forbidden: ", "forbidden: user "),
    UNKNOWN: ("could not find the metric", "no matching metrics found", "could not find the descriptor"),
    NO_SAMPLES: ("no metrics returned", "did not receive metrics for", "not present in metrics for pod"),
    API_DOWN: (
        "currently unable to handle the request",
        "error trying to reach service",
        "connection refused",
        "i/o timeout",
        "context deadline exceeded",
        "no endpoints available",
        "service unavailable",
    ),
}
REQUEST = re.compile(r"missing (?:pod-level )?request for (\w{1,40})(?: in container ([\w.-]{1,63}))?")
PREFIX = "the HPA was unable to compute the replica count: "
#: What stands between "unable to get" and the name of a metric.
LEADS = ("external ", "metrics for resource ", "metric ")


def explained(reason: str, message: str) -> Explanation:
    """Return what keeps the autoscaler from a metric. reason: of its condition, FailedGetPodsMetric."""
    words = message.removeprefix(PREFIX)
    if request := REQUEST.search(words):
        whose = f"the container {request[2]}" if request[2] else "the Pod"
        said = f"{whose} has no request for {request[1]}, and the target is a percentage of it"
        return Explanation(NO_REQUEST, said, NO_REQUEST.advice)
    metric = f"the metric {metric_in(words)}".removesuffix(" ")
    api = api_for(reason.removeprefix("FailedGet").removesuffix("Metric"))
    said_of = {
        NO_API: f"the cluster has no {api}, so the autoscaler cannot read {metric}",
        FORBIDDEN: f"the autoscaler may not read {metric}",
        UNKNOWN: f"the {api} does not know {metric}",
        NO_SAMPLES: f"there are no values of {metric}",
        API_DOWN: f"the {api} does not answer, so the autoscaler cannot read {metric}",
        OTHER: f"the autoscaler cannot read {metric}: {words.rpartition(': ')[2][:160]}",
    }
    lower = words.lower()
    cause = next((cause for cause, told in WORDS.items() if any(each in lower for each in told)), OTHER)
    fix = f"Install {api.server} in the cluster" if cause is NO_API else cause.advice
    return Explanation(cause, said_of[cause], fix)


def api_for(kind: str) -> MetricsApi:
    """Return the API that metrics of a type are read from."""
    return APIS.get(kind.removeprefix("Container"), RESOURCE)


def metric_in(words: str) -> str:
    """Return the name of the metric, empty where none is told.

    An external one is told with its namespace and its selector.
    """
    _, found, rest = words.partition("unable to get ")
    for lead in LEADS:
        rest = rest.removeprefix(lead)
    name = rest.partition(" ")[0].rstrip(":").partition("/&")[0].removesuffix("/nil")
    return name.rpartition("/")[2] if found else ""
