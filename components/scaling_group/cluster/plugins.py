"""Credential plugins, told what kubectl tells them.

The client library runs a plugin without telling it anything, and refuses version v1 of the protocol, of
which it needs what v1beta1 has.
https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import httpx2
from lightkube.config.client_adapter import ExecAuth

from scaling_group.cluster.refused import NoAnswer

GROUP = "client.authentication.k8s.io"
#: As a plugin may be asked for, and as the library knows the same answer.
V1, KNOWN = f"{GROUP}/v1", f"{GROUP}/v1beta1"
INFO = "KUBERNETES_EXEC_INFO"
#: Fields of a cluster that a plugin is told as they are.
TOLD = ("server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url")


def with_informed_plugin(kubeconfig: dict[str, Any]) -> dict[str, Any]:
    """Return a kubeconfig of one context whose plugin, if any, is told version and cluster.

    Raises NoAnswer where the plugin is not installed.
    """
    entry = (kubeconfig.get("users") or [{}])[0]
    plugin = (entry.get("user") or {}).get("exec")
    if not plugin:
        return kubeconfig
    if shutil.which(str(plugin.get("command"))) is None:
        hint = plugin.get("installHint") or "it is not on the PATH"
        raise NoAnswer(f"the credential plugin {plugin.get('command')} cannot be run: {hint}")
    version = plugin.get("apiVersion")
    informed = {
        **plugin,
        "apiVersion": KNOWN if version == V1 else version,
        "env": [*(plugin.get("env") or ()), {"name": INFO, "value": json.dumps(_info(plugin, kubeconfig))}],
    }
    return {**kubeconfig, "users": [{**entry, "user": {**entry["user"], "exec": informed}}]}


def _info(plugin: Mapping[str, Any], kubeconfig: Mapping[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = {"interactive": plugin.get("interactiveMode") != "Never" and sys.stdin.isatty()}
    if plugin.get("provideClusterInfo"):
        spec["cluster"] = _cluster(kubeconfig["clusters"][0]["cluster"])
    return {"apiVersion": plugin.get("apiVersion"), "kind": "ExecCredential", "spec": spec}


def _cluster(cluster: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: cluster[name] for name in TOLD if cluster.get(name)}
    if (file := cluster.get("certificate-authority")) and "certificate-authority-data" not in told:
        told["certificate-authority-data"] = base64.b64encode(Path(file).read_bytes()).decode()
    for extension in cluster.get("extensions") or ():
        if extension.get("name") == f"{GROUP}/exec":
            told["config"] = extension.get("extension")
    return told


def explained(auth: httpx2.Auth | None) -> httpx2.Auth | None:
    """Return what proves who one is; a plugin's raises NoAnswer for what the library takes no token from."""
    return _Explained(auth) if isinstance(auth, ExecAuth) else auth


class _Explained(httpx2.Auth):
    def __init__(self, plugin: ExecAuth) -> None:
        self._plugin = plugin

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        try:
            yield from self._plugin.sync_auth_flow(request)
        except KeyError as error:
            # A plugin may give a client certificate in place of a token.
            raise NoAnswer(f"the credential plugin gave no {error}, and nothing else is used here") from None
        except (TypeError, ValueError):
            raise NoAnswer("what the credential plugin printed is no credential") from None
