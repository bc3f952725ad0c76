"""Everything that tells how a group is, to be kept or sent along with a question."""

from __future__ import annotations

from typing import Any

from scaling_group.errors import Failed
from scaling_group.operations.gather import gather
from scaling_group.operations.get import known_record
from scaling_group.operations.protocols import ClusterReader, Reader
from scaling_group.rollout.snapshot_file import snapshot_data
from scaling_group.spec.environment import EnvironmentSpec


def snapshot(
    reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, name: str
) -> dict[str, Any]:
    """Return the snapshot as plain JSON data; raises NotFound, and Failed without a Deployment.

    No Secret is read; plain variables, annotations and the last log lines are in it as they are.
    """
    record, _ = known_record(reader.read(environment.id, name), cluster, environment, name)
    seen = gather(cluster, record, whole=True)
    if seen is None:
        raise Failed(
            f"there is nothing to record for {name}: it has no Deployment in the cluster",
            resolution=f"See its record with: scaling-group get --name={name}",
        )
    return snapshot_data(seen)
