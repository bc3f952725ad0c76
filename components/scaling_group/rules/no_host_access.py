"""no-host-access: a pod cannot get at the node that it runs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaling_group.rules.rule import Config, Rule
from scaling_group.rules.subject import Subject, at, listed, name_of, whole

#: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
NAMESPACES = {"hostNetwork": "network", "hostPID": "processes", "hostIPC": "memory between processes"}
#: What the runtime gives by default, and may be named: all others reach beyond the container.
CAPABILITIES = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"),
    *("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
)


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
        yield from (f"{name_of(container)} {what}." for what in _ways_of(container))


def _ways_of(container: Mapping[str, Any]) -> Iterator[str]:
    if at(container, "securityContext", "privileged") is True:
        yield "is privileged"
    for port in listed(at(container, "ports")):
        if number := whole(at(port, "hostPort")):
            yield f"takes the port {number} of the node"
    for name in listed(at(container, "securityContext", "capabilities", "add")):
        if str(name).removeprefix("CAP_") not in CAPABILITIES:
            yield f"adds the capability {name}"


RULE = Rule(
    name="no-host-access",
    demand="Pods must not use namespaces, folders or ports of their node, and no container may be privileged "
    "or add a capability that the Pod Security baseline forbids.",
    fix="Remove the field; use a PersistentVolumeClaim or an emptyDir for storage, a Service for traffic.",
    config=Config,
    find=find,
    kept_by_groups=True,
)
