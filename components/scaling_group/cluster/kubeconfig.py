"""Kubeconfig files: merged as kubectl merges them, one context at a time.

https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import yaml

from scaling_group.cluster.fields import ClusterFields, UserFields
from scaling_group.cluster.identity import Identity, identity_of
from scaling_group.cluster.pod import ACCOUNT, DEFAULT_FILE, IN_CLUSTER, service_account
from scaling_group.cluster.proxies import proxy_url_for_all
from scaling_group.cluster.refused import NoAnswer
from scaling_group.cluster.understood import ALWAYS, require_understood
from scaling_group.errors import NotFound, Unreachable, did_you_mean, more_files

#: Fields that name files; relative ones are relative to the kubeconfig that they stand in.
FILE_FIELDS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
#: Those whose `-data` counts before them.
WITH_DATA = FILE_FIELDS[:3]
#: A kubeconfig is small; a file that is not one should not be read whole.
LARGEST = 8 * 2**20
#: A kubeconfig is seven levels deep, where an extension of it is not deeper.
DEEPEST = 64
#: Both are safe; the one in C is ten times as fast, and some builds of the library lack it.
LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Connection:
    """One context: its name, and a kubeconfig that holds nothing else."""

    context: str
    kubeconfig: dict[str, Any]

    @property
    def cluster(self) -> ClusterFields:
        return cast(ClusterFields, self.kubeconfig["clusters"][0]["cluster"])

    @property
    def user(self) -> UserFields:
        """The fields of the user, none where the context has no user: it is asked as nobody then."""
        users = self.kubeconfig["users"]
        return cast(UserFields, (users[0].get("user") or {}) if users else {})

    @property
    def nobody(self) -> str:
        """Why requests are anonymous, empty where it is not."""
        if self.kubeconfig["users"]:
            return ""
        name = (self.kubeconfig["contexts"][0].get("context") or {}).get("user")
        named = f"the user {name!r}, which is not there" if name else "no user"
        return f"The context names {named}: requests are anonymous."

    @cached_property
    def identity(self) -> Identity:
        """What asks, here and for the engine: a plugin is run once for both."""
        return identity_of(self.user, self.cluster)

    def named(self, context: str) -> dict[str, Any]:
        """Return the kubeconfig with the context under another name, for the engine.

        Raises Unreachable where a plugin would ask questions and gives nothing.
        """
        entry = {**self.kubeconfig["contexts"][0], "name": context}
        found = {**self.kubeconfig, "contexts": [entry], "current-context": context}
        if (self.user.get("exec") or {}).get("interactiveMode") == ALWAYS:
            # The engine has no terminal.
            found["users"] = [{**found["users"][0], "user": self._given()}]
        return found

    def _given(self) -> dict[str, Any]:
        """Return the user with what its plugin gave in place of the plugin."""
        try:
            credential = self.identity.current()
        except NoAnswer as error:
            raise Unreachable(
                "the credential plugin returned nothing for the engine", detail=str(error)
            ) from None
        given: dict[str, Any] = {**self.user, "exec": None}
        if credential.authorization:
            given["token"] = credential.authorization.partition(" ")[2]
        if credential.certificate:
            # Whoever reads one takes what it looks for.
            pair = base64.b64encode(credential.certificate).decode()
            given |= {"client-certificate-data": pair, "client-key-data": pair}
        return {field: value for field, value in given.items() if value}


def load_connection(
    context: str | None, environ: Mapping[str, str] = os.environ, account: Path = ACCOUNT
) -> Connection:
    """Return the named context, or the current one; without a kubeconfig in a pod, that of its account.

    account: where a pod has its service account. Raises Unreachable where there is no usable kubeconfig,
    NotFound for an unknown context.
    """
    named = [part for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    files = [Path(os.path.expanduser(part)) for part in named or [DEFAULT_FILE]]
    looked = ", ".join(str(file) for file in files)
    if not named and not files[0].is_absolute():
        # Without a home folder it would be a file of the current one.
        files = []
    try:
        merged = _merged([_load(file) for file in files if file.is_file()])
    except (AttributeError, KeyError, TypeError):
        raise Unreachable(f"{looked} is not a kubeconfig: its parts are not lists of named entries") from None
    if not merged["contexts"] and context in (None, IN_CLUSTER):
        merged = _merged([service_account(environ, account)])
    if not merged["contexts"]:
        raise Unreachable(
            f"no cluster: there is no kubeconfig with a context in {looked}",
            resolution="Set KUBECONFIG to the file of your cluster.",
        )
    return _only(_wanted(context, merged, looked), merged, looked, environ)


def _wanted(context: str | None, merged: dict[str, Any], looked: str) -> str:
    wanted = context or merged["current-context"]
    if not isinstance(wanted, str) or not wanted:
        raise Unreachable(
            f"no cluster: {looked} sets no current context",
            resolution="Name one with --context, or choose one with kubectl config use-context.",
        )
    return wanted


def _only(context: str, merged: dict[str, Any], looked: str, environ: Mapping[str, str]) -> Connection:
    entry = merged["contexts"].get(context)
    if entry is None:
        known = sorted(merged["contexts"])
        raise NotFound(
            f"no context {context!r} in {looked}.{did_you_mean(context, known)}",
            detail=f"There are: {', '.join(known)}",
            resolution="Name one of them with --context.",
        )
    inner = entry.get("context") or {}
    # Whatever else may stand there has no entry either.
    cluster, user = (
        merged["clusters"].get(str(inner.get("cluster"))),
        merged["users"].get(str(inner.get("user"))),
    )
    if cluster is None:
        raise Unreachable(
            f"context {context!r} names the cluster {inner.get('cluster')!r}, which is not there"
        )
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{**cluster, "cluster": cluster.get("cluster") or {}}],
        "contexts": [entry],
        # Where it is not there, requests are anonymous, as kubectl does it.
        "users": [{**user, "user": user.get("user") or {}}] if user else [],
        "current-context": context,
    }
    require_understood(config)
    connection = Connection(context, config)
    if proxy := proxy_url_for_all(connection.cluster, environ):
        config["clusters"][0]["cluster"]["proxy-url"] = proxy
    return connection


def _merged(files: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {"clusters": {}, "contexts": {}, "users": {}, "current-context": None}
    for file in files:
        for part in ("clusters", "contexts", "users"):
            for entry in file.get(part) or ():
                merged[part].setdefault(str(entry["name"]), entry)
        merged["current-context"] = merged["current-context"] or file.get("current-context")
    return merged


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise Unreachable(f"{path} is larger than any kubeconfig ({LARGEST} bytes)")
        text = path.read_text()
        _require_bounded(text, path)
        content = yaml.load(text, LOADER)  # noqa: S506 - one of the two safe ones
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Unreachable(
            f"cannot read the kubeconfig {path}", detail=str(error), resolution=more_files(error)
        ) from None
    if content is None:
        # What `touch` leaves, or a tool that has removed the last context.
        return {}
    if not isinstance(content, dict):
        raise Unreachable(f"{path} is not a kubeconfig")
    for part in ("clusters", "contexts", "users"):
        for entry in content.get(part) or ():
            _make_absolute(entry.get(part.removesuffix("s")) or {}, path.parent)
    return content


def _require_bounded(text: str, path: Path) -> None:
    """Refuse what exhausts the stack where it is built, or the memory where its aliases are written out."""
    depth = anchored = 0
    for event in yaml.parse(text, LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            anchored = anchored or (depth if event.anchor else 0)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchored = 0 if anchored == depth else anchored
            depth -= 1
        if depth > DEEPEST:
            raise Unreachable(f"{path} is nested deeper than {DEEPEST} levels")
        if anchored and isinstance(event, yaml.AliasEvent):
            raise Unreachable(f"{path} uses an alias inside an anchor; write the value out")


def _make_absolute(fields: dict[str, Any], folder: Path) -> None:
    for field in FILE_FIELDS:
        if field in WITH_DATA and fields.get(f"{field}-data"):
            # The engine refuses both.
            fields.pop(field, None)
        if fields.get(field):
            # Links stay as they are: behind that of a token is another file after each renewal.
            fields[field] = os.path.abspath(folder / fields[field])
    plugin = fields.get("exec")
    # A command without a separator is looked for on the PATH.
    if isinstance(plugin, dict) and os.sep in str(plugin.get("command", "")):
        plugin["command"] = os.path.abspath(folder / str(plugin["command"]))
