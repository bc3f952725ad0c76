"""The PodDisruptionBudget: how many Pods a drain of nodes may take away at once.

https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

from typing import Any

from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.manifests.metadata import metadata, selector
from scaling_group.spec.disruptions import Disruptions

KIND = "PodDisruptionBudget"


def disruption_budget(group: GroupInputs, disruptions: Any) -> Manifest:
    """Return the budget. disruptions: those of the spec, or an Output of them.

    A Pod that is not ready serves nobody, and must not keep a node from being drained.
    https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy
    """
    return {
        "apiVersion": "policy/v1",
        "kind": KIND,
        "metadata": metadata(group),
        "spec": {
            "maxUnavailable": group.apply(_most, disruptions),
            "selector": {"matchLabels": selector(group)},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }


def _most(disruptions: Disruptions) -> int | str:
    return disruptions.int_or_percentage
