"""No node takes the pod, by what the scheduler says of the nodes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scaling_group.rollout.causes import volumes
from scaling_group.rollout.causes.nodes import GPU, gpu_types, largest, requested, shown, taints
from scaling_group.rollout.fields import instant, part, text
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Event, Pod
from scaling_group.spec.gpu import GPU_TYPE_LABEL
from scaling_group.spec.quantity import amount_of

CPU = Cause(
    "unschedulable-cpu",
    "No node has as much CPU free as a replica requests.",
    "Request less with `--cpu`, or add nodes.",
)
MEMORY = Cause(
    "unschedulable-memory",
    "No node has as much memory free as a replica requests.",
    "Request less with `--memory`, or add nodes.",
)
GPU_TYPE = Cause(
    "gpu-type-absent",
    f"No node has GPUs of the requested type (label `{GPU_TYPE_LABEL}`).",
    "Request a type that exists with `--gpu`, or add nodes of it.",
)
GPUS_TAKEN = Cause(
    "gpus-taken",
    "No node has as many GPUs free as a replica requests.",
    "Free some, request fewer with `--gpu` or `--replicas`, or add nodes.",
)
DEADLOCK = Cause(
    "gpu-rollout-deadlock",
    "The new pod waits for a GPU that an old pod holds, but the old Pod runs until the new one is ready.",
    "Stop the old Pod first, as groups made by `scaling-group` do (maxUnavailable 1, maxSurge 0).",
)
TAINT = Cause(
    "unschedulable-taint",
    "The nodes with free capacity have taints that the group does not tolerate.",
    "Tolerate them with `--toleration`, or add nodes without.",
)
SELECTOR = Cause(
    "unschedulable-selector",
    "No node has the labels that the group requires.",
    "Correct `--node-selector`, or label nodes.",
)
OTHER = Cause(
    "unschedulable",
    "No node can run the Pods for another reason; see the evidence.",
    "See the evidence; the scheduler keeps retrying.",
)
CAUSES = (DEADLOCK, GPU_TYPE, GPUS_TAKEN, CPU, MEMORY, TAINT, SELECTOR, OTHER)

#: "0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint {a: b}. preemption: …"
VERDICT = re.compile(r"(?P<total>\d+) nodes are available: (?P<reasons>.*?)(?:\. |\.?$)", re.DOTALL)
REASON = re.compile(r"(\d+) ((?:Insufficient|Too many|node\(s\)|Preemption)[^,{]*(?:\{[^}]*\})?)")
#: Seconds in which an autoscaler decides, 60 in large clusters:
#: https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
AUTOSCALER = 60
#: Events of the cluster autoscaler and of Karpenter that announce a node.
ANNOUNCED = ("TriggeredScaleUp", "Nominated")


@dataclass(frozen=True)
class SchedulerVerdict:
    """What the scheduler said: reasons with the number of nodes that they are of."""

    message: str
    reasons: Sequence[tuple[int, str]]

    @staticmethod
    def of(message: str) -> SchedulerVerdict:
        found = VERDICT.search(message)
        reasons = REASON.findall(found["reasons"]) if found else []
        return SchedulerVerdict(message, [(int(count), reason.strip()) for count, reason in reasons])

    def says(self, *words: str) -> bool:
        return any(word in reason for _, reason in self.reasons for word in words)


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why no node takes the pod."""
    refused = pod.unscheduled
    if not refused:
        return None
    verdict = SchedulerVerdict.of(text(refused, "message"))
    explanation = volumes.unschedulable(rollout, pod, verdict.message) or _explained(rollout, pod, verdict)
    since = instant(refused, "lastTransitionTime")
    coming = next((e for e in pod.events if e.reason in ANNOUNCED), None)
    announced = f"\n{coming.reason}: {coming.message}" if coming else ""
    return Finding(
        explanation.cause,
        f"{explanation.said}; a node is being added" if coming else explanation.said,
        explanation.resolution,
        detail=f"pod {pod.name}: {text(refused, 'reason')}: {verdict.message}{announced}",
        terminal=explanation.terminal
        and (explanation.cause in volumes.CAUSES or _no_node_comes(rollout, since, coming)),
        since=since,
        pod=pod.name,
    )


def _no_node_comes(rollout: ObservedRollout, since: datetime | None, coming: Event | None) -> bool:
    """Return whether an autoscaler has had its time, and has announced nothing."""
    return coming is None and rollout.for_seconds(since) >= AUTOSCALER


def _explained(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation:
    for teller in (_gpu, _room, _taint, _selector):
        if told := teller(rollout, pod, verdict):
            return told
    reasons = ", ".join(reason for _, reason in verdict.reasons) or verdict.message[:160]
    return Explanation(OTHER, f"no node can run the pod: {reasons}", OTHER.advice)


def _gpu(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    count = requested(pod.found, GPU)
    kind = text(part(pod.found, "spec", "nodeSelector"), GPU_TYPE_LABEL)
    if count and verdict.says(f"Insufficient {GPU}"):
        wanted = f"{count} GPU{'' if count == '1' else 's'}" + (f" of type {kind}" if kind else "")
        return _taken(rollout, wanted, count)
    if count and kind and verdict.says("node affinity/selector"):
        return _absent(rollout, kind)
    return None


def _taken(rollout: ObservedRollout, wanted: str, count: str) -> Explanation:
    if rollout.old_ready and _holds_on(rollout):
        patch = (
            f"kubectl patch deployment {rollout.name} -n {rollout.namespace} -p "
            '\'{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}\''
        )
        said = f"the new pod waits for {wanted}, which the old pod holds until the new one is ready"
        return Explanation(DEADLOCK, said, f"Stop the old pod first: {patch}", True)
    nodes = rollout.seen.nodes
    never = bool(nodes) and largest(nodes, GPU) < (amount_of(count) or 0)
    fewer = rollout.command("update", "--gpu=TYPE:COUNT")
    ends = " until a terminating pod is gone" if rollout.ending else ""
    fix = f"Free some, request fewer ({fewer}), or add nodes"
    return Explanation(GPUS_TAKEN, f"no node has {wanted} free{ends}", fix, never)


def _absent(rollout: ObservedRollout, kind: str) -> Explanation:
    offered = gpu_types(rollout.seen.nodes)
    there = f"; there are {', '.join(offered)}" if offered else ""
    never = bool(rollout.seen.nodes) and kind not in offered
    fix = f"Request a type that exists: {rollout.command('update', '--gpu=TYPE:COUNT')}"
    return Explanation(GPU_TYPE, f"no node has GPUs of type {kind}{there}", fix, never)


def _holds_on(rollout: ObservedRollout) -> bool:
    """Return whether no old pod may end before a new one is available."""
    allowed = part(rollout.deployment, "spec", "strategy", "rollingUpdate").get("maxUnavailable", "25%")
    if isinstance(allowed, str):
        share = allowed.removesuffix("%")
        return not share.isdecimal() or rollout.desired * int(share) // 100 == 0
    return bool(allowed == 0)


def _room(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    lacking = [name for name in ("cpu", "memory") if verdict.says(f"Insufficient {name}")]
    if not lacking:
        return None
    amounts = {name: requested(pod.found, name) for name in lacking}
    wanted = " and ".join(shown(name, amount) for name, amount in amounts.items())
    nodes = rollout.seen.nodes
    never = any(largest(nodes, name) < (amount_of(amount) or 0) for name, amount in amounts.items())
    less = rollout.command("update", *(f"--{name}={name.upper()}" for name in lacking))
    cause = CPU if "cpu" in lacking else MEMORY
    fix = f"Request less ({less}), or add nodes"
    return Explanation(cause, f"no node has {wanted} free", fix, bool(nodes) and never)


def _taint(rollout: ObservedRollout, _pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    if not verdict.says("taint"):
        return None
    named = [f"{key}={value}".rstrip("=") for key, value in _named(verdict)]
    tainted = named or taints(rollout.seen.nodes)
    which = f": {', '.join(tainted)}" if tainted else ""
    tolerate = rollout.command("update", f"--toleration={tainted[0] if tainted else 'KEY=VALUE'}")
    said = f"nodes have taints that the group does not tolerate{which}"
    return Explanation(TAINT, said, f"Tolerate them ({tolerate}), or add nodes without")


def _named(verdict: SchedulerVerdict) -> list[tuple[str, str]]:
    """Return the taints where the scheduler names them; that of 1.36 does not."""
    found = (re.search(r"\{([^:}]+): ?([^}]*)\}", reason) for _, reason in verdict.reasons)
    return sorted({(match[1], match[2]) for match in found if match})


def _selector(rollout: ObservedRollout, pod: Pod, verdict: SchedulerVerdict) -> Explanation | None:
    if not verdict.says("node affinity/selector", "node selector"):
        return None
    labels = sorted(part(pod.found, "spec", "nodeSelector").items())
    wanted = ", ".join(f"{key}={value}" for key, value in labels)
    correct = rollout.command("update", "--node-selector=LABEL=VALUE")
    said = f"no node has the labels {wanted or 'that the pod asks for'}"
    return Explanation(SELECTOR, said, f"Correct them ({correct}), or label nodes")
