"""Where the credentials of a kubeconfig may go, and what goes past every proxy."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scaling_group.errors import Unreachable

if TYPE_CHECKING:
    import httpx2

#: What proves who one is by what it says; a certificate proves it without being told.
TOLD = ("token", "tokenFile", "exec", "username", "password")


def require_safe(config: Mapping[str, Any]) -> None:
    """Raise Unreachable where credentials cannot be sent, or would be sent for everybody to read.

    config: a kubeconfig of one context.
    """
    cluster = config["clusters"][0]["cluster"]
    users = config["users"]
    user = (users[0].get("user") or {}) if users else {}
    if not str(user.get("token") or "").isprintable():
        raise Unreachable(
            f"the token of the user {users[0].get('name')!r} in the kubeconfig holds a line break or another "
            "character that cannot be sent",
            resolution="Write it into one line of the kubeconfig, and nothing after it.",
        )
    server = str(cluster.get("server", ""))
    told = [field for field in TOLD if user.get(field)]
    plain = urlsplit(server).scheme == "http" and not is_loopback(server)
    if told and plain and not cluster.get("insecure-skip-tls-verify"):
        raise Unreachable(
            f"credentials ({', '.join(told)}) are not sent to {server}: everybody on the way could read them",
            resolution="Use https. If you mean it, set insecure-skip-tls-verify: true for this cluster.",
        )


def is_loopback(server: str) -> bool:
    """Return whether a URL is of this machine alone."""
    host = urlsplit(server).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def past_proxies(cluster: Mapping[str, Any]) -> dict[str, httpx2.BaseTransport | None]:
    """Return which URLs the proxies of the environment are not for; one of the cluster's own is for all.

    kubectl knows it as well: https://pkg.go.dev/net/http#ProxyFromEnvironment
    """
    server = str(cluster.get("server", ""))
    if cluster.get("proxy-url") or not is_loopback(server):
        return {}
    parts = urlsplit(server)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return {f"all://{host}": None}
