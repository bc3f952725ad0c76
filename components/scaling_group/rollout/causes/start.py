"""The container is made, and its program cannot be started."""

from __future__ import annotations

import re

from scaling_group.rollout.fields import instant, text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import NEVER_RAN, Container, Pod

COMMAND = Cause(
    "missing-command",
    "The image has no program with this name, or the program is not executable.",
    "Correct `--entrypoint`, or the image.",
)
OTHER = Cause(
    "container-not-started",
    "The container runtime cannot start the container.",
    "See the evidence; a GPU's driver, a mount or the node may be at fault.",
)
CAUSES = (COMMAND, OTHER)

FAILED = ("RunContainerError", "CreateContainerError", "StartError", "PostStartHookError")
#: runc and crun: https://github.com/opencontainers/runc, https://github.com/containers/crun
PROGRAM = re.compile(
    r'exec: "(?P<runc>[^"]*)": (?P<why>.*?)(?:: unknown)?$|executable file `(?P<crun>[^`]*)` not found',
    re.DOTALL,
)
NO_COMMAND = re.compile(r"no command specified", re.IGNORECASE)


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why a program of the pod cannot be started."""
    failed = (c for c in pod.containers if _failed(c))
    return next((_finding(rollout, pod, container) for container in failed), None)


def _failed(container: Container) -> bool:
    return container.waiting[0] in FAILED or (
        not container.running and text(container.ended, "reason") in NEVER_RAN
    )


def _finding(rollout: ObservedRollout, pod: Pod, container: Container) -> Finding:
    reason, waiting = container.waiting
    message = text(container.ended, "message") or waiting
    cause, said = _explained(message)
    shown = reason if reason in FAILED else text(container.ended, "reason")
    failed = pod.event("Failed")
    entrypoint = rollout.command("update", "--entrypoint=PROGRAM,ARGUMENT")
    return Finding(
        cause,
        said,
        f"Correct the program ({entrypoint}), or the image" if cause is COMMAND else OTHER.advice,
        detail=f"pod {pod.name}: {shown}: {message}",
        terminal=cause is COMMAND or container.backs_off,
        since=failed.first if failed else instant(container.ended, "finishedAt"),
        pod=pod.name,
    )


def _explained(message: str) -> tuple[Cause, str]:
    if NO_COMMAND.search(message):
        return COMMAND, "neither the image nor the group names a program to start"
    found = PROGRAM.search(message)
    if found is None:
        return OTHER, f"the container cannot be started: {message[-160:] or 'no reason is given'}"
    program = found["runc"] if found["runc"] is not None else found["crun"]
    if "permission denied" in message:
        return COMMAND, f"the image does not allow {program} to run: permission denied"
    if "exec format error" in message:
        return COMMAND, f"{program} is not a program for the CPU of the node"
    return COMMAND, f"the image has no program {program}"
