"""Every way into one API server: the same answers for us, and the engine comes as the same user."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from typing import Any

import pytest

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.reads import LogQuery, Selection
from tests.integration.access import granted
from tests.integration.audited import AuditedServer, audited
from tests.integration.terminal import Terminal
from tests.unit.cluster.proxying import TunnelProxy

pytestmark = pytest.mark.integration

#: A name that the API server's certificate has, and this machine cannot look up; and one that nobody has.
NAME, NOBODYS = "kubernetes.default.svc", "api.invalid"
ACCOUNT, MASTERS = "account", "system:masters"
#: How the audit log names whoever asks.
OURS, ENGINE = "scaling-group", "pulumi-kubernetes"
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
def server(terminal: Terminal) -> Iterator[AuditedServer]:
    """An API server that writes down who asks."""
    with audited(terminal.cluster, terminal.folder) as started:
        yield started


@pytest.fixture
def proxies(terminal: Terminal, server: AuditedServer) -> Iterator[dict[str, TunnelProxy]]:
    """A proxy of each scheme before the API server; that of https has a certificate of the cluster's CA."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(terminal.cluster.directory / "pki" / "apiserver.pem")
    found = {scheme: TunnelProxy(server.port, tls if scheme == "https" else None) for scheme in SCHEMES}
    yield found
    for proxy in found.values():
        proxy.close()


SCHEMES = ("http", "https", "socks5")
#: The ways of the engine in make test: a proxy, a plugin with its credentials, a token. --long has every one.
TELLING = ("socks5 proxy", "plugin", ACCOUNT)


def write(terminal: Terminal, way: str, user: dict[str, Any] | None = None, **cluster: Any) -> dict[str, str]:
    """Return the variables for a kubeconfig of the cluster with other fields.

    user: without it the administrator acts as a user who has the name of the way, so that the audit log tells
    one way from another.
    """
    config = json.loads(terminal.cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"] |= cluster
    config["users"][0]["user"] = user or {**config["users"][0]["user"], **acting_as(way)}
    file = terminal.folder / f"{way}.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(json.dumps(config))
    return {"KUBECONFIG": str(file)}


def acting_as(way: str) -> dict[str, Any]:
    return {"as": way, "as-uid": "5", "as-groups": [MASTERS], "as-user-extra": {"example.com/way": [way, ""]}}


def account_user(terminal: Terminal) -> dict[str, Any]:
    """Return the user of a service account, whose token is in a file."""
    terminal.kubectl("create", "serviceaccount", ACCOUNT)
    file = terminal.folder / "token"
    file.write_text(terminal.kubectl("create", "token", ACCOUNT))
    return {"tokenFile": str(file)}


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


def ways_in(
    terminal: Terminal, server: AuditedServer, proxies: dict[str, TunnelProxy]
) -> dict[str, dict[str, str]]:
    """Return the variables of each way in, by name."""
    behind = {f"{scheme} proxy": f"{scheme}://{proxies[scheme].address}" for scheme in SCHEMES}
    # As most kubeconfigs are: answers may be packed, which those of the local cluster are not.
    plain = {"server": f"https://127.0.0.1:{server.port}", "disable-compression": False}
    named = {"server": f"https://{NAME}"}
    other = {"tls-server-name": NAME, "proxy-url": behind["http proxy"], "server": f"https://{NOBODYS}"}
    everything = {"ALL_PROXY": behind["socks5 proxy"].replace("socks5", "socks5h")}
    return {
        **{way: write(terminal, way, **{**named, "proxy-url": url}) for way, url in behind.items()},
        "another name": write(terminal, "another name", **other),
        "ALL_PROXY": {**write(terminal, "ALL_PROXY", **named), **everything},
        "plugin": write(terminal, "plugin", {**plugin_user(terminal), **acting_as("plugin")}, **plain),
        ACCOUNT: write(terminal, ACCOUNT, account_user(terminal), **plain),
    }


def name_of(seen_as: dict[str, Any]) -> str:
    """Return the name of whoever asked, or of the user that they acted as."""
    return str((seen_as["impersonatedUser"] or seen_as["user"])["username"])


def test_each_way_in_gives_the_same_answers_and_is_the_engines_too(
    terminal: Terminal,
    server: AuditedServer,
    proxies: dict[str, TunnelProxy],
    request: pytest.FixtureRequest,
) -> None:
    terminal.create("web")
    ways = ways_in(terminal, server, proxies)
    engines = list(ways) if request.config.getoption("--long") else TELLING
    plain = seen({"KUBECONFIG": str(terminal.cluster.kubeconfig)}, terminal.namespace)

    with granted(terminal):
        for way, environ in ways.items():
            assert seen(environ, terminal.namespace) == plain, way
        for number, way in enumerate(engines):
            # The commands' own requests take this way too; the engine's are what changes the objects.
            tags = f"--tags=way={number}"
            done = terminal.with_variables(**ways[way]).group("update", "web", tags, "--no-wait")
            assert done.returncode == 0, (way, done.stderr)
            labels = terminal.objects("web")["deployment"]["metadata"]
            assert f'"{number}"' in json.dumps(labels), way

    account = f"system:serviceaccount:{terminal.namespace}:{ACCOUNT}"
    assert all(proxy.asked for proxy in proxies.values())
    ours = server.users(OURS)
    assert [each for each in ours if name_of(each) in {*engines, account}] == server.users(ENGINE)
    assert {name_of(each) for each in ours} == {*ways, account} - {ACCOUNT}
    acted, itself = [], []
    for each in server.users(ENGINE):
        (acted if each["impersonatedUser"] else itself).append(each)
    assert [each["user"]["username"] for each in itself] == [account]
    assert {each["user"]["username"] for each in acted} == {"admin"}
    assert {name_of(each) for each in acted} == set(engines) - {ACCOUNT}
