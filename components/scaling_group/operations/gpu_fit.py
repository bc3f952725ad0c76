"""What is said beforehand of GPUs that no node has."""

from __future__ import annotations

from scaling_group.manifests.scheduling import asked_in
from scaling_group.operations.gather import read
from scaling_group.operations.protocols import WARNING, ClusterReader, Report
from scaling_group.reads import EVERYWHERE, Selection
from scaling_group.records import Record


def say_unfit(cluster: ClusterReader, record: Record, report: Report) -> None:
    """Warn of GPUs that no node has at the moment; who may not list nodes is told nothing."""
    gpu = record.spec.gpu
    if gpu is None:
        return
    # Most groups have no GPUs, and load nothing of this.
    from scaling_group.rollout.gpu_fit import unfit
    from scaling_group.rollout.gpu_nodes import Naming

    found = read(cluster, [Selection("Node", ""), Selection("DeviceClass", EVERYWHERE)])
    environment = record.environment
    naming = Naming(environment.gpu_profile, environment.gpu_names)
    nodes, classes = (found.objects.get(kind, ()) for kind in ("Node", "DeviceClass"))
    if said := unfit(gpu, asked_in(environment, gpu), naming, nodes, classes):
        report(f"{WARNING}{said}")
