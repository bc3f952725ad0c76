"""Pods that no node can run, in the words of the scheduler's plugins."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.records import Diagnosis
from tests.unit.rollout.situations import (
    NODE,
    OLD_HASH,
    at,
    event,
    found,
    group,
    one,
    pod,
    replica_set,
    running,
)

GPU = {"resources": {"requests": {"nvidia.com/gpu": "2"}}}
L4 = {"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-l4"}}
ROOM = {"resources": {"requests": {"cpu": "1500m", "memory": "64Gi"}}}


def verdict(reasons: str) -> str:
    return f"0/3 nodes are available: {reasons}. preemption: 0/3 nodes are available: 3 No victims found."


def stuck(reasons: str, after: float = 30, events: Any = (), **more: Any) -> Diagnosis:
    unscheduled = pod("web-1", unscheduled=verdict(reasons), **more)
    return one(unscheduled, after=after, events=[event(unscheduled, *each) for each in events])


@pytest.mark.parametrize(
    ("reasons", "more", "category", "said"),
    [
        ("3 Insufficient cpu", {"container": ROOM}, "unschedulable-cpu", "no node has 1.5 CPU free"),
        (
            "3 Insufficient memory",
            {"container": ROOM},
            "unschedulable-memory",
            "no node has 64Gi memory free",
        ),
        (
            "1 Insufficient cpu, 2 Insufficient memory",
            {"container": ROOM},
            "unschedulable-cpu",
            "no node has 1.5 CPU and 64Gi memory free",
        ),
        (
            "1 node(s) had untolerated taint {dedicated: batch}, 2 Insufficient cpu",
            {"container": ROOM},
            "unschedulable-cpu",
            "no node has 1.5 CPU free",
        ),
        ("3 Insufficient nvidia.com/gpu", {"container": GPU}, "gpus-taken", "no node has 2 GPUs free"),
        ("3 cannot allocate all claims", {"container": GPU}, "gpus-taken", "no node has 2 GPUs free"),
        (
            "3 cannot allocate all claims",
            {"container": GPU, "spec": {"resourceClaims": [{"name": "gpu"}]}},
            "resource-claim",
            "no node can allocate the pod's resource claims: cannot allocate all claims",
        ),
        (
            "3 Insufficient amd.com/gpu",
            {"container": {"resources": {"limits": {"amd.com/gpu": "2"}}}},
            "gpus-taken",
            "no node has 2 amd.com/gpu free",
        ),
        (
            "2 node(s) didn't match Pod's node affinity/selector, 1 Insufficient nvidia.com/gpu",
            {"container": GPU, "spec": L4},
            "gpus-taken",
            "no node has 2 GPUs of type nvidia-l4 free",
        ),
        (
            "3 node(s) didn't match Pod's node affinity/selector",
            {"container": GPU, "spec": L4},
            "gpu-type-absent",
            "no node has GPUs of type nvidia-l4",
        ),
        (
            "3 node(s) didn't match Pod's node affinity/selector",
            {"spec": {"nodeSelector": {"disk": "ssd"}}},
            "unschedulable-selector",
            "no node has the labels disk=ssd",
        ),
        (
            "1 node(s) had untolerated taint {dedicated: batch}, 2 node(s) had untolerated taint {spot: }",
            {},
            "unschedulable-taint",
            "nodes have taints that the group does not tolerate: dedicated=batch, spot",
        ),
        (
            "3 node(s) had untolerated taint(s)",
            {},
            "unschedulable-taint",
            "nodes have taints that the group does not tolerate",
        ),
        (
            "3 Too many pods",
            {},
            "too-many-pods",
            "no node may run another pod: Too many pods",
        ),
        (
            "3 node(s) were unschedulable",
            {},
            "unschedulable",
            "no node can run the pod: node(s) were unschedulable",
        ),
    ],
)
def test_the_verdict_of_the_scheduler_names_its_cause(reasons, more, category, said):
    diagnosis = stuck(reasons, **more)

    assert (diagnosis.category, diagnosis.terminal) == (category, False)
    assert diagnosis.summary == f"{said} (1 of 1 replicas)"
    assert diagnosis.since is not None


def test_a_cluster_without_nodes_is_said_so():
    diagnosis = one(pod("web-1", unscheduled="no nodes available to schedule pods"))

    assert diagnosis.summary.startswith("no node can run the pod: no nodes available to schedule pods")


BIG = {"container": ROOM, "unscheduled": verdict("3 Insufficient memory")}


@pytest.mark.parametrize(
    ("after", "nodes", "said", "terminal"),
    [
        (30, [NODE] * 3, None, False),
        (90, [NODE] * 3, None, True),
        # The scheduler tells of three nodes: the third may be larger.
        (90, [NODE] * 2, None, False),
        (90, [], None, False),
        (90, [{"status": {"allocatable": {"memory": "128Gi"}}}], None, False),
        (90, [NODE] * 3, "TriggeredScaleUp", False),
        (90, [NODE] * 3, "Nominated", False),
        (90, [NODE] * 3, "NotTriggerScaleUp", True),
    ],
)
def test_more_than_any_node_has_is_hopeless_once_no_autoscaler_adds_one(after, nodes, said, terminal):
    unscheduled = pod("web-1", **BIG)
    events = [event(unscheduled, said, "pod triggered scale-up: [{pool 1->2 (max: 4)}]")] if said else []
    diagnosis = one(unscheduled, after=after, nodes=nodes, events=events)

    assert diagnosis.terminal is terminal
    assert ("a node is being added" in diagnosis.summary) == (said in ("TriggeredScaleUp", "Nominated"))


def test_types_of_gpus_that_are_there_are_offered():
    labels = {"cloud.google.com/gke-accelerator": "nvidia-tesla-t4"}
    nodes = [{"metadata": {"labels": labels}}, NODE]
    unscheduled = pod(
        "web-1",
        container=GPU,
        spec=L4,
        unscheduled=verdict("2 node(s) didn't match Pod's node affinity/selector"),
    )

    assert one(unscheduled, nodes=nodes).summary == (
        "no node has GPUs of type nvidia-l4; there are nvidia-tesla-t4 (1 of 1 replicas)"
    )


def test_taints_that_the_scheduler_does_not_name_are_those_of_the_nodes():
    nodes = [{"spec": {"taints": [{"key": "dedicated", "value": "batch", "effect": "NoSchedule"}]}}]
    unscheduled = pod("web-1", unscheduled=verdict("1 node(s) had untolerated taint(s)"))
    diagnosis = one(unscheduled, nodes=nodes)

    assert "dedicated=batch:NoSchedule" in diagnosis.summary
    assert "--toleration=dedicated=batch:NoSchedule" in diagnosis.resolution


READY = [{"type": "Ready", "status": "True"}]


@pytest.mark.parametrize(
    ("allowed", "category"),
    [(0, "gpu-rollout-deadlock"), ("25%", "gpu-rollout-deadlock"), (1, "gpus-taken"), ("100%", "gpus-taken")],
)
def test_an_old_pod_that_stays_keeps_the_gpu_that_the_new_one_waits_for(allowed, category):
    deployment = group(1, replicas=2)
    deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] = allowed
    old = pod("old-1", running(ready=True), template=OLD_HASH, conditions=READY)
    new = pod("web-1", container=GPU, unscheduled=verdict("3 Insufficient nvidia.com/gpu"))
    sets = [replica_set(), replica_set(OLD_HASH, "1")]
    told = found(old, new, deployment=deployment, replica_sets=sets)

    assert [d.category for d in told] == [category, "old-revision-serves"]
    assert told[0].terminal is (category == "gpu-rollout-deadlock")

    deployment["metadata"].setdefault("labels", {})["app.kubernetes.io/managed-by"] = "scaling-group"
    deployment["spec"]["strategy"]["rollingUpdate"] = {"maxUnavailable": 0, "maxSurge": 1}
    told = found(old, new, deployment=deployment, replica_sets=sets)
    assert told[0].resolution == "Stop the old pod first: scaling-group update --name=web --unset=surge"


def test_an_old_pod_that_is_ending_gives_its_gpu_free():
    old = pod("old-1", running(ready=True), template=OLD_HASH)
    old["metadata"]["deletionTimestamp"] = at(3)
    new = pod("web-1", container=GPU, unscheduled=verdict("3 Insufficient nvidia.com/gpu"))

    assert one(
        old, new, deployment=group(1), replica_sets=[replica_set(), replica_set(OLD_HASH, "1")]
    ).summary == ("no node has 2 GPUs free until a terminating pod is gone (1 of 1 replicas)")


UNBOUND = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"
VOLUMES = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
CLAIM = {
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "data", "uid": "c"},
    "status": {"phase": "Pending"},
}


@pytest.mark.parametrize(
    ("message", "said", "category", "summary", "terminal"),
    [
        (
            'persistentvolumeclaim "data" not found. preemption: not eligible',
            None,
            "missing-claim",
            "the PersistentVolumeClaim data does not exist in namespace default",
            True,
        ),
        (UNBOUND, None, "claim-unbound", "the PersistentVolumeClaim data has no volume yet", False),
        (
            UNBOUND,
            'storageclass.storage.k8s.io "fast" not found',
            "missing-storage-class",
            "the PersistentVolumeClaim data requests the StorageClass fast, which does not exist",
            True,
        ),
        (
            UNBOUND,
            "no persistent volumes available for this claim and no storage class is set",
            "claim-unbound",
            "the PersistentVolumeClaim data has no volume: no persistent volumes available for this "
            "claim and no "
            "storage class is set",
            False,
        ),
        (
            verdict("3 node(s) had volume node affinity conflict"),
            None,
            "volume-elsewhere",
            "a volume of the pod is in a place where no node can run the pod",
            False,
        ),
    ],
)
def test_a_volume_may_be_what_keeps_a_pod_from_its_node(message, said, category, summary, terminal):
    events = [event(CLAIM, "ProvisioningFailed", said)] if said else []
    diagnosis = one(pod("web-1", unscheduled=message, spec=VOLUMES), claims=[CLAIM], events=events)

    assert (diagnosis.category, diagnosis.terminal) == (category, terminal)
    assert diagnosis.summary == f"{summary} (1 of 1 replicas)"


def test_a_pod_that_found_its_node_waits_for_none():
    assert found(pod("web-1", running(ready=True)), after=90) == []
    assert at(0) < at(1)


@pytest.mark.parametrize(
    ("reasons", "category"),
    [
        (
            "1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector",
            "gpu-type-absent",
        ),
        (
            "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't "
            "match Pod's node affinity/selector",
            "gpu-type-absent",
        ),
        (
            "1 node(s) had untolerated taint {team: research}, 2 node(s) didn't match Pod's node "
            "affinity/selector",
            "unschedulable-taint",
        ),
        ("3 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }", "nodes-not-ready"),
        ("1 Insufficient memory, 2 Insufficient nvidia.com/gpu", "unschedulable-memory"),
        ("2 Insufficient memory, 3 Insufficient nvidia.com/gpu", "gpus-taken"),
    ],
)
def test_without_the_nodes_the_verdict_alone_says_which_reason_is_that_of_the_nodes_with_gpus(
    reasons, category
):
    both = {"resources": {"requests": {"nvidia.com/gpu": "2", "memory": "64Gi"}}}

    assert stuck(reasons, container=both, spec=L4).category == category


def test_tolerated_taints_and_node_affinity_decide_which_nodes_could_take_a_pod():
    label = {"cloud.google.com/gke-accelerator": "nvidia-l4", "zone": "b"}
    taint = {"key": "team", "value": "ml", "effect": "NoSchedule"}
    status = {"allocatable": {"nvidia.com/gpu": "8", "memory": "500Gi"}}
    nodes = [
        {"metadata": {"name": "a", "labels": {**label, "zone": "a"}}, "status": status},
        {"metadata": {"name": "b", "labels": label}, "spec": {"taints": [taint]}, "status": status},
        NODE,
    ]
    zone = {"key": "zone", "operator": "In", "values": ["b"]}
    required = {"nodeSelectorTerms": [{"matchExpressions": [zone]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    reasons = "1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector"
    spec = {**L4, "affinity": affinity}
    unscheduled = pod("web-1", container=GPU, spec=spec, unscheduled=verdict(reasons))
    tolerating = {**spec, "tolerations": [{"key": "team", "operator": "Exists"}]}
    tolerated = pod("web-1", container=GPU, spec=tolerating, unscheduled=verdict(reasons))

    assert "team=ml:NoSchedule" in one(unscheduled, nodes=nodes).summary
    assert "team=ml" not in one(tolerated, nodes=nodes).summary


def test_labels_that_have_a_field_of_their_own_are_taken_away_by_its_flag():
    chosen = {"kubernetes.io/arch": "arm64", "karpenter.sh/capacity-type": "spot"}
    told = stuck("3 node(s) didn't match Pod's node affinity/selector", spec={"nodeSelector": chosen})

    assert "update --name=web --no-spot --unset=architecture)" in told.resolution
