"""no-host-access: a pod cannot get at the node that it runs on."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.rules.rule import Config, Rule
from scaling_group.rules.subject import Subject, at, listed, name_of

#: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
NAMESPACES = {"hostNetwork": "network", "hostPID": "processes", "hostIPC": "memory between processes"}


def find(subject: Subject, _config: Config) -> Iterator[str]:
    """Yield each way to the node that the object's pods have."""
    pod = subject.pod
    for field, what in NAMESPACES.items():
        if at(pod, field) is True:
            yield f"{field} shares the {what} of the node."
    for volume in listed(at(pod, "volumes")):
        if at(volume, "hostPath") is not None:
            path = at(volume, "hostPath", "path")
            yield f"the volume {at(volume, 'name')} is the folder {path} of the node."
    for container in subject.containers:
        if at(container, "securityContext", "privileged") is True:
            yield f"{name_of(container)} is privileged."


RULE = Rule(
    name="no-host-access",
    demand="Pods must not use namespaces or folders of their node, and no container may be privileged.",
    fix="Remove the field; for storage, use a PersistentVolumeClaim or an emptyDir.",
    config=Config,
    find=find,
    kept_by_groups=True,
)
