"""Containers that are not configured, do not start, end, or do not get ready."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.rollout.causes.crash import doubled
from tests.unit.rollout.situations import ended, event, found, group, one, pod, running, waiting

RUNC = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc "
    "create failed: "
    "unable to start container process: "
)


@pytest.mark.parametrize(
    ("message", "category", "said", "terminal"),
    [
        (
            'secret "tokens" not found',
            "missing-secret",
            "the Secret tokens does not exist in namespace default",
            True,
        ),
        (
            'configmap "settings" not found',
            "missing-config-map",
            "the ConfigMap settings does not exist in namespace default",
            True,
        ),
        (
            "couldn't find key API_TOKEN in Secret default/tokens",
            "missing-key",
            "the Secret tokens has no key API_TOKEN",
            True,
        ),
        (
            "couldn't find key mode in ConfigMap default/settings",
            "missing-key",
            "the ConfigMap settings has no key mode",
            True,
        ),
        (
            "container has runAsNonRoot and image will run as root (pod: web-1)",
            "runs-as-root",
            "the image runs as root, but the pod forbids it",
            True,
        ),
        (
            "failed to prepare subPath for volumeMount",
            "container-not-configured",
            "the container cannot be configured: failed to prepare subPath for volumeMount",
            False,
        ),
    ],
)
def test_what_the_kubelet_cannot_put_together_is_named(message, category, said, terminal):
    diagnosis = one(pod("web-1", waiting("CreateContainerConfigError", message)))

    assert (diagnosis.category, diagnosis.terminal) == (category, terminal)
    assert diagnosis.summary == f"{said} (1 of 1 replicas)"


@pytest.mark.parametrize(
    "message",
    [
        "failed to sync secret cache: timed out waiting for the condition",
        "services have not yet been read at least once, cannot construct envvars",
    ],
)
def test_what_the_kubelet_has_not_read_yet_is_nothing_wrong(message):
    assert found(pod("web-1", waiting("CreateContainerConfigError", message))) == []


MOUNT = 'MountVolume.SetUp failed for volume "v" : '


@pytest.mark.parametrize(
    ("message", "count", "category"),
    [
        (f'{MOUNT}secret "tokens" not found', 1, "missing-secret"),
        (f'{MOUNT}configmap "settings" not found', 1, "missing-config-map"),
        (f"{MOUNT}references non-existent secret key: token", 1, "missing-key"),
        (f"{MOUNT}configmap references non-existent config key: mode", 1, "missing-key"),
        (f"{MOUNT}mount failed: exit status 32", 1, None),
        (f"{MOUNT}mount failed: exit status 32", 3, "volume-not-mounted"),
        (f"{MOUNT}failed to sync configmap cache: timed out waiting for the condition", 9, None),
        (f'{MOUNT}object "default"/"tokens" not registered', 9, None),
    ],
)
def test_a_volume_that_cannot_be_mounted_is_in_events_alone(message, count, category):
    creating = pod("web-1", waiting("ContainerCreating"))
    events = [event(creating, "FailedMount", message, count=count)]

    assert [d.category for d in found(creating, events=events)] == ([category] if category else [])


def test_a_mount_that_has_worked_since_is_nothing_wrong():
    creating = pod("web-1", waiting("ContainerCreating"))
    failed = event(creating, "FailedMount", f'{MOUNT}secret "tokens" not found', last=2)
    pulling = event(creating, "Pulling", 'Pulling image "a"', last=3)
    running_now = pod("web-1", running(ready=True))

    assert found(creating, events=[failed, pulling]) == []
    assert found(running_now, events=[failed]) == []


@pytest.mark.parametrize(
    ("message", "category", "said"),
    [
        (
            RUNC + 'exec: "/no/such": stat /no/such: no such file or directory: unknown',
            "missing-command",
            "the image has no program /no/such",
        ),
        (
            RUNC + 'exec: "serve": executable file not found in $PATH: unknown',
            "missing-command",
            "the image has no program serve",
        ),
        (
            RUNC + 'exec: "/app/run.sh": permission denied: unknown',
            "missing-command",
            "the image does not allow /app/run.sh to run: permission denied",
        ),
        (
            RUNC + 'exec: "/app/run": exec format error: unknown',
            "missing-command",
            "/app/run is not a program for the CPU of the node",
        ),
        (
            "container create failed: executable file `serve` not found in $PATH: No such file or directory",
            "missing-command",
            "the image has no program serve",
        ),
        (
            "Error response from daemon: No command specified",
            "missing-command",
            "neither the image nor the group names a program to start",
        ),
        (
            "OCI runtime create failed: mount propagation is unknown",
            "container-not-started",
            "the container cannot be started: OCI runtime create failed: mount propagation is unknown",
        ),
    ],
)
def test_a_program_that_cannot_be_started_is_named(message, category, said):
    terminated = {"terminated": {"reason": "StartError", "exitCode": 128, "message": message}}
    waits = waiting("RunContainerError", message, lastState=terminated)
    backs_off = waiting("CrashLoopBackOff", "back-off 10s", lastState=terminated, restartCount=1)

    for status in (waits, backs_off):
        diagnosis = one(pod("web-1", status))
        assert (diagnosis.category, diagnosis.summary) == (category, f"{said} (1 of 1 replicas)")
        assert diagnosis.terminal is (category == "missing-command" or status is backs_off)


@pytest.mark.parametrize(
    ("state", "log", "category", "said"),
    [
        (ended(3), "", "crash-loop", "the process exits with code 3 right after it starts"),
        (
            ended(127),
            "",
            "crash-loop",
            "the process exits with code 127 (a shell did not find its command) right after it starts",
        ),
        (
            ended(139),
            "",
            "crash-loop",
            "the process is terminated by SIGSEGV (exit code 139) right after it starts",
        ),
        (ended(255), "", "crash-loop", "the process exits with code 255 right after it starts"),
        (
            ended(1, 1, 9),
            "",
            "flapping",
            "the process exits with code 1 after running for a while",
        ),
        (
            ended(0, reason="Completed"),
            "",
            "process-finishes",
            "the process exits with code 0, but a replica must keep running",
        ),
        (
            ended(1),
            "exec /app/run: exec format error",
            "image-wrong-platform",
            "the image registry.example.com/team/app:1 is not built for the CPU of the node",
        ),
        (
            ended(137, reason="OOMKilled"),
            "",
            "out-of-memory",
            "the process is killed because its node has no more memory",
        ),
    ],
)
def test_the_end_of_a_process_is_told(state, log, category, said):
    diagnosis = one(pod("web-1", {"state": state}), logs={"web-1": log})

    assert (diagnosis.category, diagnosis.terminal) == (category, False)
    assert diagnosis.summary == f"{said} (1 of 1 replicas)"


def test_the_last_lines_of_the_log_are_evidence():
    log = "\n".join(["starting", "one", "", "two", "three " + "x" * 500, ""])
    detail = one(pod("web-1", {"state": ended(3), "restartCount": 2}), logs={"web-1": log}).detail

    assert detail.splitlines()[0] == "pod web-1: Error (exit code 3) after 0 s, restarted 2 times"
    assert detail.splitlines()[1:3] == ["log: one", "log: two"]
    assert max(map(len, detail.splitlines())) < 210


def test_the_last_word_of_a_process_is_evidence_before_its_log():
    state = ended(5)
    state["terminated"]["message"] = "reading the model\nno model\n"
    detail = one(pod("web-1", {"state": state}), logs={"web-1": "no model\nbye"}).detail

    said = ["last word: reading the model", "last word: no model", "log: no model", "log: bye"]
    assert detail.splitlines()[1:] == said


OOM = {"lastState": ended(137, reason="OOMKilled")}


@pytest.mark.parametrize(
    ("limit", "more"),
    [
        ("16Mi", "32Mi"),
        ("1Gi", "2Gi"),
        ("1.5Gi", "3Gi"),
        ("128974848", "257949696"),
        ("1G", "2G"),
        ("x", "MEMORY"),
    ],
)
def test_an_oom_kill_names_the_limit_and_twice_as_much(limit, more):
    limited = {"resources": {"limits": {"memory": limit}}}
    diagnosis = one(pod("web-1", waiting("CrashLoopBackOff", **OOM, restartCount=3), container=limited))

    assert diagnosis.category == "out-of-memory"
    assert diagnosis.terminal
    assert diagnosis.summary == f"the process needs more memory than its limit of {limit} (1 of 1 replicas)"
    assert f"--memory={more}" in diagnosis.resolution
    assert doubled(limit) == more


def test_a_container_beside_the_groups_own_is_named():
    crashed = pod("web-1", running(ready=True))
    crashed["status"]["containerStatuses"].append({"name": "proxy", "state": ended(2)})

    assert one(crashed).summary.startswith("the process of container proxy exits with code 2")


def test_preparation_that_is_done_is_nothing_wrong():
    ready = pod("web-1", running(ready=True))
    ready["status"]["initContainerStatuses"] = [{"name": "fetch", "state": ended(0, reason="Completed")}]

    assert found(ready) == []
    ready["status"]["initContainerStatuses"][0]["state"] = ended(1)
    assert one(ready).summary.startswith("the process of init container fetch exits with code 1")


def test_one_replica_that_crashes_beside_others_that_run_is_not_hopeless():
    loop = waiting("CrashLoopBackOff", lastState=ended(1), restartCount=5)
    diagnosis = one(pod("web-1", loop), pod("web-2", running(ready=True)), pod("web-3", running(ready=True)))

    assert (diagnosis.summary.endswith(" (1 of 3 replicas)"), diagnosis.terminal) == (True, False)


def probed(**probe: Any) -> dict[str, Any]:
    return {
        "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 5, "failureThreshold": 3, **probe}
    }


REFUSED = "Readiness probe failed: dial tcp 10.0.0.9:8080: connect: connection refused"
HTTP = probed(tcpSocket=None, httpGet={"path": "/ready", "port": "http"})
HTTP["ports"] = [{"name": "http", "containerPort": 8080}]


@pytest.mark.parametrize(
    ("message", "container", "log", "category", "said"),
    [
        (REFUSED, probed(), "", "not-ready-refused", "not ready: nothing accepts connections on port 8080"),
        (
            REFUSED,
            probed(),
            "listening on 127.0.0.1:8080",
            "listens-on-loopback",
            "the process listens on 127.0.0.1:8080, which is not reachable from outside its pod",
        ),
        (
            REFUSED,
            probed(),
            "listening on :9999",
            "listens-on-other-port",
            "the process listens on port 9999, but the group's port is 8080",
        ),
        (
            REFUSED,
            probed(),
            "listening on 0.0.0.0:8080",
            "not-ready-refused",
            "not ready: nothing accepts connections on port 8080",
        ),
        (
            "Readiness probe failed: HTTP probe failed with statuscode: 503",
            HTTP,
            "",
            "not-ready-status",
            "not ready: GET /ready on port 8080 is answered with 503",
        ),
        (
            'Readiness probe failed: Get "http://10.0.0.9:8080/ready": context deadline exceeded '
            "(Client.Timeout exceeded while awaiting headers)",
            HTTP,
            "",
            "not-ready-timeout",
            "not ready: GET /ready on port 8080 does not answer in time",
        ),
        (
            'Readiness probe failed: Get "http://10.0.0.9:8080/ready": dial tcp 10.0.0.9:8080: '
            "connect: connection "
            "refused",
            HTTP,
            "",
            "not-ready-refused",
            "not ready: nothing accepts connections on port 8080",
        ),
        (
            "Readiness probe failed: error: this server does not implement the grpc health protocol "
            "(grpc.health.v1.Health): unknown service",
            probed(tcpSocket=None, grpc={"port": 8080}),
            "",
            "not-ready",
            "not ready: the server on port 8080 does not implement the gRPC health protocol",
        ),
        ("", {}, "", "not-ready", "running but not ready"),
    ],
)
def test_a_probe_that_fails_names_the_port_that_is_meant(message, container, log, category, said):
    unready = pod("web-1", running(since=1), container=container)
    events = [event(unready, "Unhealthy", message, count=12)] if message else []
    diagnosis = one(unready, events=events, logs={"web-1": log})

    assert (diagnosis.category, diagnosis.terminal) == (category, False)
    assert diagnosis.summary == f"{said} (1 of 1 replicas)"
    assert "it has run for 119 s" in diagnosis.detail


@pytest.mark.parametrize(("after", "told"), [(15, False), (17, True)])
def test_a_start_takes_as_long_as_its_probe_allows(after, told):
    unready = pod("web-1", running(since=1), container=probed())

    assert bool(found(unready, after=after, events=[event(unready, "Unhealthy", REFUSED)])) is told


def test_a_start_that_has_a_probe_of_its_own_is_not_judged_by_another():
    starting = pod("web-1", {**running(since=1), "started": False}, container=probed())

    assert found(starting) == []


@pytest.mark.parametrize("kind", ["liveness", "startup"])
@pytest.mark.parametrize("log", ["", "Uvicorn running on http://127.0.0.1:8080"])
def test_a_kill_for_a_probe_says_which(kind, log):
    probe = {f"{kind}Probe": {"tcpSocket": {"port": 8080}}}
    status = waiting("CrashLoopBackOff", lastState=ended(137, 60, 70), restartCount=3)
    killed = pod("web-1", status, container=probe)
    failed = f"{kind.capitalize()} probe failed: dial tcp 10.0.0.9:8080: connect: connection refused"
    events = [
        event(killed, "Unhealthy", failed, last=69),
        event(killed, "Killing", f"Container main failed {kind} probe, will be restarted", last=70, count=3),
    ]
    diagnosis = one(killed, events=events, logs={"web-1": log})

    assert (diagnosis.category, diagnosis.terminal) == (f"{kind}-kills", True)
    assert "nothing accepts connections on port 8080" in diagnosis.summary
    assert ("127.0.0.1:8080" in diagnosis.summary) is bool(log)
    assert ("0.0.0.0:8080" if log else f"--{kind}=") in diagnosis.resolution


def test_a_kill_of_an_earlier_run_is_not_why_this_one_ended():
    crashed = pod("web-1", {"state": ended(1, 500, 500), "restartCount": 1})
    killing = event(crashed, "Killing", "Container main failed liveness probe, will be restarted", last=70)

    assert one(crashed, events=[killing], after=501).category == "crash-loop"


def test_a_pod_that_its_node_has_ended_says_why():
    reason = "The node was low on resource: memory."
    evicted = pod("web-1", {"state": ended(137)}, phase="Failed", reason="Evicted", message=reason)
    diagnosis = one(evicted)

    assert (diagnosis.category, diagnosis.terminal) == ("pod-evicted", False)
    assert reason in diagnosis.detail


def test_a_pod_that_obeys_when_its_node_ends_it_did_not_finish():
    """A process that ends with 0 when it is told to leaves no reason in the status, only the event."""
    obeyed = pod("web-1", {"state": ended(0, reason="Completed")}, phase="Succeeded")
    message = 'Usage of EmptyDir volume "data" exceeds the limit "8Mi". '
    diagnosis = one(obeyed, events=[event(obeyed, "Evicted", message)])

    assert (diagnosis.category, diagnosis.summary) == (
        "pod-evicted",
        "evicted by its node: Evicted (1 of 1 replicas)",
    )
    assert diagnosis.detail == f"pod web-1: Evicted: {message.strip()}"


def test_a_pod_that_was_ended_and_replaced_is_nothing_wrong():
    evicted = pod("web-1", {"state": ended(137)}, phase="Failed", reason="Evicted")
    complete = group(1, availableReplicas=1, readyReplicas=1)

    assert found(evicted, pod("web-2", running(ready=True)), deployment=complete) == []
