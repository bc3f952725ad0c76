"""The API server."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, ok
from scaling_group.operations.checks.place import Place
from scaling_group.operations.preflight import check_version


def _run(place: Place) -> Finding:
    check_version(place.cluster)
    version = ".".join(map(str, place.cluster.version()))
    return ok(f"Kubernetes {version} at {place.cluster.server}")


CHECK = Check(
    id="cluster",
    title="Cluster",
    about="The API server of the context answers, and is new enough to keep every field of a group's pods.",
    run=_run,
)
