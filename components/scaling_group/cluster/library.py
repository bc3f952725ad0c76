"""The client library: every way to prove who one is that a kubeconfig knows, and proxies."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from lightkube import KubeConfig
from lightkube.config import client_adapter
from lightkube.config.kubeconfig import SingleConfig
from lightkube.config.models import User
from lightkube.core.exceptions import ConfigError

from scaling_group.cluster.answers import send
from scaling_group.cluster.credentials import past_proxies
from scaling_group.cluster.impersonation import impersonation
from scaling_group.cluster.kubeconfig import Connection
from scaling_group.cluster.plugins import explained, with_informed_plugin
from scaling_group.cluster.refused import TIMEOUT, NoAnswer
from scaling_group.cluster.request import Request


def open_client(connection: Connection) -> httpx2.Client:
    """Return a client; streams may be as many as are wanted. Raises NoAnswer where it cannot be had."""
    cluster = connection.kubeconfig["clusters"][0]["cluster"]
    users = connection.kubeconfig["users"]
    try:
        parameters = client_adapter.ConnectionParams(
            timeout=httpx2.Timeout(TIMEOUT), proxy=cluster.get("proxy-url") or None
        )
        options = parameters.httpx_params(_configuration(connection))
        return httpx2.Client(
            **{**options, "auth": explained(options["auth"])},
            headers=impersonation((users[0].get("user") or {}) if users else {}),
            limits=httpx2.Limits(max_connections=None),
            mounts=past_proxies(cluster),
            event_hooks={"request": [_asking_for(cluster.get("tls-server-name"))]},
        )
    except (ConfigError, ImportError, httpx2.InvalidURL) as error:
        # ImportError: of a part of the library that only some proxies need.
        raise NoAnswer(str(error)) from None


def _configuration(connection: Connection) -> SingleConfig:
    config = KubeConfig.from_dict(with_informed_plugin(connection.kubeconfig)).get()
    if config is None:
        raise NoAnswer(f"the kubeconfig has no context {connection.context!r}")
    # The library takes a context without a user for a mistake; it is one that asks as nobody.
    return config._replace(user=config.user or User())


def _asking_for(name: str | None) -> Callable[[httpx2.Request], None]:
    """Return what has a certificate compared with a name that is not the one in the server's URL."""

    def ask(request: httpx2.Request) -> None:
        if name:
            request.extensions["sni_hostname"] = name

    return ask


class LibraryRequests:
    """Requests through the client library, each thread at any time."""

    def __init__(self, http: httpx2.Client) -> None:
        self._http = http

    def send(self, request: Request) -> bytes:
        return send(self._http, request)
