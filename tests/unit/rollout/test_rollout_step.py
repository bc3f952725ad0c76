"""The questions of a rollout, each with the answer that makes it wait, in their order."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.records import Replicas
from scaling_group.rollout.deployment_status import (
    RolloutStep,
    condition,
    ever_complete,
    replicas_of,
    rollout_step,
)

DEADLINE = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
COMPLETE = {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}


def deployment(desired: int | None = 3, generation: int = 2, **status: Any) -> dict[str, Any]:
    spec = {} if desired is None else {"replicas": desired}
    return {"metadata": {"generation": generation}, "spec": spec, "status": status}


def counted(total: int, updated: int, available: int) -> dict[str, Any]:
    counts = {"replicas": total, "updatedReplicas": updated, "availableReplicas": available}
    return {"observedGeneration": 2, **{key: count for key, count in counts.items() if count}}


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ({}, RolloutStep(False, "the controller has not seen the change yet")),
        (
            {**counted(3, 3, 3), "observedGeneration": 1},
            RolloutStep(False, "the controller has not seen the change yet"),
        ),
        (
            {**counted(3, 3, 3), "observedGeneration": 1, "conditions": [DEADLINE]},
            RolloutStep(False, "the controller has not seen the change yet"),
        ),
        (
            {**counted(4, 1, 3), "conditions": [DEADLINE]},
            RolloutStep(False, "the rollout exceeded its progress deadline", failed=True),
        ),
        (counted(0, 0, 0), RolloutStep(False, "0 of 3 replicas updated")),
        (counted(4, 2, 3), RolloutStep(False, "2 of 3 replicas updated")),
        (counted(5, 3, 3), RolloutStep(False, "2 old replicas still terminating")),
        (counted(3, 3, 0), RolloutStep(False, "0 of 3 replicas available")),
        (counted(3, 3, 2), RolloutStep(False, "2 of 3 replicas available")),
        (counted(3, 3, 3), RolloutStep(True)),
        ({**counted(3, 3, 3), "observedGeneration": 3}, RolloutStep(True)),
        ({**counted(3, 3, 3), "conditions": [COMPLETE]}, RolloutStep(True)),
    ],
)
def test_the_first_thing_that_a_rollout_waits_for(status, step):
    assert rollout_step(deployment(**status)) == step


def test_ready_replicas_are_not_enough():
    status = {**counted(3, 3, 2), "readyReplicas": 3}

    assert not rollout_step(deployment(**status)).complete


def test_zero_replicas_are_complete_at_once():
    assert rollout_step(deployment(desired=0, observedGeneration=2)) == RolloutStep(True)


def test_zero_replicas_wait_for_the_last_to_end():
    step = rollout_step(deployment(desired=0, observedGeneration=2, replicas=1))

    assert step == RolloutStep(False, "1 old replicas still terminating")


def test_no_replica_count_means_one():
    assert replicas_of(deployment(desired=None)) == Replicas(desired=1)


def test_a_deployment_without_status_is_not_complete():
    bare = {"metadata": {"generation": 1}, "spec": {"replicas": 1}}

    assert not rollout_step(bare).complete
    assert replicas_of(bare) == Replicas(desired=1)
    assert not ever_complete(bare)


def test_conditions_are_found_by_type():
    assert condition({"conditions": [DEADLINE]}, "Progressing") == DEADLINE
    assert condition({"conditions": [DEADLINE]}, "Available") == {}
    assert condition({"conditions": None}, "Available") == {}
    assert condition({}, "Available") == {}


def test_only_a_complete_rollout_has_been_complete():
    assert ever_complete(deployment(conditions=[COMPLETE]))
    assert not ever_complete(deployment(conditions=[DEADLINE]))
