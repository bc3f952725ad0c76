"""What a Pod Security level refuses of a pod.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Object = Mapping[str, Any]

#: The label of a namespace that sets the level.
ENFORCE = "pod-security.kubernetes.io/enforce"
#: Kinds of volumes that `restricted` takes.
VOLUMES = frozenset(
    (
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    )
)
PROFILES = ("RuntimeDefault", "Localhost")


def refusals(level: str, pod: Object) -> list[str]:
    """Return why a level refuses a pod spec, of what `restricted` asks beyond `baseline`.

    Nothing that `baseline` forbids (host namespaces, privileges, host paths) can be asked for in a
    group, so only `restricted` is judged.
    """
    return list(_restricted(pod)) if level == "restricted" else []


def _restricted(pod: Object) -> Iterator[str]:
    whole: Object = pod.get("securityContext") or {}
    for container in pod["containers"]:
        own: Object = container.get("securityContext") or {}
        if own.get("allowPrivilegeEscalation") is not False:
            yield "securityContext.allowPrivilegeEscalation is not false"
        if "ALL" not in (own.get("capabilities") or {}).get("drop", ()):
            yield "securityContext.capabilities.drop does not hold ALL"
        if not own.get("runAsNonRoot", whole.get("runAsNonRoot")):
            yield "securityContext.runAsNonRoot is not true"
        profile = own.get("seccompProfile") or whole.get("seccompProfile") or {}
        if profile.get("type") not in PROFILES:
            yield f"securityContext.seccompProfile.type is none of {', '.join(PROFILES)}"
    for volume in pod.get("volumes") or ():
        for kind in set(volume) - {"name"} - VOLUMES:
            yield f"volume {volume['name']} is a {kind}"
