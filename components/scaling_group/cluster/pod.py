"""The service account of a pod: what a command inside the cluster asks with, where it has no kubeconfig.

https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
#: The kubeconfig where no other is named.
DEFAULT_FILE = "~/.kube/config"
#: The name of its context.
IN_CLUSTER = "in-cluster"


def service_account(environ: Mapping[str, str], account: Path = ACCOUNT) -> dict[str, Any]:
    """Return a kubeconfig for the service account of this pod, an empty one where this is no pod."""
    host, port = (environ.get(f"KUBERNETES_SERVICE_{part}", "") for part in ("HOST", "PORT"))
    token, authority = account / "token", account / "ca.crt"
    if not host or not port or not token.is_file():
        return {}
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    trusted = {"certificate-authority": str(authority)} if authority.is_file() else {}
    context = {"cluster": IN_CLUSTER, "user": IN_CLUSTER, "namespace": _namespace(environ, account)}
    return {
        "clusters": [{"name": IN_CLUSTER, "cluster": {"server": server, **trusted}}],
        "contexts": [{"name": IN_CLUSTER, "context": context}],
        "users": [{"name": IN_CLUSTER, "user": {"tokenFile": str(token)}}],
        "current-context": IN_CLUSTER,
    }


def namespace_of_pod(environ: Mapping[str, str], account: Path = ACCOUNT) -> str:
    """Return the namespace of this pod where its service account is what asks, else nothing."""
    if environ.get("KUBECONFIG") or not environ.get("KUBERNETES_SERVICE_HOST"):
        return ""
    if os.path.exists(os.path.expanduser(DEFAULT_FILE)) or not service_account(environ, account):
        return ""
    return _namespace(environ, account)


def _namespace(environ: Mapping[str, str], account: Path) -> str:
    """Return the namespace of the pod, as kubectl finds it."""
    file = account / "namespace"
    return environ.get("POD_NAMESPACE") or (file.read_text().strip() if file.is_file() else "") or "default"
