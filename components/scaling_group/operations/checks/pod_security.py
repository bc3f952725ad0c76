"""Whether the namespace's Pod Security level takes the pods of groups."""

from __future__ import annotations

from scaling_group.manifests.deployment import pod
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.operations.checks.check import Check, Finding, failed, ok, skipped
from scaling_group.operations.checks.place import SAMPLE, Place
from scaling_group.rollout.pod_security import ENFORCE, refusals
from scaling_group.spec.group import group_spec


def _run(place: Place) -> Finding:
    if place.namespace is None:
        return skipped("this user may not read the namespace")
    level = (place.namespace["metadata"].get("labels") or {}).get(ENFORCE)
    spec = group_spec({"name": SAMPLE, "image": "image", "port": 8080})
    refused = refusals(level or "privileged", pod(GroupInputs("", spec, place.environment)))
    if not refused:
        return ok(f"level {level} takes the pods of groups" if level else "no level is set")
    return failed(
        f"the namespace {place.environment.namespace} refuses the pods of groups: its level is {level}",
        detail="\n".join(refused),
        resolution="Use a namespace of level baseline: "
        f"kubectl label --overwrite namespace {place.environment.namespace} {ENFORCE}=baseline",
    )


CHECK = Check(
    id="pod-security",
    title="Pod Security",
    about=f"The level of the namespace (label `{ENFORCE}`) takes pods as groups have them. A default that "
    "is set for the whole cluster cannot be seen.",
    run=_run,
    needs=("namespace",),
)
