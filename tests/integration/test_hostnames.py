"""A group under several hostnames, one for the paths below one: the real engine, API server and gateway."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import yaml

from scaling_group.errors import ExitCode
from scaling_group.naming import path_route
from tests.integration.terminal import Terminal
from tests.integration.test_gateway import status_of
from tests.integration.waiting import Eventually

pytestmark = pytest.mark.integration

ROUTE = "httproute.gateway.networking.k8s.io"
V1 = path_route("web", "/v1")
V2 = path_route("web", "/v2")


@contextmanager
def asking(terminal: Terminal, *hosts: str) -> Iterator[Counter[int]]:
    """Ask hosts again and again meanwhile, and yield how often which status has come."""
    ended, told = threading.Event(), Counter[int]()

    def ask() -> None:
        while not ended.is_set():
            told.update(status_of(host, terminal) for host in hosts)

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        yield told
    finally:
        ended.set()
        asker.join()


def test_a_group_under_several_hostnames(terminal: Terminal, eventually: Eventually) -> None:
    """Simulated pods accept no connection, so a routed request ends as 502; 404 is of no route."""
    shop, api = (f"{each}-{terminal.environment}.gw.localhost" for each in ("shop", "api"))
    names = [f"--hostname={shop}", f"--hostname={api}/v1"]
    group = terminal.create("web", *names)
    own = group["url"].removeprefix("https://")
    assert group["urls"] == [group["url"], f"https://{shop}", f"https://{api}/v1"]
    eventually(lambda: [status_of(own, terminal), status_of(shop, terminal)] == [502, 502])
    eventually(lambda: status_of(api, terminal, "/v1/chat") == 502)
    assert (status_of(api, terminal), status_of(api, terminal, "/v10")) == (404, 404)
    assert f"{ROUTE}/{V1}" in terminal.names()

    trusting = terminal.with_variables(SSL_CERT_FILE=str(terminal.cluster.gateway_ca))
    done = trusting.group("get", "web", "--probe", "-o", "json")
    asked = json.loads(done.stdout)
    assert done.returncode == 1
    statuses = {url: each["status"] for url, each in asked["answers"].items()}
    assert statuses == dict.fromkeys(group["urls"][1:], 502)
    [route] = asked["tree"]["path_routes"]
    assert (route["hostnames"], route["path"], len(route["parents"])) == ([api], "/v1", 1)
    checks = {each["id"]: each for each in json.loads(trusting.group("doctor", "web", "-o", "json").stdout)}
    assert checks["hostname-covered"]["summary"].endswith(f", {shop}, {api}")
    assert (checks["certificate"]["outcome"], checks["answer"]["outcome"]) == ("ok", "failed")
    assert checks["answer"]["detail"].count("502 Bad Gateway") == 2

    refused_before_anything_is_made(terminal, api, shop)
    changed_in_place(terminal, eventually, own, shop, api)
    set_back_and_brought_back(terminal, api)


def refused_before_anything_is_made(terminal: Terminal, api: str, shop: str) -> None:
    before = terminal.names()
    spec = {"image": "my-registry/server:v1", "port": 8080}
    taken = terminal.group("create", "--name=chat", "--image=a/b:1", "--port=80", f"--hostname={api}/v1")
    assert taken.returncode == ExitCode.CONFLICT
    assert f"{api}/v1 is taken by the HTTPRoute {terminal.namespace}/{V1}" in taken.stderr
    outside = terminal.group(
        "create", "--name=chat", "--image=a/b:1", "--port=80", "--hostname=api.example.com"
    )
    assert outside.returncode == ExitCode.CONFLICT
    assert "does not cover the host api.example.com" in outside.stderr
    both = [{**spec, "name": name, "hostnames": [f"x-{api}/v1"]} for name in ("one", "other")]
    (terminal.folder / "both.yaml").write_text(yaml.safe_dump_all(both))
    twice = terminal.group("apply", "-f", "both.yaml")
    assert twice.returncode == ExitCode.USAGE
    assert f"other: hostnames: x-{api}/v1 is one's too" in twice.stderr
    within = [{**spec, "name": "one", "hostnames": [shop]}]
    (terminal.folder / "one.yaml").write_text(yaml.safe_dump_all(within))
    assert terminal.group("apply", "-f", "one.yaml").returncode == ExitCode.CONFLICT
    shared = terminal.group(
        "create", "--name=chat", "--image=a/b:1", "--port=80", f"--hostname={shop}/v1", "--dry-run"
    )
    assert shared.returncode == 0
    assert (
        f"requests to {shop}/v1 come from the HTTPRoute {terminal.namespace}/web to this group"
        in shared.stderr
    )
    assert terminal.names() == before


def changed_in_place(terminal: Terminal, eventually: Eventually, own: str, shop: str, api: str) -> None:
    plan = terminal.data("update", "web", f"--hostname={shop}", f"--hostname={api}/v2", "--dry-run")
    steps = {each["name"]: each["action"] for each in plan["objects"] if each["kind"] == "HTTPRoute"}
    assert steps == {"web": "unchanged", V1: "delete", V2: "create"}
    with asking(terminal, own, shop) as told:
        terminal.data("update", "web", f"--hostname={shop}", f"--hostname={api}/v2")
        # From all paths to one and back: new routes are made before hostnames leave the others.
        terminal.data("update", "web", f"--hostname={shop}", f"--hostname={api}")
        terminal.data("update", "web", f"--hostname={shop}", f"--hostname={api}/v1")
        eventually(lambda: status_of(api, terminal, "/v1") == 502)
    assert set(told) == {502}
    assert terminal.data("history", "web")[0]["change"].startswith("hostnames ")
    assert [each for each in terminal.names() if each.startswith(ROUTE)] == [
        f"{ROUTE}/web",
        f"{ROUTE}/{V1}",
    ]


def set_back_and_brought_back(terminal: Terminal, api: str) -> None:
    terminal.kubectl(
        "patch", "httproute", V1, "--type=merge", "-p", '{"spec": {"hostnames": ["a.gw.localhost"]}}'
    )
    drift = terminal.data("diff", "web", "--live")
    assert [each["field"] for each in drift] == [f"HTTPRoute/{V1} spec.hostnames[0]"]
    terminal.data("update", "web")
    assert terminal.data("diff", "web", "--live") == []
    terminal.kubectl("delete", "httproute", V1)
    assert f"the HTTPRoute {V1} does not exist" in terminal.data("get", "web")["reason"]
    terminal.data("update", "web")

    terminal.data("delete", "web")
    assert terminal.names() == []
    assert terminal.data("restore", "web")["urls"][2] == f"https://{api}/v1"
    assert f"{ROUTE}/{V1}" in terminal.names()
