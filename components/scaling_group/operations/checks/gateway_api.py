"""The Gateway API."""

from __future__ import annotations

from scaling_group.errors import Unreadable
from scaling_group.manifests.rights import ROUTES_CRD
from scaling_group.manifests.route import GROUP, INSTALL_GATEWAY_API
from scaling_group.operations.checks.check import Check, Finding, failed, ok
from scaling_group.operations.checks.place import Place

RELEASE = f"{GROUP}/bundle-version"
KINDS = ("gateways", "httproutes")
CHANNEL = f"{GROUP}/channel"


def _run(place: Place) -> Finding:
    served = place.cluster.served(GROUP, "v1")
    missing = [kind for kind in KINDS if kind not in served]
    if missing:
        return failed(
            f"the cluster does not serve {' and '.join(missing)} of {GROUP}/v1",
            resolution=INSTALL_GATEWAY_API,
        )
    return ok(f"{GROUP}/v1 is served{_release(place)}")


def _release(place: Place) -> str:
    try:
        found = place.cluster.get("CustomResourceDefinition", "", ROUTES_CRD) or {}
    except Unreadable:
        return ""
    annotations = found.get("metadata", {}).get("annotations") or {}
    parts = [annotations[key] for key in (RELEASE, CHANNEL) if key in annotations]
    return f": release {', '.join(parts)} channel" if len(parts) == 2 else ""


CHECK = Check(
    id="gateway-api",
    title="Gateway API",
    about="The cluster serves v1 of Gateway and HTTPRoute; the release is told where it can be read.",
    run=_run,
    needs=("cluster",),
)
