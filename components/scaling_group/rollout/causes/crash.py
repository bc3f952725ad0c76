"""The process starts and ends: by its own fault, by a signal, for lack of memory, or because it is done."""

from __future__ import annotations

import re
import signal
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from pydantic_core import PydanticCustomError

from scaling_group.rollout.causes.image import PLATFORM
from scaling_group.rollout.containers import NEVER_RAN, Container
from scaling_group.rollout.fields import instant, text
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod
from scaling_group.spec.quantity import canonical_memory

MEMORY = Cause(
    "out-of-memory",
    "The process needs more memory than its limit, and the kernel kills it.",
    "Raise `--memory`, or reduce what the process needs.",
)
CRASH = Cause(
    "crash-loop",
    "The process exits with an error or a signal right after it starts.",
    "Read its log, then correct the image or its settings.",
)
FLAPPING = Cause(
    "flapping",
    "The process repeatedly runs for a while and exits with an error or a signal.",
    "Read the log of the previous run: `scaling-group logs --previous`.",
)
FINISHED = Cause(
    "process-finishes",
    "The process exits without an error, and its container is restarted each time.",
    "Run a server that keeps running; use a Job for work that ends.",
)
CAUSES = (MEMORY, CRASH, FLAPPING, FINISHED)

#: From here on a run was more than a start.
A_WHILE = timedelta(seconds=5)
#: Lines of the log that are shown.
LINES = 3
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
    )


def _explained(rollout: ObservedRollout, pod: Pod, container: Container) -> Explanation:
    who, how = container.process, _how(container)
    image = rollout.command("update", "--image=IMAGE")
    logs = rollout.command("logs", "--previous")
    if text(container.ended, "reason") == "OOMKilled":
        return _memory(rollout, container)
    if "exec format error" in pod.log:
        fix = f"Build the image for the nodes' platform (docker build --platform …), then: {image}"
        return Explanation(PLATFORM, f"the image {container.image} is not built for the CPU of the node", fix)
    if container.exit_code == 0:
        server = rollout.command("update", "--entrypoint=PROGRAM,ARGUMENT")
        said = f"{who} exits with code 0, but a replica must keep running"
        return Explanation(FINISHED, said, f"Start a server that keeps running: {server}")
    if container.ran_for >= A_WHILE:
        return Explanation(FLAPPING, f"{who} {how} after running for a while", f"Read its log: {logs}")
    fix = f"Read its log ({logs}), correct it, then: {image}"
    return Explanation(CRASH, f"{who} {how} right after it starts", fix)


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
    except (InvalidOperation, PydanticCustomError):
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
