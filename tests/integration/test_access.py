"""Every way into one API server: the same answers for us, and the engine takes the same way."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.reads import LogQuery, Selection
from tests.integration.terminal import Terminal
from tests.unit.cluster.proxying import TunnelProxy

pytestmark = pytest.mark.integration

#: A name that the API server's certificate has, and this machine cannot look up; and one that nobody has.
NAME, NOBODYS = "kubernetes.default.svc", "api.invalid"
V1 = "client.authentication.k8s.io/v1"
PLUGIN = """#!/usr/bin/env python3
import base64, json, pathlib
here = pathlib.Path(__file__).parent
with (here / "runs").open("a") as runs:
    runs.write("run\\n")
user = json.loads((here / "user.json").read_text())
given = {f"client{part}Data": base64.b64decode(user[f"client-{part.lower()}-data"]).decode()
         for part in ("Certificate", "Key")}
print(json.dumps({"apiVersion": "VERSION", "kind": "ExecCredential", "status": given}))
""".replace("VERSION", V1)


@pytest.fixture
def proxies(terminal: Terminal) -> Iterator[dict[str, TunnelProxy]]:
    """A proxy of each scheme before the API server; that of https has a certificate of the cluster's CA."""
    server = json.loads(terminal.cluster.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    port = int(server.rpartition(":")[2])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(terminal.cluster.directory / "pki" / "apiserver.pem")
    found = {scheme: TunnelProxy(port, tls if scheme == "https" else None) for scheme in SCHEMES}
    yield found
    for proxy in found.values():
        proxy.close()


SCHEMES = ("http", "https", "socks5")


def write(terminal: Terminal, name: str, user: dict[str, Any] | None = None, **cluster: str) -> Path:
    """Write the kubeconfig of the cluster with other fields; nothing is given for the proxy's password."""
    config = json.loads(terminal.cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"] |= cluster
    if user:
        config["users"][0]["user"] = user
    file = terminal.folder / f"{name}.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(json.dumps(config))
    return file


def plugin_user(terminal: Terminal) -> dict[str, Any]:
    """Make a plugin that gives the certificate of the cluster's user, and return who has it."""
    user = json.loads(terminal.cluster.kubeconfig.read_text())["users"][0]["user"]
    (terminal.folder / "user.json").write_text(json.dumps(user))
    program = terminal.folder / "plugin"
    program.write_text(PLUGIN)
    program.chmod(0o700)
    return {"exec": {"apiVersion": V1, "command": "./plugin", "interactiveMode": "IfAvailable"}}


def seen(environ: dict[str, str], namespace: str) -> list[Any]:
    """Return what get, list, watch, log and apply answer."""
    cluster = Cluster(load_connection(None, environ))
    deployment = cluster.get("Deployment", namespace, "web")
    assert deployment
    [pod] = [each["metadata"]["name"] for each in cluster.list_objects("Pod", namespace)]
    with cluster.watch([Selection("Pod", namespace, needed=True)]) as watch:
        while not watch.complete:
            watch.wait(1)
        watched = [each["metadata"]["uid"] for each in watch.objects("Pod") or []]
    asked = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "new", "namespace": namespace}}
    asked["spec"] = {"ports": [{"port": 80}], "clusterIP": "None"}
    applied = cluster.apply(asked, "test", dry_run=True)
    lines = list(cluster.log(namespace, pod, LogQuery("main", tail=1)))
    return [cluster.version(), deployment["metadata"]["uid"], pod, watched, applied["spec"]["ports"], lines]


def test_each_way_in_gives_the_same_answers_and_is_the_engines_too(
    terminal: Terminal, proxies: dict[str, TunnelProxy]
) -> None:
    terminal.create("web")
    behind = {f"{scheme} proxy": f"{scheme}://{proxies[scheme].address}" for scheme in SCHEMES}
    ways: dict[str, dict[str, str]] = {
        way: {"KUBECONFIG": str(write(terminal, way, server=f"https://{NAME}", **{"proxy-url": url}))}
        for way, url in behind.items()
    }
    named = {"tls-server-name": NAME, "proxy-url": behind["http proxy"]}
    ways["another name"] = {"KUBECONFIG": str(write(terminal, "n", server=f"https://{NOBODYS}", **named))}
    ways["ALL_PROXY"] = {
        "KUBECONFIG": str(write(terminal, "all", server=f"https://{NAME}")),
        "ALL_PROXY": behind["socks5 proxy"].replace("socks5", "socks5h"),
    }
    ways["plugin"] = {"KUBECONFIG": str(write(terminal, "plugin", plugin_user(terminal)))}
    plain = seen({"KUBECONFIG": str(terminal.cluster.kubeconfig)}, terminal.namespace)
    for way, environ in ways.items():
        assert seen(environ, terminal.namespace) == plain, way

    def used() -> int:
        runs = terminal.folder / "runs"
        return sum(len(p.asked) for p in proxies.values()) + (len(runs.read_text()) if runs.exists() else 0)

    for number, (way, environ) in enumerate(ways.items()):
        before = used()
        through = terminal.with_variables(**environ)
        # The commands' own requests take this way too; the engine's are what changes the objects.
        done = through.group("update", "web", f"--tags=way={number}", "--no-wait")
        assert done.returncode == 0, (way, done.stderr)
        assert used() > before, way
        labels = terminal.objects("web")["deployment"]["metadata"]
        assert f'"{number}"' in json.dumps(labels), way
