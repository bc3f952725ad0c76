"""What the pod refers to is not there: Secrets, ConfigMaps, keys of them."""

from __future__ import annotations

import re

from scaling_group.rollout.events import Event
from scaling_group.rollout.finding import Cause, Explanation, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

SECRET = Cause(
    "missing-secret",
    "A Secret that the group uses does not exist in its namespace.",
    "Create it, or change `--secret-env`, `--env-from` or `--mount`.",
    source="https://kubernetes.io/docs/concepts/configuration/secret/",
    example="the Secret credentials does not exist in namespace ml",
    hopeless="at once",
)
CONFIG_MAP = Cause(
    "missing-config-map",
    "A ConfigMap that the group uses does not exist in its namespace.",
    "Create it, or change `--env-from` or `--mount`.",
    source="https://kubernetes.io/docs/concepts/configuration/configmap/",
    example="the ConfigMap settings does not exist in namespace ml",
    hopeless="at once",
)
KEY = Cause(
    "missing-key",
    "A Secret or ConfigMap lacks a key that the group uses.",
    "Add the key, or change `--secret-env` or `--mount`.",
    source="https://kubernetes.io/docs/concepts/configuration/secret/",
    example="the Secret credentials has no key token",
    hopeless="at once",
)
ROOT = Cause(
    "runs-as-root",
    "The Pod must not run as root, but the image does.",
    "Give the image a numeric USER that is not 0.",
    source="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    example="the image runs as root, but the pod forbids it",
    hopeless="at once",
)
OTHER = Cause(
    "container-not-configured",
    "The kubelet cannot create the container's configuration.",
    "See the evidence; the kubelet keeps retrying.",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/",
    example="the container cannot be configured: failed to prepare subPath",
)
CAUSES = (SECRET, CONFIG_MAP, KEY, ROOT, OTHER)

MISSING = re.compile(r'(?P<kind>secret|configmap)s? "(?P<name>[^"]+)" not found')
KEY_MISSING = re.compile(
    r"couldn't find key (?P<key>\S+) in (?P<kind>Secret|ConfigMap) [^/\s]+/(?P<name>\S+)"
    r"|non-existent (?:secret|config) key: (?P<other>\S+)"
)
#: The kubelet has not yet read what is there.
PASSING = ("failed to sync", "not registered", "services have not yet been read")


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return what keeps the kubelet from starting a container that it has the image of."""
    for container in pod.containers:
        reason, message = container.waiting
        if reason == "CreateContainerConfigError" and not any(word in message for word in PASSING):
            return _finding(rollout, pod, reason, message)
    event = failed_mount(pod)
    if event and (MISSING.search(event.message) or KEY_MISSING.search(event.message)):
        return _finding(rollout, pod, event.reason, event.message)
    return None


def failed_mount(pod: Pod) -> Event | None:
    """Return the last failure to mount a volume, None where the pod has come further since."""
    creating = any(c.waiting[0] in ("ContainerCreating", "PodInitializing") for c in pod.containers)
    event = pod.event("FailedMount") or pod.event("FailedAttachVolume")
    if not creating or event is None or any(word in event.message for word in PASSING):
        return None
    further = pod.event("Pulled") or pod.event("Pulling")
    newer = further and further.last and event.last and further.last > event.last
    return None if newer else event


def _finding(rollout: ObservedRollout, pod: Pod, reason: str, message: str) -> Finding:
    explanation = _explained(rollout, message)
    event = pod.event("Failed") or pod.event("FailedMount")
    return Finding(
        explanation.cause,
        explanation.said,
        explanation.resolution,
        detail=f"pod {pod.name}: {reason}: {message}",
        terminal=explanation.terminal,
        since=event.first if event else pod.created,
        pod=pod.name,
    )


def _explained(rollout: ObservedRollout, message: str) -> Explanation:
    if found := MISSING.search(message):
        return _object(rollout, found["kind"] == "secret", found["name"])
    if found := KEY_MISSING.search(message):
        key = found["key"] or found["other"]
        holder = f"the {found['kind']} {found['name']}" if found["name"] else "a Secret or ConfigMap"
        there = rollout.command("update", "--secret-env=NAME=SECRET:KEY")
        return Explanation(
            KEY, f"{holder} has no key {key}", f"Add the key, or use an existing one: {there}", True
        )
    if "runAsNonRoot" in message:
        image = rollout.command("update", "--image=IMAGE")
        fix = f"Give the image a numeric USER that is not 0, then: {image}"
        return Explanation(ROOT, "the image runs as root, but the pod forbids it", fix, True)
    return Explanation(OTHER, f"the container cannot be configured: {message}", OTHER.advice)


def _object(rollout: ObservedRollout, secret: bool, name: str) -> Explanation:
    kind, make = ("Secret", "secret generic") if secret else ("ConfigMap", "configmap")
    create = f"kubectl create {make} {name} -n {rollout.namespace} …"
    said = f"the {kind} {name} does not exist in namespace {rollout.namespace}"
    fix = f"Create it; the pods then start without a new update: {create}"
    return Explanation(SECRET if secret else CONFIG_MAP, said, fix, True)
