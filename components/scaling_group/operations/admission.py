"""What admission makes of an apply of ours: no change by hand, though others may own the field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scaling_group.errors import Failed
from scaling_group.manifests.group import objects
from scaling_group.operations.live import with_live_replicas
from scaling_group.operations.observed import ObservedGroup
from scaling_group.operations.protocols import ClusterReader
from scaling_group.operations.repair import manager_of
from scaling_group.rollout.drift import key_of, left_by_apply, object_changes


def as_admitted(cluster: ClusterReader, group: ObservedGroup) -> ObservedGroup:
    """Return the group without the drift that an apply of ours would leave, as the API server answers it.

    It is asked only where there is drift; needs the right to patch, or all of it counts.
    """
    return replace(group, admitted=frozenset(_left(cluster, group))) if group.drift else group


def _left(cluster: ClusterReader, group: ObservedGroup) -> Iterator[str]:
    record = group.record
    for manifest in objects(record.spec, record.environment, record.id, {}):
        key = key_of(manifest)
        live = group.objects.get(key)
        changes = [change for change in group.drift if change.field.partition(" ")[0] == key]
        if not live or not changes:
            continue
        try:
            sent = with_live_replicas(manifest, live, left=record.scaled_by_others)
            after = cluster.apply(sent, manager_of(live), dry_run=True)
        except Failed:
            # Forbidden, or a webhook that takes part in no dry run.
            continue
        yield from (change.field for change in left_by_apply(changes, object_changes(live, after)))
