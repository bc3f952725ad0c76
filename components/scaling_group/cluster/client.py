"""Reads of live objects as plain dicts, and the few deletes that the engine cannot do."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from scaling_group.cluster import forms
from scaling_group.cluster.forms import OtherForm, answer_of, object_of, page_of
from scaling_group.cluster.kinds import AUTHORIZATION, path_of
from scaling_group.cluster.kubeconfig import Connection
from scaling_group.cluster.refused import Refused
from scaling_group.cluster.request import JSON, PAGE, Request, Requests
from scaling_group.cluster.transport import Transport
from scaling_group.errors import Failed, Forbidden, Unreachable, Unreadable, more_files
from scaling_group.manifests.gateway_api import INSTALL_GATEWAY_API
from scaling_group.reads import EVERYWHERE, Labels, LogQuery, Selection, label_selector
from scaling_group.spec.route_kinds import GRPC_ROUTE, HTTP_ROUTE

if TYPE_CHECKING:
    from scaling_group.cluster.watch import ClusterWatch
    from scaling_group.manifests.permissions import Permission

Object = dict[str, Any]
#: Checks the form of an answer.
Read = Callable[[Any], Object]

#: Answers that are about the object: invalid, forbidden by a policy or a quota, in conflict.
REFUSALS = (400, 403, 409, 422)
#: Seconds after which a node that says nothing of a log is taken for one that is away.
SILENCE = 5.0
APPLY_PATCH = "application/apply-patch+yaml"
#: What kubectl asks for: the columns that a kind is shown with, in place of the objects.
TABLE = f"{JSON};as=Table;v=v1;g=meta.k8s.io,{JSON}"
HOSTNAMES = "Hostnames"
NO_SUCH = 404
#: Answer to a delete whose precondition does not hold: the object that was meant is gone.
OTHER_UID = 409


class Expired(Unreachable):
    """The API server no longer has the state that the next page of a list is of."""


class Cluster:
    """One cluster through one context. Every method raises Unreachable where it cannot be asked."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._requests: Requests | None = None
        self._opening = threading.Lock()

    @property
    def server(self) -> str:
        return self.connection.cluster.get("server") or ""

    @property
    def context(self) -> str:
        """The context of the kubeconfig."""
        return self.connection.context

    def version(self) -> tuple[int, int]:
        """Return major and minor version of the API server; providers write minor as `30+`."""
        found = self._answer(forms.VERSION, Request("GET", "/version"))
        if found is None:
            with self._explained():
                raise OtherForm("it has no /version")
        digits = [re.match(r"\d+", str(found.get(part, ""))) for part in ("major", "minor")]
        major, minor = (int(match[0]) if match else 0 for match in digits)
        return major, minor

    def served(self, group: str, version: str) -> frozenset[str]:
        """Return the plural names of the kinds that the API server serves in a version of a group."""
        found = self._answer(forms.RESOURCES, Request("GET", f"/apis/{group}/{version}")) or {}
        return frozenset(str(each["name"]) for each in found.get("resources") or ())

    def api_groups(self) -> dict[str, str]:
        """Return the groups of APIs that the API server serves, each with the version that it prefers.

        https://kubernetes.io/docs/concepts/overview/kubernetes-api/#unaggregated-discovery
        """
        found = self._answer(forms.GROUPS, Request("GET", "/apis")) or {}
        return {each["name"]: each["preferredVersion"]["version"] for each in found.get("groups") or ()}

    def allowed(self, permission: Permission) -> bool:
        """Return whether the API server says that this user has a permission."""
        from scaling_group.cluster.permissions import allowed

        return allowed(self._review, permission)

    def lacking(self, permissions: Sequence[Permission]) -> list[Permission]:
        """Return those of some permissions in one namespace that this user lacks; one request if none."""
        from scaling_group.cluster.permissions import lacking

        return lacking(self._review, permissions)

    def _review(self, kind: str, spec: Object) -> Object:
        body = orjson.dumps({"apiVersion": f"{AUTHORIZATION}/v1", "kind": kind, "spec": spec})
        answer = self._answer(forms.REVIEW, Request("POST", path_of(kind, ""), body=body))
        if answer is None:
            raise Unreadable(f"this cluster does not know {kind}")
        return answer

    def namespace_uid(self, namespace: str) -> str | None:
        """Return the UID that tells this cluster's namespace from every other, None if absent."""
        found = self._answer(forms.IDENTIFIED, Request("GET", path_of("Namespace", "", namespace)))
        return None if found is None else str(found["metadata"]["uid"])

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return the object, None where it does not exist; the namespace of a global kind is ignored."""
        return self._ask(Request("GET", path_of(kind, namespace, name)), lambda found: object_of(kind, found))

    def list_objects(self, kind: str, namespace: str, labels: Labels | None = None) -> list[Object]:
        """Return the objects with these labels in a namespace, or EVERYWHERE; of a global kind, all.

        Raises Unreadable where the cluster does not know the kind.
        """
        query = {}
        if labels:
            query["labelSelector"] = label_selector(labels)
        pages = self._pages(kind, namespace, query, lambda found: page_of(kind, found))
        # Items of a list have no kind of their own.
        return [{"kind": kind, **item} for page in pages for item in page["items"]]

    def _pages(
        self, kind: str, namespace: str, query: Mapping[str, str], read: Read, accept: str = JSON
    ) -> list[Object]:
        """Return a list page by page, at once where it takes longer than the API server keeps its state."""
        request = Request("GET", path_of(kind, namespace), {"limit": str(PAGE), **query}, accept=accept)
        try:
            return list(self._page_by_page(kind, request, read))
        except Expired:
            return list(self._page_by_page(kind, request._replace(query=query), read))

    def _page_by_page(self, kind: str, request: Request, read: Read) -> Iterator[Object]:
        following: Mapping[str, str] | None = request.query
        while following is not None:
            page = self._ask(request._replace(query=following), read)
            if page is None:
                raise Unreadable(
                    f"this cluster does not know {kind}",
                    resolution=INSTALL_GATEWAY_API if kind in (HTTP_ROUTE, GRPC_ROUTE) else "",
                )
            yield page
            more = (page.get("metadata") or {}).get("continue")
            following = {**following, "continue": more} if more else None

    def routes_of(self, hostnames: Collection[str], namespace: str, *, grpc: bool = False) -> list[Object]:
        """Return HTTPRoutes, or (grpc) all routes, of hostnames: of the cluster, else of the namespace."""
        found: list[Object] = []
        for kind in (HTTP_ROUTE, GRPC_ROUTE) if grpc else (HTTP_ROUTE,):
            try:
                found += self._routes_of(kind, hostnames, EVERYWHERE)
            except Forbidden:
                found += self._routes_of(kind, hostnames, namespace)
        return found

    def _routes_of(self, kind: str, hostnames: Collection[str], namespace: str) -> list[Object]:
        # The columns of 1,000 routes are 90 KB, the routes 2 MB, and nearly always none has the hostname.
        tables = self._pages(
            kind, namespace, {"includeObject": "None"}, partial(answer_of, forms.TABLE), TABLE
        )
        if not any(_may_mention(hostname, table) for table in tables for hostname in hostnames):
            return []
        routes, hosts = self.list_objects(kind, namespace), {*hostnames}
        return [each for each in routes if hosts & {*((each.get("spec") or {}).get("hostnames") or ())}]

    @contextmanager
    def watch(self, selections: Sequence[Selection]) -> Iterator[ClusterWatch]:
        """Yield objects that are kept current, through an API server that restarts too."""
        from scaling_group.cluster.watch import watching

        with self._explained():
            requests = self._sender()
        with watching(requests, selections) as watch:
            yield watch

    def log(self, namespace: str, pod: str, query: LogQuery) -> Iterator[str]:
        """Yield lines of a pod's log as they come.

        Raises Unreadable where the pod or its log does not exist, as before its container has run.
        """
        request = Request("GET", path_of("Pod", namespace, pod, "log"), query.parameters())
        # A program that writes nothing for hours is no broken connection.
        silence = None if query.follow else SILENCE
        with self._explained(), self._sender().stream(request, silence) as stream:
            yield from stream.lines()

    def apply(self, manifest: Object, manager: str, *, dry_run: bool = False) -> Object:
        """Return what the object is after a forced server-side apply, or would be.

        Raises Failed where the API server refuses it.
        """
        metadata = manifest["metadata"]
        path = path_of(manifest["kind"], metadata["namespace"], metadata["name"])
        query = {"fieldManager": manager, "force": "true", **({"dryRun": "All"} if dry_run else {})}
        request = Request("PATCH", path, query, orjson.dumps(manifest), APPLY_PATCH)
        with self._explained():
            try:
                answer = self._sender().send(request)
            except Refused as error:
                if error.code not in REFUSALS:
                    raise
                raise Failed(
                    f"the API server refuses the {manifest['kind']} {metadata['name']}", detail=str(error)
                ) from None
            return object_of(manifest["kind"], orjson.loads(answer))

    def delete(self, kind: str, namespace: str, name: str, uid: str) -> None:
        """Delete the object of this UID; another one that has its name by now is left alone.

        https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/
        """
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": uid}}
        request = Request("DELETE", path_of(kind, namespace, name), body=orjson.dumps(options))
        with self._explained():
            try:
                self._sender().send(request)
            except Refused as error:
                if error.code not in (NO_SUCH, OTHER_UID):
                    raise

    def _answer(self, form: Any, request: Request) -> Object | None:
        return self._ask(request, partial(answer_of, form))

    def _ask(self, request: Request, read: Read) -> Object | None:
        """Return the answer, None where there is no such thing."""
        with self._explained():
            try:
                return read(orjson.loads(self._sender().send(request)))
            except Refused as error:
                if error.code == NO_SUCH:
                    return None
                raise

    def _sender(self) -> Requests:
        # Requests that go at once share their connections, also the first ones.
        with self._opening:
            if self._requests is None:
                asked = self.connection
                self._requests = Transport(asked.cluster, asked.user, identity=asked.identity)
            return self._requests

    @contextmanager
    def _explained(self) -> Iterator[None]:
        where = f"cluster {self.server} (context {self.connection.context!r})"
        try:
            yield
        except Refused as error:
            raise _refusal(where, error.code, str(error), self.connection.nobody) from None
        except (OtherForm, orjson.JSONDecodeError) as error:
            raise Unreachable(
                f"{where} does not answer like an API server",
                detail=str(error),
                resolution="Check that the context names an API server, and that no proxy answers for it.",
            ) from None
        except (OSError, ValueError) as error:
            raise Unreachable(
                f"cannot reach {where}",
                detail=str(error) or type(error).__name__,
                resolution=more_files(error) or "Check that it is running, and that --context is correct.",
            ) from None


def _may_mention(hostname: str, table: Object) -> bool:
    """Return whether a row has the hostname, in whatever form a list is shown; True for no such column."""
    columns = [column["name"] for column in table.get("columnDefinitions") or ()]
    rows = [row["cells"] for row in table.get("rows") or ()]
    if HOSTNAMES not in columns or any(len(cells) != len(columns) for cells in rows):
        return True
    column = columns.index(HOSTNAMES)
    return any(hostname in str(cells[column]) for cells in rows)


#: What an answer means; others say that the API server is not well.
_MEANINGS: Mapping[int, type[Unreachable]] = {
    400: Unreadable,
    403: Forbidden,
    404: Unreadable,
    410: Expired,
}


def _refusal(where: str, code: int, message: str, nobody: str) -> Unreachable:
    refused = code in (401, 403)
    message = "\n".join(filter(None, (message, nobody))) if refused else message
    return _MEANINGS.get(code, Unreachable)(
        f"{where} {'refused' if refused else 'could not answer'} the request",
        detail=message,
        resolution="Check the credentials and permissions of this context." if refused else "",
    )
