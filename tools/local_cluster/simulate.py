"""What pods do whose first image is `simulate/...`: one table of transitions.

| image | what it does |
|---|---|
| `simulate/slow-start:20s` | runs at once, Ready after the time in the tag |
| `simulate/image-pull-backoff:1` | ErrImagePull, then ImagePullBackOff, in turn |
| `simulate/crash-loop:1` | Ready for a moment, exits with 3, is restarted ever later |
| `simulate/oom:1` | the same, killed for its memory (OOMKilled, 137) until its limit is 4Gi or more |

Statuses and events are those that a kubelet of Kubernetes 1.36 wrote for such pods, with two
waits shortened: ImagePullBackOff shows after 2 s (a kubelet: about 12 s), and CrashLoopBackOff
shows at every wait (a kubelet often leaves `terminated` there). Templates are Go templates with
the variables of stages.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from .container_states import (
    CRASH_BACKOFF,
    CREATING,
    ERR_IMAGE_PULL,
    IMAGE_PULL_BACKOFF,
    PULL_BACKOFF,
    PULL_ERROR,
    RESTARTED,
    RUNNING,
    STILL_RUNNING,
    TERMINATED,
)

SLOW, PULL, CRASH, OOM = "slow-start", "image-pull-backoff", "crash-loop", "oom"
IMAGES = (SLOW, PULL, CRASH, OOM)
#: For Go's templates, the selectors of stages and Python alike; to be filled in with names.
IMAGE_PATTERN = "(^|/)simulate/({}):"

_MAIN = ".status.containerStatuses[0]"
_RESTARTS = "{{ $restarts }}"
_NEXT_RESTART = "{{ add1 $restarts }}"
_RUNS = "(add1 $restarts)"


@dataclass(frozen=True)
class Event:
    """An event of the kubelet; `message` and `count` are template expressions."""

    type: str
    reason: str
    message: str
    count: str = "1"


@dataclass(frozen=True)
class Transition:
    """From one state of a pod to the next.

    Args:
        name: of the stage.
        images: the simulated images it is for.
        when: a jq expression over the pod, true in the state it starts from.
        delay: seconds spent in that state.
        delay_from: a jq expression that gives the delay as a Go duration instead.
        container: lines of the container's status, beside the flags below.
        sandbox: whether the kubelet has made the pod's network.
    """

    name: str
    images: tuple[str, ...]
    when: str
    container: str
    delay: float = 0.0
    delay_from: str = ""
    events: tuple[Event, ...] = ()
    phase: str = "Running"
    ready: bool = False
    started: bool = False
    restarts: str = _RESTARTS
    sandbox: bool = True


_CRASH_WAIT = f'({_MAIN}.restartCount | [10 * pow(2; . - 1), 300] | min | floor | tostring) + "s"'
#: A pull every 15 s: 2 s until the back-off shows, 13 s until it is over.
_PULL_PERIOD = 15
_PULL_ATTEMPT = (
    f'add1 (div (sub (now | unixEpoch) (toDate "2006-01-02T15:04:05Z07:00" $started | unixEpoch))'
    f" {_PULL_PERIOD})"
)

_PULLED = (
    '(printf "Container image \\"%s\\" already present on machine and can be accessed by the pod" $image)'
)
_RUN_EVENTS = (
    Event("Normal", "Pulled", _PULLED, count=_RUNS),
    Event("Normal", "Created", '"Container created"', count=_RUNS),
    Event("Normal", "Started", '"Container started"', count=_RUNS),
)
_RESTART_EVENTS = tuple(
    Event(event.type, event.reason, event.message, count="add 2 $restarts") for event in _RUN_EVENTS
)
_UNHEALTHY = Event(
    "Warning",
    "Unhealthy",
    '(printf "Readiness probe failed: dial tcp %s:8080: connect: connection refused" .status.podIP)',
)


def _back_off(count: str) -> Event:
    message = '(printf "Back-off restarting failed container %s in pod %s" $main.name $pod)'
    return Event("Warning", "BackOff", message, count=count)


_PULL_EVENTS = (
    Event("Normal", "Pulling", '(printf "Pulling image \\"%s\\"" $image)', count=_PULL_ATTEMPT),
    Event(
        "Warning",
        "Failed",
        f'(printf "Failed to pull image \\"%s\\": %s" $image {PULL_ERROR})',
        count=_PULL_ATTEMPT,
    ),
    Event("Warning", "Failed", '"Error: ErrImagePull"', count=_PULL_ATTEMPT),
    Event("Normal", "BackOff", PULL_BACKOFF, count=_PULL_ATTEMPT),
    Event("Warning", "Failed", '"Error: ImagePullBackOff"', count=_PULL_ATTEMPT),
)


def _waiting(reason: str) -> str:
    return f'{_MAIN}.state.waiting.reason == "{reason}"'


_IS_RUNNING = f"{_MAIN}.state.running != null"
_IS_TERMINATED = f"{_MAIN}.state.terminated != null and {_MAIN}.restartCount"

_UNITS = {
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
}
_NEEDED = 4 * 2**30
#: Whether the container's memory limit is less than its model needs; the other image has no need.
_TOO_LITTLE = (
    f'((.spec.containers[0].image | test("{IMAGE_PATTERN.format(OOM)}") | not) or '
    '(.spec.containers[0].resources.limits.memory // "0" '
    '| capture("^(?<number>[0-9.]+)(?<unit>[A-Za-z]*)$") '
    f"| (.number | tonumber) * {json.dumps(_UNITS)}[.unit] < {_NEEDED}))"
)

TRANSITIONS = (
    Transition("creating", IMAGES, f"{_MAIN} == null", CREATING, phase="Pending", sandbox=False),
    Transition(
        "slow-running",
        (SLOW,),
        _waiting("ContainerCreating"),
        RUNNING,
        delay=0.4,
        events=(*_RUN_EVENTS, _UNHEALTHY),
        started=True,
    ),
    Transition(
        "slow-ready",
        (SLOW,),
        f"{_IS_RUNNING} and {_MAIN}.ready == false",
        STILL_RUNNING,
        delay=20.0,
        delay_from='.spec.containers[0].image | capture(":(?<time>[^:@/]+)(@.*)?$").time',
        ready=True,
        started=True,
    ),
    Transition(
        "pull-failed",
        (PULL,),
        _waiting("ContainerCreating"),
        ERR_IMAGE_PULL,
        delay=1.0,
        events=_PULL_EVENTS,
        phase="Pending",
    ),
    Transition(
        "pull-back-off",
        (PULL,),
        _waiting("ErrImagePull"),
        IMAGE_PULL_BACKOFF,
        delay=2.0,
        phase="Pending",
    ),
    Transition(
        "pull-failed-again",
        (PULL,),
        _waiting("ImagePullBackOff"),
        ERR_IMAGE_PULL,
        delay=_PULL_PERIOD - 2.0,
        events=_PULL_EVENTS,
        phase="Pending",
    ),
    Transition(
        "crash-running",
        (CRASH, OOM),
        _waiting("ContainerCreating"),
        RUNNING,
        delay=0.4,
        events=_RUN_EVENTS,
        ready=True,
        started=True,
    ),
    Transition(
        "crash-first",
        (CRASH, OOM),
        f"{_IS_RUNNING} and {_MAIN}.restartCount == 0 and {_TOO_LITTLE}",
        TERMINATED,
        delay=1.0,
    ),
    Transition(
        "crash-again",
        (CRASH, OOM),
        f"{_IS_RUNNING} and {_MAIN}.restartCount > 0",
        TERMINATED,
        delay=1.0,
        events=(_back_off("sub (mul 2 $restarts) 1"),),
    ),
    Transition(
        "crash-first-restart",
        (CRASH, OOM),
        f"{_IS_TERMINATED} == 0",
        RESTARTED,
        delay=0.3,
        events=_RESTART_EVENTS,
        ready=True,
        started=True,
        restarts=_NEXT_RESTART,
    ),
    Transition(
        "crash-back-off",
        (CRASH, OOM),
        f"{_IS_TERMINATED} > 0",
        CRASH_BACKOFF,
        delay=1.0,
        events=(_back_off("mul 2 $restarts"),),
    ),
    Transition(
        "crash-restart",
        (CRASH, OOM),
        _waiting("CrashLoopBackOff"),
        RESTARTED,
        delay=10.0,
        delay_from=_CRASH_WAIT,
        events=_RESTART_EVENTS,
        ready=True,
        started=True,
        restarts=_NEXT_RESTART,
    ),
)
