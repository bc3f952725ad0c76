"""What autoscalers say of a pod that no node takes: in the order in which they said it.

https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md,
https://karpenter.sh/docs/troubleshooting/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from scaling_group.rollout.events import Event
from scaling_group.rollout.pods import Pod

#: Events that announce a node, of the cluster autoscaler and of Karpenter.
ANNOUNCED = ("TriggeredScaleUp", "Nominated")
FAILED = ("FailedScaleUp", "ScaleUpFailed", "ScaleUpTimedOut", "InsufficientCapacityError")
DECLINED = ("NotTriggerScaleUp", "NoCompatibleInstanceTypes")
#: Words of a cloud whose quota is used up, and of one that has no machine left.
QUOTA = re.compile(
    r"quota|vcpulimitexceeded|limit ?exceeded|countexceeded|operationnotallowed"
    r"|exceed\w* (?:your|approved|the) "
)
STOCK = re.compile(
    r"out of resources|stockout|resource_pool_exhausted|resource pool exhausted|insufficient ?\w* ?capacity"
    r"|insufficient\w*instance|unfulfillablecapacity|skunotavailable|allocationfailed|overconstrained"
    r"|out of (?:host )?capacity|sufficient [\w.-]{1,40} capacity|not enough resources|capacity"
)
SPACE = re.compile(r"ip.?space|ip address|subnet")
#: What GKE's autoscaler puts around the cloud's words, and AWS's before them.
AROUND = re.compile(r"^Node scale up in zones? \S{1,200} associated with this pod failed: ")
RISK = ". Pod is at risk of not being scheduled"
WHY_NOT = re.compile(r"^pod didn't trigger scale-up(?: \([^)]{0,100}\))?:? *")


@dataclass(frozen=True)
class ScaleUp:
    """How far an autoscaler is with a node for a pod, newest word first.

    coming: it has announced one, and it has not failed since. failed: the words of the cloud. declined: why
    no node would help. since: when it was announced. told: the events.
    """

    coming: str = ""
    failed: str = ""
    declined: str = ""
    since: datetime | None = None
    told: str = ""

    @property
    def advice(self) -> str:
        """What to do where a node could not be added."""
        words = self.failed.lower()
        if QUOTA.search(words):
            return "Have the cloud's quota raised for this kind of machine and region, or use another kind"
        if SPACE.search(words):
            return "Give the nodes' subnet more addresses"
        if STOCK.search(words):
            return "Wait, or let the nodes be of other zones or kinds: the cloud has none of these now"
        return "See the autoscaler's log, and the cloud's"


def scale_up(pod: Pod) -> ScaleUp:
    """Return what the newest words of autoscalers amount to; events of a pod are in their order."""
    coming = _newest(pod, ANNOUNCED)
    failed = _newest(pod, FAILED)
    declined = _newest(pod, DECLINED) or _by_karpenter(pod)
    if coming and failed and not _before(failed, coming):
        coming = None
    elif coming:
        failed = None
    if coming and declined and _before(coming, declined):
        # While a node is on its way, the pod counts as having a place, and nothing is declined.
        coming, failed = None, declined if _refers_to_a_failure(declined) else None
    told = [f"{e.reason}: {e.message}" for e in (coming, failed, declined) if e]
    return ScaleUp(
        coming=coming.message if coming else "",
        failed=_cloud_words(failed) if failed else "",
        declined=_why_not(declined) if declined and not coming else "",
        since=coming.last if coming else None,
        told="".join(f"\n{each}" for each in dict.fromkeys(told)),
    )


def _newest(pod: Pod, reasons: tuple[str, ...]) -> Event | None:
    found = [event for event in pod.events if event.reason in reasons]
    return found[-1] if found else None


def _by_karpenter(pod: Pod) -> Event | None:
    """Return why Karpenter makes no node; its event has the scheduler's reason and its own words."""
    found = [e for e in pod.events if e.reason == "FailedScheduling" and _is_karpenters(e.message)]
    return found[-1] if found else None


def _is_karpenters(words: str) -> bool:
    return any(
        each in words for each in ("nodepool", "provisioner", "no instance type", "Failed to schedule pod")
    )


def _before(one: Event, other: Event) -> bool:
    return bool(one.last and other.last and one.last < other.last)


def _refers_to_a_failure(declined: Event) -> bool:
    return "backoff" in declined.message and "fail" in declined.message


def _cloud_words(failed: Event) -> str:
    return AROUND.sub("", failed.message).partition(RISK)[0].strip().rstrip(".")[:300]


def _why_not(declined: Event) -> str:
    return WHY_NOT.sub("", declined.message).strip()[:200]
