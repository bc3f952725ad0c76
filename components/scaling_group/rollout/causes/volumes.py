"""A volume of the pod is not there, or cannot be where the pod is."""

from __future__ import annotations

import re

from scaling_group.rollout.causes.configuration import failed_mount
from scaling_group.rollout.events import Event
from scaling_group.rollout.fields import Object, name_of, parts, text
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

MISSING = Cause(
    "missing-claim",
    "A PersistentVolumeClaim that the group mounts does not exist in its namespace.",
    "Create it, or change `--mount`.",
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
    example="the PersistentVolumeClaim data does not exist in namespace ml",
    hopeless="at once",
)
CLASS = Cause(
    "missing-storage-class",
    "A PersistentVolumeClaim requests a StorageClass that does not exist.",
    "Recreate the claim with an existing class: `kubectl get storageclass`.",
    source="https://kubernetes.io/docs/concepts/storage/storage-classes/",
    example="the PersistentVolumeClaim data requests the StorageClass fast, which does not exist",
    hopeless="at once",
)
UNBOUND = Cause(
    "claim-unbound",
    "A PersistentVolumeClaim has no volume yet.",
    "Wait for the volume to be provisioned; the claim's events say what blocks it.",
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding",
    example="the PersistentVolumeClaim data has no volume yet",
)
ELSEWHERE = Cause(
    "volume-elsewhere",
    "The volume is in a zone or on a node where the pod cannot run.",
    "Let the pod run there, or create the volume where the Pod can run.",
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity",
    example="a volume of the pod is in a place where no node can run the pod",
)
MOUNT = Cause(
    "volume-not-mounted",
    "The kubelet cannot attach or mount a volume.",
    "See the evidence: the volume may still be attached elsewhere, or its server cannot be reached.",
    source="https://kubernetes.io/docs/concepts/storage/volumes/",
    example="a volume cannot be mounted: mount failed: exit status 32",
)
CAUSES = (MISSING, CLASS, UNBOUND, ELSEWHERE, MOUNT)

NOT_FOUND = re.compile(r'persistentvolumeclaim "(?P<name>[^"]+)" not found')
NO_CLASS = re.compile(r'storageclass\S* "(?P<name>[^"]+)" not found')
AWAY = (
    "volume node affinity conflict",
    "PersistentVolume's node affinity",
    "no available volume zone",
    "non-existent persistentvolume",
    "non-existent pv",
)
WAITING = ("unbound", "persistent volumes to bind", "waiting for ephemeral volume controller")
#: A kubelet tries again ever later; a first failure is often one of timing.
SERIOUS = 3


def unschedulable(rollout: ObservedRollout, pod: Pod, message: str) -> Explanation | None:
    """Return what is wrong with a volume, where that is why no node takes the pod."""
    if found := NOT_FOUND.search(message):
        said = f"the PersistentVolumeClaim {found['name']} does not exist in namespace {rollout.namespace}"
        mount = rollout.command("update", "--mount=pvc:NAME:/PATH")
        return Explanation(MISSING, said, f"Create it, or mount another: {mount}", True)
    if any(words in message for words in AWAY):
        return Explanation(
            ELSEWHERE, "a volume of the pod is in a place where no node can run the pod", ELSEWHERE.advice
        )
    if any(words in message for words in WAITING):
        return _unbound(rollout, pod)
    return None


def _unbound(rollout: ObservedRollout, pod: Pod) -> Explanation:
    mounted = [
        text(each, "persistentVolumeClaim", "claimName") for each in parts(pod.found, "spec", "volumes")
    ]
    names = [name for name in mounted if name]
    known = [c for c in rollout.seen.claims if name_of(c) in names and text(c, "status", "phase") != "Bound"]
    describe = f"kubectl describe pvc {' '.join(names)} -n {rollout.namespace}"
    for claim in known:
        said = f"the PersistentVolumeClaim {name_of(claim)}"
        event = _failure(rollout, claim)
        if event and (found := NO_CLASS.search(event.message)):
            why = f"{said} requests the StorageClass {found['name']}, which does not exist"
            return Explanation(CLASS, why, CLASS.advice, True)
        if event:
            return Explanation(
                UNBOUND, f"{said} has no volume: {event.message[:160]}", f"See its events: {describe}"
            )
    which = ", ".join([name_of(claim) for claim in known] or names)
    said = f"the PersistentVolumeClaim {which} has no volume yet"
    return Explanation(UNBOUND, said, f"Wait for the volume; see what blocks it: {describe}")


def _failure(rollout: ObservedRollout, claim: Object) -> Event | None:
    found = [e for e in rollout.events_of(claim) if e.reason in ("ProvisioningFailed", "FailedBinding")]
    return found[-1] if found else None


def mounting(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why a volume cannot be mounted, once that is more than a matter of timing."""
    event = failed_mount(pod)
    if event is None or event.count < SERIOUS:
        return None
    return Finding(
        MOUNT,
        f"a volume cannot be mounted: {event.message[-160:]}",
        MOUNT.advice,
        detail=f"pod {pod.name}: {event.reason}: {event.message} ({event.count} times)",
        since=event.first,
        pod=pod.name,
    )
