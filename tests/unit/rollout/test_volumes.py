"""Volumes that cannot be attached or mounted, as the attach controller and the kubelet say it."""

from __future__ import annotations

import pytest

from tests.unit.rollout.situations import (
    OLD_HASH,
    event,
    found,
    group,
    one,
    pod,
    replica_set,
    running,
    waiting,
)

CREATING = waiting("ContainerCreating")
WAITED = "Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition"
MULTI = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-old'
ON_NODE = {"spec": {"nodeName": "node-1"}}


@pytest.mark.parametrize(
    ("message", "category", "said"),
    [
        (
            MULTI,
            "volume-attached-elsewhere",
            "the volume pvc-1 is still attached to another node, used by pod(s)",
        ),
        (
            'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and '
            "can't be attached to another",
            "volume-attached-elsewhere",
            "the volume pvc-1 is still attached to another node, used there",
        ),
        (
            'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice '
            "failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of "
            "registered CSI drivers",
            "csi-driver-missing",
            "node-1 has no CSI driver ebs.csi.aws.com, which the volume pvc-1 needs",
        ),
        (
            'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = attachment '
            "limit exceeded",
            "too-many-volumes",
            "no more volumes can be attached to node-1",
        ),
    ],
)
def test_what_the_attacher_says_is_told_before_that_the_kubelet_has_waited(
    message: str, category: str, said: str
) -> None:
    creating = pod("web-1", CREATING, **ON_NODE)
    events = [event(creating, "FailedAttachVolume", message), event(creating, "FailedMount", WAITED, 5)]
    diagnosis = one(creating, events=events)

    assert (diagnosis.category, diagnosis.terminal) == (category, False)
    assert diagnosis.summary.startswith(said)


def test_a_volume_that_the_old_pod_holds_until_the_new_one_is_ready_is_hopeless() -> None:
    ready = [{"type": "Ready", "status": "True"}]
    old = pod("web-old", running(ready=True), template=OLD_HASH, conditions=ready)
    new = pod("web-1", CREATING, **ON_NODE)
    told = found(
        old,
        new,
        deployment=group(1, replicas=2),
        replica_sets=[replica_set(), replica_set(OLD_HASH, "1")],
        events=[event(new, "FailedAttachVolume", MULTI)],
    )

    assert [(each.category, each.terminal) for each in told] == [
        ("volume-attached-elsewhere", True),
        ("old-revision-serves", False),
    ]
    assert "maxSurge" in told[0].resolution
