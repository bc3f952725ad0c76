"""The container runs and its probes fail: it gets no requests, or is killed and started again."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rollout.causes.listening import Address, Failure, listens_elsewhere, probe_failure
from scaling_group.rollout.containers import Container
from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import instant, number, part
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

LIVENESS = Cause(
    "liveness-kills",
    "The liveness probe fails, so the kubelet restarts the container.",
    "Correct the port or `--liveness`, or allow more time with `--startup`.",
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    example="the liveness probe fails, so the container is restarted: nothing accepts connections on port "
    "9999",
    hopeless="once the kubelet backs off",
)
STARTUP = Cause(
    "startup-kills",
    "The start takes longer than the startup probe allows, so the kubelet kills the container.",
    "Allow more with `--startup=…,failures=N`, or correct its port.",
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    example="the startup probe fails, so the container is restarted: port 8080 does not answer in time",
    hopeless="once the kubelet backs off",
)
REFUSED = Cause(
    "not-ready-refused",
    "Nothing accepts connections on the port of the readiness probe.",
    "Wait if it starts slowly; otherwise make it listen on the group's port, or change `--port`.",
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    example="not ready: nothing accepts connections on port 8080",
)
LOOPBACK = Cause(
    "listens-on-loopback",
    "The process only listens on the loopback address, which is not reachable from outside the Pod.",
    "Make it listen on 0.0.0.0.",
    source="https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
    example="the process listens on 127.0.0.1:8080, which is not reachable from outside its pod",
)
OTHER_PORT = Cause(
    "listens-on-other-port",
    "The process does not listen on the group's port.",
    "Change `--port`, or the port that the process listens on.",
    source="https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
    example="the process listens on port 9999, but the group's port is 8080",
)
STATUS = Cause(
    "not-ready-status",
    "The readiness probe's request is answered with an error.",
    "Correct the path in `--readiness`, or what answers there.",
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    example="not ready: GET /healthz on port 8080 is answered with 404",
)
TIMEOUT = Cause(
    "not-ready-timeout",
    "The readiness probe gets no answer in time.",
    "Find out what keeps it busy, or allow more with `--readiness=…,timeout=SECONDS`.",
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    example="not ready: GET /healthz on port 8080 does not answer in time",
)
NOT_READY = Cause(
    "not-ready",
    "The container runs, but its readiness probe fails.",
    "See the evidence and the log.",
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    example="running but not ready",
)
SIDECAR = Cause(
    "sidecar-not-ready",
    "A container that was put beside the group's (a mesh's proxy, an agent) is not ready, so the Pod is not.",
    "See that container's log: `kubectl logs POD -c CONTAINER`; its owner is who injects it.",
    source="https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/",
    example="the sidecar istio-proxy is not ready: GET /healthz/ready on port 15021 is answered with 503",
)
CAUSES = (LIVENESS, STARTUP, SIDECAR, LOOPBACK, OTHER_PORT, REFUSED, STATUS, TIMEOUT, NOT_READY)

#: Kubernetes' defaults: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
PERIOD, FAILURES = 10, 3


def kills(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return which probe has a container killed, where it has not recovered since."""
    for container in pod.containers:
        for kind, cause in (("liveness", LIVENESS), ("startup", STARTUP)):
            killing = pod.event("Killing", f"Container {container.name} failed {kind} probe")
            if killing and _recent(rollout, container, killing):
                return _killed(rollout, pod, container, kind, cause, killing)
    return None


def _recent(rollout: ObservedRollout, container: Container, killing: Event) -> bool:
    """Return whether the kill is of this run or of the last, and the container has not recovered."""
    began = instant(container.ended, "startedAt") or container.running_since
    old = killing.last and began and killing.last < began
    return not old and (not container.ended or not container.settled(rollout.seen.taken))


def _killed(
    rollout: ObservedRollout, pod: Pod, container: Container, kind: str, cause: Cause, killing: Event
) -> Finding:
    failure = probe_failure(pod, container, kind)
    own = container.own and failure.met == "refused"
    elsewhere = listens_elsewhere(pod.log, failure.port) if own else None
    of = "" if container.own else f" of container {container.name}"
    described = f"{failure} (the process listens on {elsewhere})" if elsewhere else str(failure)
    more = f"Correct the probe or give it more time: {rollout.command('update', f'--{kind}=PROBE')}"
    return Finding(
        cause,
        f"the {kind} probe{of} fails, so the container is restarted: {described}",
        _fix(rollout, elsewhere) if elsewhere else more,
        detail=f"pod {pod.name}: {killing.message} ({killing.count} times); {failure.message}",
        terminal=container.backs_off,
        since=killing.first,
        pod=pod.name,
    )


def readiness(rollout: ObservedRollout, pod: Pod) -> Iterator[Finding]:
    """Yield why each container that runs does not get ready, once its probe has had its time."""
    for container in pod.containers:
        if container.init or container.ready or not container.running:
            continue
        if container.status.get("started") is not False and _had_its_time(rollout, container):
            yield _unready(rollout, pod, container) if container.own else _sidecar(rollout, pod, container)


def _sidecar(rollout: ObservedRollout, pod: Pod, container: Container) -> Finding:
    """Return what keeps a container that is not the group's from being ready.

    A mesh's proxy holds back the traffic of the others, whose trouble may be a symptom of it.
    """
    failure, name = probe_failure(pod, container, "readiness"), container.name
    said = f": {failure}" if failure.message else ""
    see = f"kubectl logs {pod.name} -c {name} -n {rollout.namespace}"
    seconds = rollout.for_seconds(container.running_since)
    return Finding(
        SIDECAR,
        f"the sidecar {name} is not ready{said}",
        f"See its log; who injects it has to repair it: {see}",
        detail=f"pod {pod.name}, container {name}: readiness probe: {failure.message or 'not ready'} "
        f"({failure.count} times); it has run for {seconds:.0f} s",
        since=container.running_since,
        pod=pod.name,
    )


def _had_its_time(rollout: ObservedRollout, container: Container) -> bool:
    """Return whether the probe has failed as often as counts: a start takes its time."""
    probe = part(container.spec, "readinessProbe")
    period = number(probe, "periodSeconds", default=PERIOD)
    allowed = number(probe, "initialDelaySeconds") + period * number(
        probe, "failureThreshold", default=FAILURES
    )
    return rollout.for_seconds(container.running_since) >= allowed


def _unready(rollout: ObservedRollout, pod: Pod, container: Container) -> Finding:
    failure = probe_failure(pod, container, "readiness")
    elsewhere = listens_elsewhere(pod.log, failure.port) if failure.met == "refused" else None
    explanation = _elsewhere(rollout, failure, elsewhere) if elsewhere else _explained(rollout, failure)
    seconds = rollout.for_seconds(container.running_since)
    seen = f"{failure.message or 'not ready'}" + (f" ({failure.count} times)" if failure.count else "")
    return Finding(
        explanation.cause,
        explanation.said,
        explanation.resolution,
        detail=f"pod {pod.name}: readiness probe: {seen}; it has run for {seconds:.0f} s",
        since=container.running_since,
        pod=pod.name,
    )


def _elsewhere(rollout: ObservedRollout, failure: Failure, address: Address) -> Explanation:
    if address.loopback:
        said = f"the process listens on {address}, which is not reachable from outside its pod"
        return Explanation(LOOPBACK, said, _fix(rollout, address))
    said = f"the process listens on {address}, but the group's port is {failure.port}"
    return Explanation(OTHER_PORT, said, _fix(rollout, address))


def _fix(rollout: ObservedRollout, address: Address) -> str:
    if address.loopback:
        everywhere = f"0.0.0.0:{address.port}"
        return f"Make the process listen on {everywhere}; many servers have a flag like --host."
    return f"Name that port: {rollout.command('update', f'--port={address.port}')}"


def _explained(rollout: ObservedRollout, failure: Failure) -> Explanation:
    said = f"not ready: {failure}" if failure.message else "running but not ready"
    probe = rollout.command("update", "--readiness=PROBE")
    if failure.met == "refused":
        port = rollout.command("update", "--port=PORT")
        here = f"0.0.0.0:{failure.port or 'PORT'}"
        fix = f"Wait if it starts slowly; otherwise make it listen on {here}, or name its port: {port}"
        return Explanation(REFUSED, said, fix)
    if failure.met == "status":
        return Explanation(STATUS, said, f"Correct the path, or what answers there: {probe}")
    if failure.met == "timeout":
        return Explanation(TIMEOUT, said, f"Find out what keeps it busy, or allow more time: {probe}")
    return Explanation(NOT_READY, said, f"See its log: {rollout.command('logs')}")
