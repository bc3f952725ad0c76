"""Reads of live objects as plain dicts, and the few deletes that the engine cannot do."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from scaling_group.cluster.direct import direct_requests
from scaling_group.cluster.kinds import AUTHORIZATION, EVERYWHERE, path_of
from scaling_group.cluster.kubeconfig import Connection
from scaling_group.cluster.refused import Refused
from scaling_group.cluster.rights import allowed, lacking
from scaling_group.errors import Failed, Forbidden, Unreachable, Unreadable
from scaling_group.manifests.rights import Right
from scaling_group.manifests.route import INSTALL_GATEWAY_API
from scaling_group.reads import LogQuery, Selection

if TYPE_CHECKING:
    import httpx2

    from scaling_group.cluster.watch import ClusterWatch

Object = dict[str, Any]

#: Answers that are about the object: invalid, forbidden by a policy or a quota, in conflict.
REFUSALS = (400, 403, 409, 422)
#: Objects per page of a LIST.
PAGE = 500
APPLY_PATCH = "application/apply-patch+yaml"
JSON = "application/json"
NO_SUCH = 404


class Requests(Protocol):
    """What sends requests; see cluster.direct.DirectRequests and cluster.library.LibraryRequests."""

    def send(
        self, method: str, path: str, query: Mapping[str, str], body: bytes = ..., content_type: str = ...
    ) -> bytes: ...


class Cluster:
    """One cluster through one context. Every method raises Unreachable where it cannot be asked."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._requests: Requests | None = None
        self._streaming: httpx2.Client | None = None

    @property
    def server(self) -> str:
        return str(self.connection.kubeconfig["clusters"][0]["cluster"].get("server", ""))

    def version(self) -> tuple[int, int]:
        """Return major and minor version of the API server; providers write minor as `30+`."""
        found = self._ask("GET", "/version")
        digits = [re.match(r"\d+", str(found.get(part, ""))) for part in ("major", "minor")]
        major, minor = (int(match[0]) if match else 0 for match in digits)
        return major, minor

    def served(self, group: str, version: str) -> frozenset[str]:
        """Return the plural names of the kinds that the API server serves in a version of a group."""
        found = self._ask("GET", f"/apis/{group}/{version}") or {}
        return frozenset(str(each["name"]) for each in found.get("resources") or ())

    def allowed(self, right: Right) -> bool:
        """Return whether the API server says that this user has a right."""
        return allowed(self._review, right)

    def lacking(self, rights: Sequence[Right]) -> list[Right]:
        """Return those of some rights in one namespace that this user lacks; one request if none."""
        return lacking(self._review, rights)

    def _review(self, kind: str, spec: Object) -> Object:
        body = orjson.dumps({"apiVersion": f"{AUTHORIZATION}/v1", "kind": kind, "spec": spec})
        answer: Object = self._ask("POST", path_of(kind, ""), body=body)
        return answer

    def namespace_uid(self, namespace: str) -> str | None:
        """Return the UID that tells this cluster's namespace from every other, None if absent."""
        found = self.get("Namespace", "", namespace)
        return None if found is None else str(found["metadata"]["uid"])

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return the object, None where it does not exist; the namespace of a global kind is ignored."""
        found: Object | None = self._ask("GET", f"{path_of(kind, namespace)}/{name}")
        return found

    def list_objects(
        self, kind: str, namespace: str, labels: Mapping[str, str] | None = None
    ) -> list[Object]:
        """Return the objects with these labels in a namespace, or EVERYWHERE; of a global kind, all.

        Raises Unreadable where the cluster does not know the kind.
        """
        items: list[Object] = []
        query = {"limit": str(PAGE)}
        if labels:
            query["labelSelector"] = ",".join(f"{key}={value}" for key, value in labels.items())
        while True:
            page = self._ask("GET", path_of(kind, namespace), query)
            if page is None:
                raise Unreadable(
                    f"this cluster does not know {kind}",
                    resolution=INSTALL_GATEWAY_API if kind == "HTTPRoute" else "",
                )
            # Items of a list have no kind of their own.
            items += [{"kind": kind, **item} for item in page["items"]]
            more = (page.get("metadata") or {}).get("continue")
            if not more:
                return items
            query["continue"] = more

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
        metadata = manifest["metadata"]
        path = f"{path_of(manifest['kind'], metadata['namespace'])}/{metadata['name']}"
        query = {"fieldManager": manager, "force": "true", **({"dryRun": "All"} if dry_run else {})}
        with self._explained():
            try:
                answer = self._sender().send("PATCH", path, query, orjson.dumps(manifest), APPLY_PATCH)
            except Refused as error:
                if error.code not in REFUSALS:
                    raise
                raise Failed(
                    f"the API server refuses the {manifest['kind']} {metadata['name']}", detail=str(error)
                ) from None
        applied: Object = orjson.loads(answer)
        return applied

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """Delete an object; absent is as good as deleted."""
        self._ask("DELETE", f"{path_of(kind, namespace)}/{name}")

    def _ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b"") -> Any:
        """Return the answer, None where there is no such thing."""
        with self._explained():
            try:
                return orjson.loads(self._sender().send(method, path, query or {}, body, JSON))
            except Refused as error:
                if error.code == NO_SUCH:
                    return None
                raise

    def _sender(self) -> Requests:
        if self._requests is None:
            self._requests = direct_requests(self.connection) or self._through_the_library()
        return self._requests

    def _through_the_library(self) -> Requests:
        from scaling_group.cluster.library import LibraryRequests

        return LibraryRequests(self._http())

    def _http(self) -> httpx2.Client:
        """Return the client for streams, and for what a kubeconfig needs more than plain requests."""
        if self._streaming is None:
            from scaling_group.cluster.library import open_client

            self._streaming = open_client(self.connection)
        return self._streaming

    @contextmanager
    def _explained(self) -> Iterator[None]:
        where = f"cluster {self.server} (context {self.connection.context!r})"
        try:
            yield
        except Refused as error:
            raise _refusal(where, error.code, str(error)) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unreachable(
                f"cannot reach {where}",
                detail=str(error) or type(error).__name__,
                resolution="Check that it runs, and that --context names the right one.",
            ) from None


#: What an answer means; others say that the API server is not well.
_MEANINGS: Mapping[int, type[Unreachable]] = {400: Unreadable, 403: Forbidden, 404: Unreadable}


def _refusal(where: str, code: int, message: str) -> Unreachable:
    refused = code in (401, 403)
    return _MEANINGS.get(code, Unreachable)(
        f"{where} {'refused' if refused else 'could not answer'} the request",
        detail=message,
        resolution="Check the credentials and permissions of this context." if refused else "",
    )
