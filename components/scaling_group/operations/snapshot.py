"""Everything that tells how a group is, to be kept or sent along with a question."""

from __future__ import annotations

from typing import Any

from scaling_group.errors import Failed
from scaling_group.operations.context import Context
from scaling_group.operations.evidence import gather
from scaling_group.operations.observed import known_group
from scaling_group.rollout.snapshot_file import snapshot_data


def snapshot(context: Context, name: str, *, with_env: bool = False) -> dict[str, Any]:
    """Return the snapshot as plain JSON data; raises NotFound, and Failed without a Deployment.

    No Secret is read, and plain values of variables are left out unless with_env; annotations and the last
    log lines are in it as they are.
    """
    record = known_group(context, name).record
    seen = gather(context.cluster, record, whole=True, network=context.network)
    if not seen.deployment:
        raise Failed(
            f"there is nothing to record for {name}: it has no Deployment in the cluster",
            resolution=f"See its record with: scaling-group get --name={name}",
        )
    return snapshot_data(seen, with_env=with_env)
