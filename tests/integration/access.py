"""A user of the cluster who may do what docs/rbac.yaml grants, and what commands ask the API server for."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from scaling_group.manifests.permissions import Permission
from tests.integration.terminal import ROOT, Terminal
from tests.integration.waiting import wait_until
from tools.local_cluster.settings import GATEWAY_NAMESPACE

FILE = ROOT / "docs" / "rbac.yaml"
ACCOUNT = "restricted"
#: What doctor says of a permission that is optional.
LOST = (
    "list nodes in the whole cluster: doctor does not list GPUs, and a pod without a place is explained "
    "without the nodes."
)
REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
Object = dict[str, Any]


def roles_for(terminal: Terminal, namespaces: dict[str, str]) -> list[Object]:
    """Return the documents of docs/rbac.yaml for a test: its namespace, users and names of its own."""
    documents = [_renamed(d, terminal, namespaces) for d in yaml.safe_load_all(FILE.read_text())]
    assert len(documents) == 6
    return documents


def _renamed(document: Object, terminal: Terminal, namespaces: dict[str, str]) -> Object:
    metadata = {**document["metadata"], "name": f"{document['metadata']['name']}-{terminal.namespace}"}
    if "namespace" in metadata:
        metadata["namespace"] = namespaces[metadata["namespace"]]
    changed = {**document, "metadata": metadata}
    if "roleRef" in document:
        changed["roleRef"] = {**document["roleRef"], "name": metadata["name"]}
        group = f"system:serviceaccounts:{terminal.namespace}"
        changed["subjects"] = [{**subject, "name": group} for subject in document["subjects"]]
    for rule in changed.get("rules", ()):
        if rule["resources"] == ["namespaces"]:
            rule["resourceNames"] = [terminal.namespace]
    return changed


@contextmanager
def granted(terminal: Terminal, change: Callable[[list[Object]], None] = lambda _: None) -> Iterator[None]:
    """Apply docs/rbac.yaml, as `change` leaves its documents, for the accounts of the test's namespace."""
    documents = roles_for(terminal, {"default": terminal.namespace, "gateway-system": GATEWAY_NAMESPACE})
    change(documents)
    text = yaml.safe_dump_all(documents)
    # Roles are in namespaces of their own.
    anywhere = "--namespace="
    terminal.kubectl("apply", anywhere, "-f", "-", stdin=text)
    try:
        wait_until(lambda: all(_allowed(terminal, asked) for asked in _one_of_each(documents)))
        yield
    finally:
        terminal.kubectl("delete", anywhere, "--ignore-not-found", "-f", "-", stdin=text)


def _one_of_each(roles: list[Object]) -> Iterator[Object]:
    """Yield what one rule of each role allows, as a review asks for it."""
    for role in roles:
        for rule in [rule for rule in role.get("rules", ()) if rule["verbs"]][:1]:
            yield {
                "namespace": role["metadata"].get("namespace", ""),
                "group": rule["apiGroups"][0],
                "resource": rule["resources"][0],
                "name": rule.get("resourceNames", [""])[0],
                "verb": rule["verbs"][0],
            }


def _allowed(terminal: Terminal, asked: Object) -> bool:
    """Return whether the test's accounts may: the API server heeds a role a moment after it was made."""
    review = {"resourceAttributes": asked, "user": ACCOUNT}
    review["groups"] = [f"system:serviceaccounts:{terminal.namespace}"]
    told = terminal.cluster.api.create(REVIEWS, {"spec": review})
    return bool(told["status"]["allowed"])


def restricted(terminal: Terminal, server: str | None = None) -> Terminal:
    """Return the terminal of a user without any permission but those granted to the test's accounts.

    server: where the API server is requested, itself by default; another one needs no credentials.
    """
    kubeconfig = json.loads(terminal.cluster.kubeconfig.read_text())
    [cluster], [context] = kubeconfig["clusters"], kubeconfig["contexts"]
    user: Object = {}
    if server:
        cluster["cluster"] = {"server": server}
    else:
        terminal.kubectl("create", "serviceaccount", ACCOUNT)
        user = {"token": terminal.kubectl("create", "token", ACCOUNT).strip()}
    context["context"]["user"] = ACCOUNT
    kubeconfig["users"] = [{"name": ACCOUNT, "user": user}]
    file = terminal.folder / f"{ACCOUNT}{'-recorded' if server else ''}.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(json.dumps(kubeconfig))
    return terminal.with_variables(KUBECONFIG=str(file))


#: A request in the log of `kubectl proxy`, and in that of Kubernetes 1.30.
REQUEST = re.compile(r'"Response" verb="(\w+)" url="([^"]+)" status="(\d+)|\] ([A-Z]+) (https\S+) (\d+) ')
VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/v\d\w*(?:/namespaces/(?P<namespace>[^/]+))?"
    r"(?:/(?P<resource>[a-z]+)(?:/(?P<name>[^/]+)(?:/(?P<subresource>\w+))?)?)?"
)


@dataclass
class Recorder:
    """Collects requests, as `GET PATH`, and the permissions that they have used."""

    permissions: set[Permission] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        if found := REQUEST.search(line):
            verb, url, status = filter(None, found.groups())
            parts = urlsplit(url)
            self.requests.append(f"{verb} {parts.path}")
            if matched := PATH.fullmatch(parts.path):
                query = parse_qs(parts.query)
                self.permissions |= set(_permissions(verb, int(status), matched.groupdict(""), query))


def _permissions(
    method: str, status: int, path: dict[str, str], query: dict[str, list[str]]
) -> Iterator[Permission]:
    if not path["resource"] and not path["namespace"]:
        return
    if not path["resource"]:
        # A namespace itself: /api/v1/namespaces/NAME
        path = {**path, "resource": "namespaces", "name": path["namespace"]}
    resource = "/".join(filter(None, (path["resource"], path["subresource"])))
    verb = VERBS[method]
    if method == "GET" and not path["name"]:
        verb = "watch" if "watch" in query else "list"
    # A collection with a name in its field selector is allowed by the same rule.
    named = path["name"] if resource in ("namespaces", "customresourcedefinitions") else ""
    yield Permission(verb, path["group"], resource, path["namespace"], named)
    if method == "PATCH" and status == 201:
        yield Permission("create", path["group"], resource, path["namespace"], named)


@contextmanager
def recorded(terminal: Terminal) -> Iterator[tuple[Terminal, Recorder]]:
    """Yield a terminal like this one whose requests pass a proxy that notes them."""
    command = ["kubectl", "proxy", "--port=0", "-v=6"]
    proxy = subprocess.Popen(
        command, env=terminal.environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    recorder = Recorder()

    def read() -> None:
        for line in proxy.stderr or ():
            recorder.note(line)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        assert proxy.stdout
        # Starting to serve on 127.0.0.1:PORT
        address = proxy.stdout.readline().split()[-1]
        yield restricted(terminal, server=f"http://{address}"), recorder
    finally:
        proxy.terminate()
        proxy.wait()
        thread.join()


def without(resource: str, *verbs: str) -> Callable[[list[Object]], None]:
    """Return the change that takes verbs on a resource away."""

    def change(documents: Sequence[Object]) -> None:
        rules = [rule for d in documents for rule in d.get("rules", ()) if rule["resources"] == [resource]]
        assert rules, resource
        for rule in rules:
            rule["verbs"] = [verb for verb in rule["verbs"] if verb not in verbs]

    return change
