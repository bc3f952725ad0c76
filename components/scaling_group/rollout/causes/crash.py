"""The process starts and ends: by its own fault, by a signal, for lack of memory, or because it is done."""

from __future__ import annotations

import re
import signal
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from scaling_group.rollout.causes import server_words, servers
from scaling_group.rollout.causes.image import PLATFORM
from scaling_group.rollout.containers import NEVER_RAN, Container
from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import instant, message, text
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod
from scaling_group.spec.quantity import canonical_memory
from scaling_group.spec.rejection import rejected

MEMORY = Cause(
    "out-of-memory",
    "The process needs more memory than its limit, and the kernel kills it.",
    "Raise `--memory`, or reduce what the process needs.",
    source="https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",
    example="the process needs more memory than its limit of 16Mi",
    hopeless="once the kubelet backs off",
)
CRASH = Cause(
    "crash-loop",
    "The process exits with an error or a signal right after it starts.",
    "Read its log, then correct the image or its settings.",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
    example="the process exits with code 3 right after it starts",
    hopeless="once the kubelet backs off",
)
FLAPPING = Cause(
    "flapping",
    "The process repeatedly runs for a while and exits with an error or a signal.",
    "Read the log of the previous run: `scaling-group logs --previous`.",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
    example="the process exits with code 1 after running for a while",
    hopeless="once the kubelet backs off",
)
FINISHED = Cause(
    "process-finishes",
    "The process exits without an error, and its container is restarted each time.",
    "Run a server that keeps running; use a Job for work that ends.",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy",
    example="the process exits with code 0, but a replica must keep running",
    hopeless="once the kubelet backs off",
)
KILLED = Cause(
    "process-killed",
    "The process is killed from outside (exit code 137), and not at its container's memory limit.",
    "See the Pod's events; a child process may have run out of memory, or the node: raise `--memory`.",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/, "
    "https://github.com/kubernetes/kubernetes/issues/50632",
    example="the process is killed (exit code 137) right after it starts, and not at its memory limit",
    hopeless="once the kubelet backs off",
)
CAUSES = (MEMORY, KILLED, *servers.CAUSES, CRASH, FLAPPING, FINISHED)

#: From here on a run was more than a start.
A_WHILE = timedelta(seconds=5)
#: Lines of the log that are shown.
LINES = 3
KILL = 137
#: What a signal or code mostly comes from.
SINCE = {
    126: "The program is there and may not run: correct its mode or --entrypoint. ",
    127: "The program is not there: correct --entrypoint or PATH. ",
    132: "It uses instructions that the node's CPU lacks: build it for the nodes' CPU. ",
    134: "It has aborted itself: an assertion, or memory that it has damaged. ",
    135: "It ran out of shared memory or of a file that it maps: see /dev/shm. ",
    139: "It has crashed in native code (a segmentation fault), often of a library or driver. ",
    143: "It was asked to end (SIGTERM), by a probe, a hook or itself. ",
}
SHELL = {126: "a shell may not run its command", 127: "a shell did not find its command"}


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return how a process of the pod ended, where it has not recovered since."""
    if pod.over:
        return None
    ended = (c for c in pod.containers if _ended(c) and not c.settled(rollout.seen.taken))
    return next((_finding(rollout, pod, container) for container in ended), None)


def _ended(container: Container) -> bool:
    if not container.ended or text(container.ended, "reason") in NEVER_RAN:
        return False
    return not (container.init and container.exit_code == 0)


def _finding(rollout: ObservedRollout, pod: Pod, container: Container) -> Finding:
    explanation = _explained(rollout, pod, container)
    back_off = pod.event("BackOff", "restarting failed container")
    began = back_off.first if back_off and container.restarts else instant(container.ended, "finishedAt")
    return Finding(
        explanation.cause,
        explanation.said,
        explanation.resolution,
        detail=evidence(pod, container),
        terminal=container.backs_off,
        since=began,
        pod=pod.name,
        alike=explanation.alike,
    )


def _explained(rollout: ObservedRollout, pod: Pod, container: Container) -> Explanation:
    if text(container.ended, "reason") == "OOMKilled":
        return _memory(rollout, container)
    return _by_words(rollout, pod, container) or _by_code(rollout, pod, container)


def _by_words(rollout: ObservedRollout, pod: Pod, container: Container) -> Explanation | None:
    """Return what the process itself says; the log is of the group's own container."""
    if "exec format error" in pod.log:
        image = rollout.command("update", "--image=IMAGE")
        fix = f"Build the image for the nodes' platform (docker build --platform …), then: {image}"
        return Explanation(PLATFORM, f"the image {container.image} is not built for the CPU of the node", fix)
    last_words = message(container.ended, "message")
    return server_words.explained(rollout, pod, last_words, pod.log) if container.own else None


def _by_code(rollout: ObservedRollout, pod: Pod, container: Container) -> Explanation:
    who, how, code = container.process, _how(container), container.exit_code
    logs = rollout.command("logs", "--previous")
    if code == KILL:
        return _killed(rollout, pod, container)
    if code == 0:
        server = rollout.command("update", "--entrypoint=PROGRAM,ARGUMENT")
        said = f"{who} exits with code 0, but a replica must keep running"
        return Explanation(FINISHED, said, f"Start a server that keeps running: {server}")
    why = f": {last}" if (last := _last_word(message(container.ended, "message"))) else ""
    if container.ran_for >= A_WHILE:
        said = f"{who} {how} after running for a while"
        return Explanation(FLAPPING, said + why, f"{SINCE.get(code, '')}Read its log: {logs}", alike=said)
    image = rollout.command("update", "--image=IMAGE")
    fix = f"{SINCE.get(code, '')}Read its log ({logs}), correct it, then: {image}"
    said = f"{who} {how} right after it starts"
    return Explanation(CRASH, said + why, fix, alike=said)


def _last_word(said: str) -> str:
    """Return the last line of what a process has left to be said of its end."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def _killed(rollout: ObservedRollout, pod: Pod, container: Container) -> Explanation:
    """Return who has killed a process that has not met its container's memory limit, as far as is known.

    The kernel kills a child alone where a container's limit is met, and that is no OOMKilled then.
    """
    when = "right after it starts" if container.ran_for < A_WHILE else "after running for a while"
    killing = pod.event("Killing", container=container.name)
    hook = pod.event("FailedPreStopHook", container=container.name)
    said = f"{container.process} is killed by SIGKILL (exit code 137) {when}"
    more = rollout.command(
        "update", f"--memory={doubled(text(container.spec, 'resources', 'limits', 'memory'))}"
    )
    if hook:
        fix = "Let it end within its grace period: its preStop hook failed or took too long."
        return Explanation(KILLED, f"{said}, after its preStop hook failed", fix)
    if full := _node_was_full(rollout, pod):
        said = f"{said}, while its node {pod.node} was out of memory"
        return Explanation(
            KILLED, said, f"Reserve what it needs: {more}. The node says: {full.message[:160]}"
        )
    if killing:
        fix = f"See why in the events: {rollout.command('events')}"
        return Explanation(KILLED, f"{said}: {killing.message[:160]}", fix)
    why = "A child process that runs out of memory ends so too, as does a node without memory."
    fix = f"{why} Give it more: {more}"
    return Explanation(KILLED, f"{said}, and not at its memory limit as far as Kubernetes says", fix)


def _node_was_full(rollout: ObservedRollout, pod: Pod) -> Event | None:
    """Return what the node of a pod says of its memory; its events have its name in place of an id."""
    node = {"metadata": {"name": pod.node, "uid": pod.node}}
    return next((e for e in rollout.events_of(node) if e.reason in ("SystemOOM", "OOMKilling")), None)


def _how(container: Container) -> str:
    code = container.exit_code
    if code > 128:
        try:
            return f"is terminated by {signal.Signals(code - 128).name} (exit code {code})"
        except ValueError:
            return f"exits with code {code}"
    return f"exits with code {code}" + (f" ({SHELL[code]})" if code in SHELL else "")


def _memory(rollout: ObservedRollout, container: Container) -> Explanation:
    limit = text(container.spec, "resources", "limits", "memory")
    more = rollout.command("update", f"--memory={doubled(limit)}")
    if not limit:
        said = f"{container.process} is killed because its node has no more memory"
        return Explanation(MEMORY, said, f"Reserve what it needs: {more}")
    said = f"{container.process} needs more memory than its limit of {limit}"
    return Explanation(MEMORY, said, f"Give it more: {more}")


def doubled(limit: str) -> str:
    """Return twice an amount of memory, MEMORY for one that cannot be read."""
    found = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", limit)
    try:
        return canonical_memory(f"{2 * Decimal(found[1])}{found[2]}") if found else "MEMORY"
    except (InvalidOperation, rejected()):
        return "MEMORY"


def evidence(pod: Pod, container: Container) -> str:
    """Return how the process ended, how often, what it left to be said, and the last lines of its log."""
    ended = container.ended
    took = f" after {container.ran_for.total_seconds():.0f} s" if instant(ended, "finishedAt") else ""
    again = f", {_times(container.restarts)}" if container.restarts else ""
    where = f"pod {pod.name}" + ("" if container.own else f", container {container.name}")
    # What the process has written to /dev/termination-log.
    shown = _last_lines("last word", text(ended, "message")) + _last_lines(
        "log", pod.log if container.own else ""
    )
    return f"{where}: {text(ended, 'reason')} (exit code {container.exit_code}){took}{again}{shown}"


def _last_lines(label: str, said: str) -> str:
    lines = [line.strip()[:200] for line in said.splitlines() if line.strip()][-LINES:]
    return "".join(f"\n{label}: {line}" for line in lines)


def _times(restarts: int) -> str:
    return "restarted once" if restarts == 1 else f"restarted {restarts} times"
