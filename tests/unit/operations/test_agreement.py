"""list, get, wait and diagnose say the same of one and the same objects: over every recording."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from typing import Any

import pytest

from scaling_group.errors import RolloutFailed
from scaling_group.naming import environment_label, id_label, record_annotation
from scaling_group.operations.context import Context
from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.operations.get import get
from scaling_group.operations.list_groups import list_groups
from scaling_group.operations.rollout import wait_available
from scaling_group.operations.snapshot import snapshot
from scaling_group.records import Record
from scaling_group.rollout.status import judge
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    record_of,
)
from tests.unit.rollout.recordings import SCENARIOS, Moment, moments

DOMAIN = ENVIRONMENT.label_domain
KINDS = {"replicaSets": "ReplicaSet", "pods": "Pod", "events": "Event", "nodes": "Node"}


def cluster_of(moment: Moment, record: Record) -> FakeCluster:
    """Return a cluster that holds the objects of a recording as those of a group, behind a good gateway."""
    deployment = {**copy.deepcopy(moment.deployment), "kind": "Deployment"}
    text = json.dumps(record.to_config())
    deployment["metadata"]["annotations"] = {
        **deployment["metadata"].get("annotations", {}),
        record_annotation(DOMAIN): text,
    }
    others = [
        {**copy.deepcopy(found), "kind": kind}
        for key, kind in KINDS.items()
        for found in moment.data.get(key) or []
    ]
    owned = [found for found in (deployment, *others) if found["kind"] in ("Deployment", "ReplicaSet", "Pod")]
    for found in owned:
        labels = found["metadata"].setdefault("labels", {})
        labels |= {id_label(DOMAIN): record.id, environment_label(DOMAIN): ENVIRONMENT.id}
    served = [found for found in objects_of(record) if found["kind"] != "Deployment"]
    cluster = FakeCluster(deployment, *others, *served)
    cluster.logs = {name: said.splitlines() for name, said in (moment.data.get("logs") or {}).items()}
    return cluster


def waited(context: Context, record: Record) -> tuple[str, list[str]]:
    try:
        view = wait_available(context, record, 0)
    except RolloutFailed as failed:
        return str(failed.status), [cause["category"] for cause in failed.diagnoses]
    return str(view.status), [cause.category for cause in view.diagnoses]


def told(seen: Any) -> tuple[str, list[str]]:
    return str(seen.status), [cause.category for cause in seen.diagnoses]


def told_otherwise(scenario: str) -> list[Moment]:
    """Return the moments at which a group is another than at the moment before, and the last one."""
    of = moments(scenario)
    new = [each for before, each in pairwise(of) if told(judge(each.seen)) != told(judge(before.seen))]
    return [of[0], *new, of[-1]]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_objects_have_the_same_status_and_causes_for_every_verb(scenario: str) -> None:
    environment = ENVIRONMENT.model_copy(update={"namespace": scenario})
    record = record_of(scenario, environment=environment)
    for moment in told_otherwise(scenario):
        cluster = cluster_of(moment, record)
        reader = FakeReader({scenario: FakeState(record, exists=True, live=True)})
        context = context_of(reader, cluster, environment=environment)

        shown = told(get(context, scenario))
        assert waited(context, record) == shown, moment
        assert told(diagnose_recorded(snapshot(context, scenario))) == shown, moment
        # A list has no time for events and logs: it says what the others say without them.
        cluster.objects = [found for found in cluster.objects if found["kind"] != "Event"]
        cluster.logs = {}
        [listed] = list_groups(context, include_deleted=False)
        status, causes = told(get(context, scenario))
        assert (str(listed.status), told(listed)[1][:1]) == (status, causes[:1]), moment
