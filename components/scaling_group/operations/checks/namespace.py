"""The namespace of the groups."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, ok
from scaling_group.operations.checks.place import Place
from scaling_group.operations.preflight import cluster_identity


def _run(place: Place) -> Finding:
    cluster_identity(place.cluster, place.environment)
    return ok(f"{place.environment.namespace} exists")


CHECK = Check(
    id="namespace",
    title="Namespace",
    about="The namespace of the environment exists and can be read.",
    run=_run,
    needs=("cluster",),
)
