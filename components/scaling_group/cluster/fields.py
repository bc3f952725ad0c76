"""The fields of a kubeconfig, each of which is honoured or refused by name; docs/kubeconfig.md tells how.

https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
"""

from __future__ import annotations

from typing import Any, TypedDict

ClusterFields = TypedDict(
    "ClusterFields",
    {
        "server": str,
        "tls-server-name": str,
        "insecure-skip-tls-verify": bool,
        "certificate-authority": str,
        "certificate-authority-data": str,
        "proxy-url": str,
        "disable-compression": bool,
        "extensions": list[Any],
    },
    total=False,
)


class ContextFields(TypedDict, total=False):
    cluster: str
    user: str
    namespace: str
    extensions: list[Any]


#: Of a program that gives credentials.
class PluginFields(TypedDict, total=False):
    apiVersion: str
    command: str
    args: list[Any]
    env: list[Any]
    installHint: str
    interactiveMode: str
    provideClusterInfo: bool


UserFields = TypedDict(
    "UserFields",
    {
        "client-certificate": str,
        "client-certificate-data": str,
        "client-key": str,
        "client-key-data": str,
        "token": str,
        "tokenFile": str,
        "as": str,
        "as-uid": str,
        "as-groups": list[Any],
        "as-user-extra": dict[str, Any],
        "username": str,
        "password": str,
        "auth-provider": dict[str, Any],
        "exec": PluginFields,
        "extensions": list[Any],
    },
    total=False,
)
