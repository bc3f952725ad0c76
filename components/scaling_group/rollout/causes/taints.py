"""Taints: whom nodes are kept for, and how nodes are.

https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.rollout.causes import gpus
from scaling_group.rollout.causes.nodes import OF_CONTROL_PLANE, fitting, is_of_state, taint_text, untolerated
from scaling_group.rollout.causes.verdict import SchedulerVerdict
from scaling_group.rollout.fields import text
from scaling_group.rollout.finding import Cause, Explanation
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

NODE_STATE = Cause(
    "nodes-not-ready",
    "The nodes that could take the Pod are not ready, cordoned, under pressure or on their way out.",
    "See the nodes: `kubectl describe nodes`. No toleration is an answer.",
    source="https://kubernetes.io/docs/reference/labels-annotations-taints/",
    example="the nodes that could take the pod are not fit: node.kubernetes.io/disk-pressure",
)
TAINT = Cause(
    "unschedulable-taint",
    "The nodes with free capacity have taints that the group does not tolerate.",
    "Tolerate them with `--toleration`, or add nodes without.",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
    example="nodes have taints that the group does not tolerate: dedicated=batch",
)
CAUSES = (NODE_STATE, TAINT)


def explained(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    """Return which taints keep the pod off the nodes that could take it."""
    if not verdict.says("taint"):
        return None
    fit = gpus.having(fitting(rollout.seen.nodes, pod.found), pod)
    of_nodes = [taint for node in fit for taint in untolerated(node, pod.found)]
    elsewhere = verdict.says("affinity/selector", "node selector")
    if rollout.seen.nodes and elsewhere and not fit:
        return None
    keys = [text(taint, "key") for taint in of_nodes] or [key for key, _ in verdict.taints]
    # Without the nodes nobody knows whether those of the type are tainted, or only those of others.
    unnamed = not keys and bool(gpus.of_type(pod))
    if elsewhere and not of_nodes and (unnamed or (keys and all(key in OF_CONTROL_PLANE for key in keys))):
        return None
    if keys and all(is_of_state(key) or key in OF_CONTROL_PLANE for key in keys):
        return _not_fit([key for key in keys if is_of_state(key)] or keys)
    named = [f"{key}={value}".rstrip("=") for key, value in verdict.taints if not is_of_state(key)]
    known = sorted({taint_text(taint) for taint in of_nodes if not is_of_state(text(taint, "key"))})
    tainted = named if named and not (elsewhere and known) else known
    which = f": {', '.join(tainted)}" if tainted else ""
    tolerate = rollout.command("update", f"--toleration={tainted[0] if tainted else 'KEY=VALUE'}")
    said = f"nodes{gpus.of_type(pod)} have taints that the group does not tolerate{which}"
    return Explanation(TAINT, said, f"Tolerate them ({tolerate}), or add nodes without")


def _not_fit(keys: Sequence[str]) -> Explanation:
    named = ", ".join(sorted(set(keys)))
    return Explanation(
        NODE_STATE, f"the nodes that could take the pod are not fit: {named}", NODE_STATE.advice
    )
