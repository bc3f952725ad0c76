"""What a cluster, its objects and the engine say, of which parts are replaced: no traceback.

`pytest --long tests/unit/fuzz` draws fifty times as many.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kinds import GLOBAL, NAMESPACED
from scaling_group.cluster.refused import Refused
from scaling_group.cluster.request import Request
from scaling_group.cluster.watch import _Follower
from scaling_group.operations.annotation import read_annotation
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.operations.doctor import CHECKS, doctor
from scaling_group.operations.events import events
from scaling_group.operations.evidence import gather
from scaling_group.operations.get import get
from scaling_group.operations.list_groups import list_groups
from scaling_group.operations.observed import described
from scaling_group.operations.preflight import check_creatable
from scaling_group.operations.repair import repair
from scaling_group.reads import LogQuery, Selection
from tests.unit.cluster.answering import connection_to
from tests.unit.fuzz.doors import BYTES, FEW, sentence
from tests.unit.fuzz.mutations import JSON, mutated, seed
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeNetwork,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    pod_of,
    record_of,
    silent,
)
from tests.unit.rollout.gateways import gateway, gateway_class, namespace
from tests.unit.rollout.recordings import SCENARIOS, moments

RECORD = record_of("web")
SNAPSHOTS = [moments(scenario)[-1].data for scenario in SCENARIOS]


@FEW
@given(data=mutated(*SNAPSHOTS) | mutated(seed("pods.json")) | JSON)
def test_a_snapshot(data):
    sentence(lambda: diagnose_recorded(data))


def world() -> dict[str, list[Any]]:
    """Return objects by the plural of their kind, and what the API server says of itself."""
    deployment, service, route = objects_of(RECORD, available=False)
    recorded = {key: found for snapshot in SNAPSHOTS for key, found in snapshot.items() if found}
    limits = {"type": "Container", "max": {"cpu": "1"}, "maxLimitRequestRatio": {"cpu": "2"}}
    node = {
        "metadata": {"name": "n", "labels": {}},
        "spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]},
        "status": {"allocatable": {"nvidia.com/gpu": "1"}},
    }
    quota = {"metadata": {"name": "q"}, "status": {"hard": {"cpu": "1"}, "used": {"cpu": "1"}}}
    return {
        "deployments": [deployment],
        "services": [service],
        "httproutes": [route],
        "pods": [pod_of(RECORD, restartCount=1, state={"waiting": {"reason": "CrashLoopBackOff"}})],
        "replicasets": recorded["replicaSets"][:1],
        "events": recorded["events"][:2],
        "endpointslices": [{"metadata": {"name": "e"}, "endpoints": [{"conditions": {"ready": True}}]}],
        "gateways": [gateway()],
        "gatewayclasses": [gateway_class()],
        "namespaces": [namespace()],
        "limitranges": [{"metadata": {"name": "l"}, "spec": {"limits": [limits]}}],
        "resourcequotas": [quota],
        "nodes": [node],
        "version": [{"major": "1", "minor": "36+"}],
        "v1": [{"resources": [{"name": "gateways"}, {"name": "httproutes"}]}],
        "selfsubjectrulesreviews": [{"status": {"resourceRules": [{"verbs": ["*"], "apiGroups": ["*"]}]}}],
        "selfsubjectaccessreviews": [{"status": {"allowed": True}}],
    }


class Answering:
    """Answers with the objects of a world, lists where lists are asked for."""

    def __init__(self, objects: Mapping[str, Any]) -> None:
        self._objects = objects
        self._plurals = {plural for _, _, plural in (*NAMESPACED.values(), *GLOBAL.values())}

    def send(self, request: Request) -> bytes:
        *before, last = request.path.strip("/").split("/")
        if last in self._plurals and request.method == "GET":
            return json.dumps({"metadata": {}, "items": self._objects.get(last, [])}).encode()
        found = self._objects.get(last if last in self._objects or not before else before[-1]) or []
        if not isinstance(found, list) or not found:
            raise Refused(404, "not found")
        return json.dumps(found[0]).encode()


class Answered(Cluster):
    """A cluster whose API server is a text."""

    def __init__(self, requests: Any) -> None:
        super().__init__(connection_to("https://c.test"))
        self._requests = requests

    def log(self, namespace: str, pod: str, query: LogQuery) -> Iterator[str]:
        yield "a line"


#: The checks of a cluster and its objects.
CHECKED = tuple(
    check
    for check in CHECKS
    if check.id not in ("engine", "plugin", "backend", "locks", "admission", "dns", "certificate")
)


def look_at_all_of(cluster: Cluster) -> None:
    reader = FakeReader({"web": FakeState(RECORD)})
    place = CheckContext(lambda: ENVIRONMENT, None, FakeNetwork(), lambda: cluster)  # type: ignore[arg-type]
    looks = [
        cluster.version,
        lambda: list_groups(context_of(FakeReader(), cluster), include_deleted=False),
        lambda: get(context_of(reader, cluster), "web"),
        lambda: get(context_of(FakeReader(), cluster), "wbe"),
        lambda: (seen := gather(cluster, RECORD, whole=True)) and described(RECORD, seen),
        lambda: events(context_of(reader, cluster), "web"),
        lambda: check_creatable(cluster, record_of("other").spec, ENVIRONMENT, print),
        lambda: repair(cluster, RECORD),
        lambda: list(doctor(place, CHECKED)),
    ]
    for look in looks:
        sentence(look)


@FEW
@given(objects=mutated(world()).filter(lambda found: isinstance(found, dict)))
def test_objects_of_a_cluster(objects):
    look_at_all_of(Answered(Answering(objects)))


class Saying:
    """Gives one answer to every request."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def send(self, request: Request) -> bytes:
        return self._answer


@FEW
@given(answer=(mutated(seed("pods.json")) | JSON).map(lambda found: json.dumps(found).encode()) | BYTES)
def test_an_answer_that_is_always_the_same(answer):
    look_at_all_of(Answered(Saying(answer)))


LIST = {"metadata": {"resourceVersion": "7"}, "items": []}
LINES = st.lists(
    (mutated(seed("watch.json")) | JSON).map(lambda found: json.dumps(found).encode()) | BYTES, max_size=5
)


class Watched:
    """Lists nothing, then streams lines, and stops the follower where it asks for more."""

    def __init__(self, lines: list[bytes]) -> None:
        self._lines: list[bytes] | None = lines
        self.follower: Any = None

    def send(self, request: Request) -> bytes:
        if self._lines is None:
            self.follower.stop()
        return json.dumps(LIST).encode()

    @contextmanager
    def stream(self, request: Request, silence: float | None) -> Iterator[Watched]:
        if self._lines is None:
            self.follower.stop()
        yield self

    def lines(self) -> Iterator[str]:
        lines, self._lines = self._lines or [], None
        for line in b"\n".join(lines).split(b"\n"):
            yield line.decode(errors="replace")

    def stop(self) -> None:
        """It ends by itself."""


@FEW
@given(lines=LINES)
def test_lines_of_a_watch(lines):
    watched = Watched(lines)
    watched.follower = _Follower(watched, Selection("Pod", "default"), lambda: None)
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr("scaling_group.cluster.watch.RETRY_SECONDS", (0.0, 0.0))
        watched.follower.run()


@FEW
@given(deployment=mutated(objects_of(RECORD)[0]))
def test_a_record_in_an_annotation(deployment):
    cluster = Answered(Saying(json.dumps(deployment).encode()))
    sentence(lambda: read_annotation(cluster.get("Deployment", "default", "web") or {}))


RECORDS = mutated({**RECORD.to_config(), "spec": seed("spec.json")}) | JSON


@FEW
@given(record=RECORDS)
def test_a_record_of_another_form_in_an_annotation(record):
    deployment = objects_of(RECORD)[0]
    metadata = deployment["metadata"]
    annotations = dict.fromkeys(metadata["annotations"], json.dumps(record))
    read_annotation({**deployment, "metadata": {**metadata, "annotations": annotations}})


@FEW
@given(data=mutated(seed("event.json")))
def test_an_event_of_the_engine(data):
    from scaling_group.engine.events import EventLog

    EventLog(silent)(json.dumps(data))
