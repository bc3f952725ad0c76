"""The Gateway API: the group of its kinds, and how a cluster comes by it."""

from __future__ import annotations

GROUP = "gateway.networking.k8s.io"
#: The group of the policies of GKE.
GKE_GROUP = "networking.gke.io"
INSTALL_GATEWAY_API = (
    "Install the Gateway API, standard channel: https://gateway-api.sigs.k8s.io/guides/getting-started/"
)
