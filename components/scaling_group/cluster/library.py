"""The client library: every way to prove who one is that a kubeconfig knows, and proxies."""

from __future__ import annotations

import httpx2
from lightkube import KubeConfig
from lightkube.config import client_adapter
from lightkube.core.exceptions import ConfigError

from scaling_group.cluster.answers import send
from scaling_group.cluster.credentials import past_proxies
from scaling_group.cluster.kubeconfig import Connection
from scaling_group.cluster.plugins import explained, with_informed_plugin
from scaling_group.cluster.refused import TIMEOUT, NoAnswer
from scaling_group.cluster.request import Request


def open_client(connection: Connection) -> httpx2.Client:
    """Return a client; streams may be as many as are wanted. Raises NoAnswer where it cannot be had."""
    parameters = client_adapter.ConnectionParams(timeout=httpx2.Timeout(TIMEOUT))
    limits = httpx2.Limits(max_connections=None)
    try:
        config = KubeConfig.from_dict(with_informed_plugin(connection.kubeconfig)).get()
        if config is None:
            raise NoAnswer(f"the kubeconfig has no context {connection.context!r}")
        options = parameters.httpx_params(config)
        return httpx2.Client(
            **{**options, "auth": explained(options["auth"])},
            limits=limits,
            mounts=past_proxies(connection.kubeconfig["clusters"][0]["cluster"]),
        )
    except ConfigError as error:
        raise NoAnswer(str(error)) from None


class LibraryRequests:
    """Requests through the client library, each thread at any time."""

    def __init__(self, http: httpx2.Client) -> None:
        self._http = http

    def send(self, request: Request) -> bytes:
        return send(self._http, request)
