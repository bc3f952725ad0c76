"""Which APIs for metrics a cluster serves: what autoscalers read.

https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scaling_group.errors import Unreachable, Unreadable
from scaling_group.operations.protocols import WARNING, ClusterReader, Report
from scaling_group.rollout.causes.metrics import API_DOWN, MetricsApi, api_for
from scaling_group.spec.autoscale import Autoscale
from scaling_group.spec.group import GroupSpec


def apis_of(autoscale: Autoscale) -> Iterator[MetricsApi]:
    """Yield the APIs that the metrics of a group come from; KEDA brings its own for its triggers."""
    if autoscale.cpu or autoscale.memory or autoscale.by_default:
        yield api_for("Resource")
    if autoscale.pods:
        yield api_for("Pods")
    if autoscale.external:
        yield api_for("External")


class Unserved(NamedTuple):
    """An API that nobody can read a metric from. silent: it is registered, and nobody answers."""

    api: MetricsApi
    silent: bool

    @property
    def said(self) -> str:
        return f"the {self.api} does not answer" if self.silent else f"the cluster has no {self.api}"

    @property
    def fix(self) -> str:
        return API_DOWN.advice if self.silent else f"Install {self.api.server} in the cluster"


def unserved(cluster: ClusterReader, apis: Iterable[MetricsApi]) -> Iterator[Unserved]:
    """Yield those of some APIs that nobody can read a metric from."""
    versions = cluster.api_groups()
    for api in apis:
        if api.group not in versions:
            yield Unserved(api, silent=False)
        elif not _answers(cluster, api.group, versions[api.group]):
            yield Unserved(api, silent=True)


def _answers(cluster: ClusterReader, group: str, version: str) -> bool:
    try:
        cluster.served(group, version)
    except Unreadable:
        # There is somebody who refuses.
        return True
    except Unreachable:
        return False
    return True


def say_unmeasured(cluster: ClusterReader, spec: GroupSpec, report: Report) -> None:
    """Say which metrics of a group nobody can read, so that its number of Pods stays as it is."""
    if spec.autoscale is None:
        return
    try:
        found = list(unserved(cluster, apis_of(spec.autoscale)))
    except Unreachable:
        return
    for each in found:
        report(f"{WARNING}{each.said}, so {spec.name} does not scale by it. {each.fix}")
