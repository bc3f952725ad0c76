"""Credential plugins, run as kubectl runs them.

https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any, cast

from scaling_group.cluster.fields import ClusterFields, PluginFields
from scaling_group.cluster.identity import Credential
from scaling_group.cluster.refused import NoAnswer
from scaling_group.cluster.tls import authorities
from scaling_group.cluster.understood import ALWAYS

GROUP = "client.authentication.k8s.io"
VERSIONS = (f"{GROUP}/v1", f"{GROUP}/v1beta1")
KIND = "ExecCredential"
INFO = "KUBERNETES_EXEC_INFO"
#: Seconds; somebody may have to sign in meanwhile, on another device too.
LONGEST = 300.0
#: Bytes; more is no credential, and would fill the memory.
MOST = 2**20
PART = 2**16
#: Fields of a cluster that a plugin is told as they are.
TOLD = ("server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url", "disable-compression")


def run_plugin(plugin: PluginFields, cluster: ClusterFields) -> Credential:
    """Return what a plugin gives, or raise NoAnswer; what it writes to stderr is seen at once."""
    command = plugin["command"]
    interactive = _is_interactive(plugin)
    variables = {entry["name"]: entry["value"] for entry in plugin.get("env") or ()}
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's kubeconfig says so
            [command, *(plugin.get("args") or ())],
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env={**os.environ, **variables, INFO: json.dumps(_info(plugin, cluster, interactive))},
        )
    except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
        hint = plugin.get("installHint") or _why_not(command, error)
        raise NoAnswer(f"the credential plugin {command} cannot be run: {hint}") from None
    with process:
        try:
            printed = _printed(process, command)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise NoAnswer(
            f"the credential plugin {command} ended with exit code {process.returncode}; "
            "its own message is above"
        )
    return _read(command, plugin["apiVersion"], printed)


def _printed(process: subprocess.Popen[bytes], command: str) -> bytes:
    """Return what a plugin prints until it ends; raises NoAnswer where that is too much or takes too long."""
    end = time.monotonic() + LONGEST
    stdout, found = cast(IO[bytes], process.stdout), bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(stdout, selectors.EVENT_READ)
        while ready.select(max(0.0, end - time.monotonic())):
            part = os.read(stdout.fileno(), PART)
            found += part
            if len(found) > MOST:
                raise NoAnswer(
                    f"the credential plugin {command} printed more than {MOST} bytes and was stopped; "
                    "a credential has a few thousand bytes"
                )
            if not part:
                break
    try:
        process.wait(max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise NoAnswer(f"the credential plugin {command} returned nothing within {LONGEST:.0f} s") from None
    return bytes(found)


def _why_not(command: str, error: OSError) -> str:
    if os.sep in command:
        return str(error.strerror)
    return "it is not on the PATH"


def _is_interactive(plugin: PluginFields) -> bool:
    """Return whether a plugin is given the standard input."""
    mode = plugin.get("interactiveMode") or "IfAvailable"
    terminal = sys.stdin is not None and sys.stdin.isatty()
    if mode == ALWAYS and not terminal:
        raise NoAnswer(
            f"the credential plugin {plugin['command']} asks questions (interactiveMode: Always), "
            "but the standard input is not a terminal"
        )
    return mode != "Never" and terminal


def _info(plugin: PluginFields, cluster: ClusterFields, interactive: bool) -> dict[str, Any]:
    spec: dict[str, Any] = {"interactive": interactive}
    if plugin.get("provideClusterInfo"):
        spec["cluster"] = _cluster_info(cluster)
    return {"apiVersion": plugin["apiVersion"], "kind": KIND, "spec": spec}


def _cluster_info(cluster: Mapping[str, Any] | ClusterFields) -> dict[str, Any]:
    fields: Mapping[str, Any] = {**cluster}
    told = {name: fields[name] for name in TOLD if fields.get(name)}
    if trusted := authorities(fields):  # type: ignore[arg-type]
        told["certificate-authority-data"] = base64.b64encode(trusted.encode()).decode()
    for extension in fields.get("extensions") or ():
        if extension.get("name") == f"{GROUP}/exec":
            told["config"] = extension.get("extension")
    return told


def _read(command: str, version: str, printed: bytes) -> Credential:
    try:
        answer = json.loads(printed)
        given, status = answer.get("apiVersion"), answer.get("status")
        token, certificate, key = (
            str(status.get(name) or "") for name in ("token", "clientCertificateData", "clientKeyData")
        )
        expires = status.get("expirationTimestamp")
        until = datetime.fromisoformat(expires) if expires else None
        if until is not None and until.tzinfo is None:
            raise ValueError(expires)
    except (ValueError, TypeError, AttributeError):
        raise NoAnswer(f"the output of the credential plugin {command} is not a credential") from None
    if given != version:
        raise NoAnswer(f"the credential plugin {command} returned {given!r} instead of {version!r}")
    if bool(certificate) != bool(key) or not (token or certificate):
        raise NoAnswer(
            f"the credential plugin {command} returned neither a token nor a certificate with its key"
        )
    pair = f"{certificate}\n{key}".encode() if certificate else b""
    return Credential(f"Bearer {token}" if token else "", pair, until)
