"""What is read of a group: little where all is well, everything where not, and what may be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.operations.events import events
from scaling_group.operations.evidence import LOG_LINES, LOG_PODS, gather
from scaling_group.operations.gather import selections, watched
from scaling_group.operations.snapshot import snapshot
from scaling_group.rollout.certificate import ServedCertificate
from scaling_group.rollout.snapshot import ABSENT
from tests.unit.operations.fakes import (
    FakeCluster,
    FakeNetwork,
    FakeReader,
    FakeState,
    FakeWatch,
    context_of,
    objects_of,
    older_route,
    pod_of,
    record_of,
)

RECORD = record_of()
FAILING = {"restartCount": 2, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
ENDED = {"restartCount": 2, "state": {"terminated": {"reason": "Error", "exitCode": 3}}}


def named(kind: str, name: str, uid: str = "", namespace: str = "default", **more: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, "uid": uid or f"uid-{kind}-{name}", "labels": {}}
    return {"kind": kind, "metadata": metadata, **more}


def event_about(kind: str, name: str, uid: str) -> dict[str, Any]:
    about = {"kind": kind, "name": name, "uid": uid}
    return named("Event", f"{name}.{uid}", involvedObject=about, reason="Pulled", message="done")


def broken(*more: dict[str, Any], **status: Any) -> FakeCluster:
    """A cluster with a group whose pod does not run, and what its gateway is."""
    gateway = named("Gateway", "gateway", namespace="gateway-system", spec={"gatewayClassName": "traefik"})
    kind = named("GatewayClass", "traefik", namespace="")
    pods = [pod_of(RECORD, **(status or FAILING))]
    return FakeCluster(*objects_of(RECORD, available=False), *pods, gateway, kind, *more)


def kinds_read(cluster: FakeCluster) -> list[str]:
    return [call[1] for call in cluster.calls if call[0] in ("get", "list")]


def test_a_healthy_group_is_read_in_seven_requests():
    cluster = FakeCluster(*objects_of(RECORD), pod_of(RECORD))

    seen = gather(cluster, RECORD)

    assert sorted(kinds_read(cluster)) == [
        "Deployment",
        "EndpointSlice",
        "HTTPRoute",
        "HorizontalPodAutoscaler",
        "Pod",
        "ReplicaSet",
        "Service",
    ]
    assert seen.gateway is None


def test_of_a_group_in_trouble_events_gateway_and_logs_are_read_too():
    cluster = broken()
    cluster.logs = {"inference-x before": ["2026-01-01T00:00:00Z no such file"]}

    seen = gather(cluster, RECORD)

    assert {"Event", "Gateway", "GatewayClass"} <= set(kinds_read(cluster))
    assert (seen.gateway or {})["metadata"]["name"] == "gateway"
    assert (seen.gateway_class or {})["metadata"]["name"] == "traefik"
    assert seen.logs == {"inference-x": "no such file"}


def test_a_container_that_has_just_ended_is_read_without_previous():
    cluster = broken(**ENDED)
    cluster.logs = {"inference-x": ["2026-01-01T00:00:00Z the end"]}

    seen = gather(cluster, RECORD)

    assert seen.logs == {"inference-x": "the end"}


def test_a_container_that_does_not_get_ready_may_say_where_it_listens():
    cluster = broken(restartCount=0, ready=False, state={"running": {"startedAt": "2026-01-01T00:00:00Z"}})
    cluster.logs = {"inference-x": ["2026-01-01T00:00:00Z listening on 127.0.0.1:8080"]}

    seen = gather(cluster, RECORD)

    assert seen.logs == {"inference-x": "listening on 127.0.0.1:8080"}


def test_nodes_are_read_where_none_takes_a_pod():
    cluster = broken(named("Node", "gpu-0", namespace=""))
    pod = next(found for found in cluster.objects if found["kind"] == "Pod")
    pod["status"] = {"conditions": [{"type": "PodScheduled", "status": "False"}]}

    seen = gather(cluster, RECORD)

    assert [node["metadata"]["name"] for node in seen.nodes] == ["gpu-0"]


def test_nodes_are_read_where_a_pod_is_not_ready_and_its_containers_are():
    cluster = broken(named("Node", "gpu-0", namespace=""))
    pod = next(found for found in cluster.objects if found["kind"] == "Pod")
    conditions = [{"type": "Ready", "status": "False"}, {"type": "ContainersReady", "status": "True"}]
    pod["status"] = {"conditions": conditions}

    assert [node["metadata"]["name"] for node in gather(cluster, RECORD).nodes] == ["gpu-0"]


def test_the_restarts_of_a_sidecar_say_nothing_of_which_log_tells():
    own = {
        "name": "main",
        "restartCount": 0,
        "ready": False,
        "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
    }
    cluster = broken()
    pod = next(found for found in cluster.objects if found["kind"] == "Pod")
    pod["status"] = {"containerStatuses": [{"name": "proxy", "restartCount": 3}, own]}
    cluster.logs = {"inference-x": ["2026-01-01T00:00:00Z starting"]}

    assert gather(cluster, RECORD).logs == {"inference-x": "starting"}


def test_pods_that_are_refused_are_told_of():
    cluster = broken()
    refused = {
        "type": "ReplicaFailure",
        "status": "True",
        "reason": "FailedCreate",
        "message": "exceeded quota",
    }
    deployment = next(found for found in cluster.objects if found["kind"] == "Deployment")
    deployment["status"] = {**deployment["status"], "conditions": [refused]}

    seen = gather(cluster, RECORD)

    assert seen.deployment["status"]["conditions"] == [refused]


def test_a_log_that_the_runtime_has_thrown_away_is_none():
    cluster = broken()
    cluster.logs = {"inference-x before": ["unable to retrieve container logs for containerd://0a1b"]}

    seen = gather(cluster, RECORD)

    assert seen.logs == {}


def test_logs_of_a_few_pods_are_enough():
    pods = [pod_of(RECORD, **FAILING) for _ in range(9)]
    for number, pod in enumerate(pods):
        pod["metadata"] = {**pod["metadata"], "name": f"inference-{number}"}
    cluster = broken(*pods)

    gather(cluster, RECORD)

    assert len([call for call in cluster.calls if call[0] == "log"]) == LOG_PODS
    assert LOG_LINES <= 100


def test_what_may_not_be_read_is_left_out():
    cluster = broken()
    cluster.forbidden = {"ReplicaSet", "Event", "EndpointSlice", "Gateway", "Service"}

    seen = gather(cluster, RECORD)

    assert (seen.service, seen.gateway, seen.gateway_class) == (None, None, None)
    assert (list(seen.replica_sets), list(seen.events)) == ([], [])


def test_what_does_not_exist_is_told_from_what_was_not_read():
    cluster = broken()
    cluster.remove("gateway")
    cluster.remove("inference", "HTTPRoute")

    seen = gather(cluster, RECORD)

    assert (seen.gateway, seen.route) == ({}, {})


def test_without_a_deployment_there_is_nothing():
    assert gather(FakeCluster(), RECORD).deployment == ABSENT


def test_events_are_those_of_the_groups_objects_and_of_pods_that_are_gone():
    labels = {"chalk.ai/scaling-group": RECORD.id}
    owner = named("ReplicaSet", "inference-7c9d")
    owner["metadata"]["labels"] = labels
    mine = [
        event_about("Pod", "inference-7c9d-gone", "uid-gone"),
        event_about("ReplicaSet", "inference-7c9d", owner["metadata"]["uid"]),
    ]
    other = event_about("Pod", "inference-2-aaaa-bbbb", "uid-other")
    cluster = broken(owner, *mine, other)

    seen = gather(cluster, RECORD)
    told = events(context_of(FakeReader({"inference": FakeState(RECORD, True, True)}), cluster), "inference")

    assert seen.events == mine
    assert [view.object for view in told] == ["Pod/inference-7c9d-gone", "ReplicaSet/inference-7c9d"]


def test_a_watch_gives_the_same_as_a_look():
    cluster = broken()

    seen = watched(FakeWatch(cluster, selections(RECORD)), RECORD)
    looked = gather(cluster, RECORD)

    assert (seen.deployment, seen.route, seen.service) == (looked.deployment, looked.route, looked.service)
    assert list(seen.pods) == list(looked.pods)


def test_claims_are_followed_where_the_group_mounts_some():
    record = record_of(spec_mounts=["pvc:models:/models", "secret:key:/key"])

    claims = [chosen for chosen in selections(record) if chosen.kind == "PersistentVolumeClaim"]

    assert [claim.name for claim in claims] == ["models"]


def test_a_snapshot_holds_what_was_read_and_no_bookkeeping():
    cluster = broken()
    cluster.objects[0]["metadata"]["managedFields"] = [{"manager": "somebody"}]

    data = snapshot(
        context_of(FakeReader({"inference": FakeState(RECORD, True, True)}), cluster), "inference"
    )

    assert data["deployment"]["kind"] == "Deployment"
    assert "managedFields" not in data["deployment"]["metadata"]
    assert len(data["pods"]) == 1
    assert data["taken"]


def served(at: str = "203.0.113.7") -> FakeCluster:
    """A healthy group behind a gateway that is reached at an address."""
    cluster = FakeCluster(*objects_of(RECORD), pod_of(RECORD))
    cluster.gateway = {**(cluster.gateway or {}), "status": {"addresses": [{"value": at}]}}
    return cluster


def test_the_names_of_the_certificate_that_clients_are_shown_are_in_a_snapshot():
    reader = FakeReader({"inference": FakeState(RECORD, True, True)})
    network = FakeNetwork(shown=ServedCertificate(("*.other.example.com",)))

    data = snapshot(replace(context_of(reader, served()), network=network), "inference")
    verdict = diagnose_recorded(data)

    assert data["certificateNames"] == ["*.other.example.com"]
    assert [cause.category for cause in verdict.diagnoses] == ["certificate-other-host"]


def test_a_certificate_that_nobody_can_see_from_here_is_left_out():
    reader = FakeReader({"inference": FakeState(RECORD, True, True)})

    assert "certificateNames" not in snapshot(context_of(reader, served()), "inference")


def test_other_routes_of_the_hostname_are_read_for_a_group_in_trouble_where_they_may_be():
    other = older_route(RECORD)

    assert gather(broken(other), RECORD).other_routes == [other]
    assert gather(FakeCluster(*objects_of(RECORD), pod_of(RECORD), other), RECORD).other_routes == ()
    cluster = broken(other)
    cluster.forbidden = {"HTTPRoute"}
    assert gather(cluster, RECORD).other_routes == ()


def test_a_group_that_reads_well_and_has_a_liveness_probe_is_judged_without_other_routes_as_a_list_does():
    record = record_of(spec_liveness="tcp")
    cluster = FakeCluster(*objects_of(record), pod_of(record), older_route(record))
    cluster.objects[3]["spec"] = cluster.objects[0]["spec"]["template"]["spec"]

    seen = gather(cluster, record)

    assert ("list", "Event", "default") in cluster.calls
    assert seen.other_routes == ()
