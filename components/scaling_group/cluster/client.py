"""Reads of live objects as plain dicts, and the few deletes that the engine cannot do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import httpx2
from lightkube import ApiError, Client, KubeConfig, SingleConfig
from lightkube.config import client_adapter
from lightkube.core.exceptions import ConfigError
from lightkube.generic_resource import GenericGlobalResource, GenericNamespacedResource

from scaling_group.cluster.answers import TIMEOUT, Refused, read_json
from scaling_group.cluster.kinds import GLOBAL_KINDS, KINDS
from scaling_group.cluster.kubeconfig import Connection
from scaling_group.errors import Failed, Unreachable, Unreadable
from scaling_group.reads import LogQuery, Selection

if TYPE_CHECKING:
    from scaling_group.cluster.watch import ClusterWatch

Object = dict[str, Any]

EVERYWHERE = "*"
INSTALL_GATEWAY_API = (
    "Install the Gateway API, standard channel: https://gateway-api.sigs.k8s.io/guides/getting-started/"
)
#: Answers that are about the object: invalid, forbidden by a policy or a quota, in conflict.
REFUSALS = (400, 403, 409, 422)
#: Objects per page of a LIST.
PAGE = 500


class Cluster:
    """One cluster through one context. Every method raises Unreachable where it cannot be asked."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._opened: Client | None = None
        self._streaming: httpx2.Client | None = None

    @property
    def server(self) -> str:
        return str(self.connection.kubeconfig["clusters"][0]["cluster"].get("server", ""))

    def version(self) -> tuple[int, int]:
        """Return major and minor version of the API server; providers write minor as `30+`."""
        with self._explained():
            found = read_json(self._http(), "/version", {})
        digits = [re.match(r"\d+", str(found.get(part, ""))) for part in ("major", "minor")]
        major, minor = (int(match[0]) if match else 0 for match in digits)
        return major, minor

    def namespace_uid(self, namespace: str) -> str | None:
        """Return the UID that tells this cluster's namespace from every other, None if absent."""
        found = self._ask(lambda client: client.get(GLOBAL_KINDS["Namespace"], namespace))
        return None if found is None else str(_plain(found)["metadata"]["uid"])

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return the object, None where it does not exist; the namespace of a global kind is ignored."""
        if kind in GLOBAL_KINDS:
            found = self._ask(lambda client: client.get(GLOBAL_KINDS[kind], name))
        else:
            found = self._ask(lambda client: client.get(KINDS[kind], name, namespace=namespace))
        return None if found is None else _plain(found)

    def list_objects(
        self, kind: str, namespace: str, labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """Return the objects with these labels in a namespace, or EVERYWHERE; of a global kind, all.

        Raises Unreadable where the cluster does not know the kind.
        """

        def read(client: Client) -> list[Object]:
            wanted: dict[str, Any] = dict(labels or {})
            if kind in GLOBAL_KINDS:
                found: Any = client.list(GLOBAL_KINDS[kind], labels=wanted, chunk_size=PAGE)
            else:
                found = client.list(KINDS[kind], namespace=namespace, labels=wanted, chunk_size=PAGE)
            # Items of a list have no kind of their own.
            return [{"kind": kind, **_plain(item)} for item in found]

        items = self._ask(read)
        if items is None:
            raise Unreadable(
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

    @contextmanager
    def watch(self, selections: Sequence[Selection]) -> Iterator[ClusterWatch]:
        """Yield objects that are kept current, through an API server that restarts too."""
        from scaling_group.cluster.watch import watching

        with self._explained():
            http = self._http()
        with watching(http, selections) as watch:
            yield watch

    def log(self, namespace: str, pod: str, query: LogQuery) -> Iterator[str]:
        """Yield lines of a pod's log as they come.

        Raises Unreadable where the pod or its log does not exist, as before its container has run.
        """
        from scaling_group.cluster.logs import log_lines

        with self._explained():
            yield from log_lines(self._http(), namespace, pod, query)

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

    def _config(self) -> SingleConfig:
        config = KubeConfig.from_dict(self.connection.kubeconfig).get()
        if config is None:
            raise ConfigError(f"the kubeconfig has no context {self.connection.context!r}")
        return config

    def _http(self) -> httpx2.Client:
        """Return the client for what the library cannot do; streams may be as many as are wanted."""
        if self._streaming is None:
            parameters = client_adapter.ConnectionParams(timeout=httpx2.Timeout(TIMEOUT))
            limits = httpx2.Limits(max_connections=None)
            self._streaming = httpx2.Client(**parameters.httpx_params(self._config()), limits=limits)
        return self._streaming

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
            raise _refusal(where, int(error.status.code or 0), str(error.status.message)) from None
        except Refused as error:
            raise _refusal(where, error.code, str(error)) from None
        except (httpx2.HTTPError, ConfigError, OSError) as error:
            raise Unreachable(
                f"cannot reach {where}",
                detail=str(error) or type(error).__name__,
                resolution="Check that it runs, and that --context names the right one.",
            ) from None


class Forbidden(Unreadable):
    """The API server answered 403."""


#: What an answer means; others say that the API server is not well.
_MEANINGS: Mapping[int, type[Unreachable]] = {400: Unreadable, 403: Forbidden, 404: Unreadable}


def _refusal(where: str, code: int, message: str) -> Unreachable:
    refused = code in (401, 403)
    return _MEANINGS.get(code, Unreachable)(
        f"{where} {'refused' if refused else 'could not answer'} the request",
        detail=message,
        resolution="Check the credentials and permissions of this context." if refused else "",
    )


def _plain(found: GenericNamespacedResource | GenericGlobalResource) -> Object:
    return cast(Object, found)
