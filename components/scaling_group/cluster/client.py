"""Reads of live objects as plain dicts, and the few deletes that the engine cannot do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import httpx2
from lightkube import ApiError, Client, KubeConfig, SingleConfig
from lightkube.config import client_adapter
from lightkube.core.exceptions import ConfigError
from lightkube.generic_resource import (
    GenericGlobalResource,
    GenericNamespacedResource,
    create_global_resource,
    create_namespaced_resource,
)

from scaling_group.cluster.kubeconfig import Connection
from scaling_group.cluster.rights import allowed, lacking
from scaling_group.errors import Failed, Forbidden, Unreachable
from scaling_group.manifests.rights import Right
from scaling_group.manifests.route import GROUP, INSTALL_GATEWAY_API

Object = dict[str, Any]

NAMESPACES = create_global_resource("", "v1", "Namespace", "namespaces")
KINDS: Mapping[str, type[GenericNamespacedResource]] = {
    "Deployment": create_namespaced_resource("apps", "v1", "Deployment", "deployments"),
    "Service": create_namespaced_resource("", "v1", "Service", "services"),
    "HTTPRoute": create_namespaced_resource(GROUP, "v1", "HTTPRoute", "httproutes"),
    "Pod": create_namespaced_resource("", "v1", "Pod", "pods"),
    "Gateway": create_namespaced_resource(GROUP, "v1", "Gateway", "gateways"),
    "LimitRange": create_namespaced_resource("", "v1", "LimitRange", "limitranges"),
    "ResourceQuota": create_namespaced_resource("", "v1", "ResourceQuota", "resourcequotas"),
}
#: Kinds without a namespace.
GLOBAL_KINDS: Mapping[str, type[GenericGlobalResource]] = {
    "Namespace": NAMESPACES,
    "Node": create_global_resource("", "v1", "Node", "nodes"),
    "GatewayClass": create_global_resource(GROUP, "v1", "GatewayClass", "gatewayclasses"),
    "CustomResourceDefinition": create_global_resource(
        "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions"
    ),
}
EVERYWHERE = "*"
#: Seconds for one request; an API server that takes longer is not usable.
TIMEOUT = 10.0
#: Answers that are about the object: invalid, forbidden by a policy or a quota, in conflict.
REFUSALS = (400, 403, 409, 422)
#: Objects per page of a LIST.
PAGE = 500


class Cluster:
    """One cluster through one context. Every method raises Unreachable where it cannot be asked."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._opened: Client | None = None

    @property
    def server(self) -> str:
        return str(self.connection.kubeconfig["clusters"][0]["cluster"].get("server", ""))

    def version(self) -> tuple[int, int]:
        """Return major and minor version of the API server; providers write minor as `30+`."""
        found = self._fetch("/version")
        digits = [re.match(r"\d+", str(found.get(part, ""))) for part in ("major", "minor")]
        major, minor = (int(match[0]) if match else 0 for match in digits)
        return major, minor

    def served(self, group: str, version: str) -> frozenset[str]:
        """Return the plural names of the kinds that the API server serves in a version of a group."""
        try:
            found = self._fetch(f"/apis/{group}/{version}")
        except Unserved:
            return frozenset()
        return frozenset(str(each["name"]) for each in found.get("resources") or ())

    def namespace_uid(self, namespace: str) -> str | None:
        """Return the UID that tells this cluster's namespace from every other, None if absent."""
        found = self._ask(lambda client: client.get(NAMESPACES, namespace))
        return None if found is None else str(_plain(found)["metadata"]["uid"])

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return the object, None where it does not exist."""
        found = self._ask(lambda client: client.get(KINDS[kind], name, namespace=namespace))
        return None if found is None else _plain(found)

    def get_global(self, kind: str, name: str) -> Object | None:
        """Return an object of a kind without a namespace, None where it does not exist."""
        found = self._ask(lambda client: client.get(GLOBAL_KINDS[kind], name))
        return None if found is None else _plain(found)

    def list_global(self, kind: str) -> list[Object]:
        """Return every object of a kind without a namespace."""
        pages = self._ask(lambda client: list(client.list(GLOBAL_KINDS[kind], chunk_size=PAGE)))
        return [_plain(item) for item in pages or ()]

    def allowed(self, right: Right) -> bool:
        """Return whether the API server says that this user has a right."""
        return bool(self._ask(lambda client: allowed(client, right)))

    def lacking(self, rights: Sequence[Right]) -> list[Right]:
        """Return those of some rights in one namespace that this user lacks; one request if none."""
        return cast(list[Right], self._ask(lambda client: lacking(client, rights)))

    def list_objects(
        self, kind: str, namespace: str, labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """Return the objects with these labels in a namespace, or EVERYWHERE.

        Raises Unreachable where the cluster does not know the kind.
        """

        def read(client: Client) -> list[Object]:
            found = client.list(KINDS[kind], namespace=namespace, labels=dict(labels or {}), chunk_size=PAGE)
            return [_plain(item) for item in found]

        items = self._ask(read)
        if items is None:
            raise Unreachable(
                f"this cluster does not know {kind}",
                resolution=INSTALL_GATEWAY_API if kind == "HTTPRoute" else "",
            )
        return cast(list[Object], items)

    def hostname_routes(self, namespace: str) -> list[Object]:
        """Return HTTPRoutes of the whole cluster, of the namespace alone where that is forbidden."""
        try:
            return self.list_objects("HTTPRoute", EVERYWHERE)
        except Forbidden:
            return self.list_objects("HTTPRoute", namespace)

    def apply(self, manifest: Object, manager: str, *, dry_run: bool = False) -> Object:
        """Return what the object is after a forced server-side apply, or would be.

        Raises Failed where the API server refuses it.
        """
        resource = KINDS[manifest["kind"]].from_dict(manifest)

        def ask(client: Client) -> Any:
            try:
                return client.apply(resource, field_manager=manager, force=True, dry_run=dry_run)
            except ApiError as error:
                if error.status.code not in REFUSALS:
                    raise
                raise Failed(
                    f"the API server refuses the {manifest['kind']} {manifest['metadata']['name']}",
                    detail=str(error.status.message),
                ) from None

        return _plain(self._ask(ask))

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """Delete an object; absent is as good as deleted."""
        self._ask(lambda client: client.delete(KINDS[kind], name, namespace=namespace))

    def _fetch(self, path: str) -> Object:
        """Return what a path answers that is no object; raises Unserved for one that is not there."""
        with self._explained(), client_adapter.Client(self._config(), _parameters()) as http:
            answer = http.get(path)
            if answer.status_code == 404:
                raise Unserved(path)
            answer.raise_for_status()
            return cast(Object, answer.json())

    def _config(self) -> SingleConfig:
        config = KubeConfig.from_dict(self.connection.kubeconfig).get()
        if config is None:
            raise ConfigError(f"the kubeconfig has no context {self.connection.context!r}")
        return config

    def _ask(self, request: Callable[[Client], Any]) -> Any:
        with self._explained():
            if self._opened is None:
                self._opened = Client(self._config(), timeout=httpx2.Timeout(TIMEOUT))
            try:
                return request(self._opened)
            except ApiError as error:
                if error.status.code == 404:
                    return None
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        where = f"cluster {self.server} (context {self.connection.context!r})"
        try:
            yield
        except ApiError as error:
            kind = Forbidden if error.status.code == 403 else Unreachable
            refused = error.status.code in (401, 403)
            raise kind(
                f"{where} {'refused' if refused else 'could not answer'} the request",
                detail=str(error.status.message),
                resolution="Check the credentials and permissions of this context." if refused else "",
            ) from None
        except (httpx2.HTTPError, ConfigError, OSError) as error:
            raise Unreachable(
                f"cannot reach {where}",
                detail=str(error) or type(error).__name__,
                resolution="Check that it runs, and that --context names the right one.",
            ) from None


def _parameters() -> client_adapter.ConnectionParams:
    return client_adapter.ConnectionParams(timeout=httpx2.Timeout(TIMEOUT))


class Unserved(Exception):
    """The API server has nothing at a path."""


def _plain(found: GenericNamespacedResource | GenericGlobalResource) -> Object:
    return cast(Object, found)
