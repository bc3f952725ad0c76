"""Setting back what somebody has changed by hand where the engine leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaling_group.manifests.group import objects
from scaling_group.operations.live import live_objects, refs_in, with_live_replicas
from scaling_group.operations.protocols import ClusterReader, Object
from scaling_group.records import Record
from scaling_group.rollout.drift import changed_by_others, key_of
from scaling_group.rollout.fields import part, parts, text

#: Under this name the engine's provider applies objects, with a random ending for each.
ENGINE_MANAGER = "pulumi-kubernetes"
#: Under this name an object is applied that the engine has never applied.
MANAGER = "scaling-group"


def repair(cluster: ClusterReader, record: Record) -> None:
    """Apply what still differs from the record after the engine has run.

    The engine compares what it applied with what it is to apply: an element that was added to a
    list of a custom resource, a hostname of the HTTPRoute for one, is no difference to it.
    """
    live = live_objects(cluster, record.environment.namespace, refs_in(record))
    for manifest in objects(record.spec, record.environment, record.id, {}):
        found = live[key_of(manifest)]
        if found and changed_by_others([manifest], live):
            metadata = {**manifest["metadata"], "annotations": applied_annotations(found)}
            sent = with_live_replicas(manifest, found, left=record.scaled_by_others)
            cluster.apply({**sent, "metadata": metadata}, manager_of(found))


def manager_of(live: Object) -> str:
    """Return who applied an object: under another name, fields that are left out would stay."""
    return str(_entry(live).get("manager", MANAGER))


def applied_annotations(live: Object) -> dict[str, str]:
    """Return the engine's annotations: what an apply leaves out is taken away."""
    owned = part(_entry(live), "fieldsV1", "f:metadata", "f:annotations")
    held = live["metadata"].get("annotations") or {}
    return {key: value for key, value in held.items() if f"f:{key}" in owned}


def _entry(live: Object) -> Mapping[str, Any]:
    """Return the engine's entry among those who have set fields of an object."""
    applied = (
        each for each in parts(live, "metadata", "managedFields") if text(each, "operation") == "Apply"
    )
    return next((each for each in applied if text(each, "manager").startswith(ENGINE_MANAGER)), {})
