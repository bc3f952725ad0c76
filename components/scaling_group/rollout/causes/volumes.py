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
ATTACHED_ELSEWHERE = Cause(
    "volume-attached-elsewhere",
    "The volume is for one node at a time, and is still attached to another.",
    "Wait until the Pod there has ended; one that is lost holds it for six minutes.",
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
    example="the volume pvc-1 is still attached to another node, used by pod(s) llm-6f9d7c5b88-o",
    hopeless="where the old Pod runs until the new one is ready",
)
DRIVER = Cause(
    "csi-driver-missing",
    "The node does not have the CSI driver that the volume needs.",
    "See the driver's Pods on that node; a fresh node needs a moment for them.",
    source="https://kubernetes.io/docs/concepts/storage/volumes/#csi",
    example="node-1 has no CSI driver ebs.csi.aws.com, which the volume pvc-1 needs",
)
TOO_MANY = Cause(
    "too-many-volumes",
    "As many volumes are attached to the node as it may have.",
    "Use other nodes, or fewer volumes per node.",
    source="https://kubernetes.io/docs/concepts/storage/storage-limits/",
    example="no more volumes can be attached to node-1",
)
CAUSES = (MISSING, CLASS, UNBOUND, ELSEWHERE, ATTACHED_ELSEWHERE, DRIVER, TOO_MANY, MOUNT)

#: The attach controller of Kubernetes, and clouds that say it themselves.
ATTACHED = re.compile(
    r"Multi-Attach error|already exclusively attached|RESOURCE_IN_USE_BY_ANOTHER_RESOURCE"
    r"|is currently attached to|already attached to (?:another|an instance)|VolumeInUse"
)
HOLDER = re.compile(r"already used by (?P<pods>pod\(s\) [\w., -]{1,300})")
NO_DRIVER = re.compile(r"driver name (?P<name>[\w.-]{1,253}) not found in the list of registered CSI drivers")
FULL = re.compile(
    r"(?i)attachment limit|maximum number of (?:data )?disks|volume limit exceeded|attachvolumelimit"
)
VOLUME = re.compile(r'volume "(?P<name>[^"]{1,253})"')

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
    """Return why a volume cannot be attached or mounted, once that is more than a matter of timing."""
    event = failed_mount(pod)
    if event is None:
        return None
    # What the attacher says tells more than that the kubelet has waited for it.
    said = [event, *(e for e in reversed(pod.events) if e.reason in ("FailedAttachVolume", "FailedMount"))]
    known = next(((e, told) for e in said if (told := _known(rollout, pod, e.message))), None)
    event, told = known or (event, Explanation(MOUNT, _failed(event.message), MOUNT.advice))
    if known is None and event.count < SERIOUS:
        return None
    return Finding(
        told.cause,
        told.said,
        told.resolution,
        detail=f"pod {pod.name}: {event.reason}: {event.message} ({event.count} times)",
        terminal=told.terminal,
        since=event.first,
        pod=pod.name,
    )


def _failed(words: str) -> str:
    return f"a volume cannot be mounted: {words[-160:]}"


def _known(rollout: ObservedRollout, pod: Pod, words: str) -> Explanation | None:
    node, volume = pod.node or "the node", _volume(words)
    if ATTACHED.search(words):
        holder = HOLDER.search(words)
        by = f" by {holder['pods'].strip()}" if holder else ""
        said = f"the volume{volume} is still attached to another node, used{by or ' there'}"
        if rollout.keeps_old:
            fix = f"It is for one node at a time, so stop the old pod first: {rollout.swap}"
            return Explanation(ATTACHED_ELSEWHERE, said, fix, True)
        return Explanation(ATTACHED_ELSEWHERE, said, ATTACHED_ELSEWHERE.advice)
    if driver := NO_DRIVER.search(words):
        said = f"{node} has no CSI driver {driver['name']}, which the volume{volume} needs"
        return Explanation(DRIVER, said, DRIVER.advice)
    if FULL.search(words):
        said = f"no more volumes can be attached to {node}"
        return Explanation(TOO_MANY, said, TOO_MANY.advice)
    return None


def _volume(words: str) -> str:
    found = VOLUME.search(words)
    return f" {found['name']}" if found else ""
