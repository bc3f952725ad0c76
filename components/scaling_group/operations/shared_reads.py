"""What many groups ask of a cluster, answered by one request for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar, cast

from scaling_group.errors import Unreadable
from scaling_group.naming import id_label
from scaling_group.operations.gather import SERVICE_LABEL
from scaling_group.operations.live import by_label, refs_in
from scaling_group.operations.protocols import ClusterReader, Object
from scaling_group.reads import ANY_VALUE, MOST_NAMED, Labels
from scaling_group.records import Record
from scaling_group.rollout.fields import name_of
from scaling_group.spec.environment import EnvironmentSpec

Answer = TypeVar("Answer")


def sharing(
    cluster: ClusterReader, environment: EnvironmentSpec, records: Collection[Record]
) -> ClusterReader:
    """Return a cluster that is read once, by any number of threads, for what groups are compared with.

    What was asked before is answered as it was then: it is for one look at many groups, and no longer.
    Objects of the groups of these records come from one LIST a kind. One that is not in it, such as
    somebody else's of the same name, is asked for by its name, and so is each where the kind may not be
    listed. What changes the cluster, and dry runs, pass through.
    """
    # Its other methods are those of the cluster.
    return cast(ClusterReader, _SharedReads(cluster, environment, records))


class _SharedReads:
    def __init__(
        self, cluster: ClusterReader, environment: EnvironmentSpec, records: Collection[Record]
    ) -> None:
        here = [each for each in records if each.environment.namespace == environment.namespace]
        self._cluster = cluster
        self._namespace = environment.namespace
        self._id = id_label(environment.label_domain)
        #: What is asked for group by group: the label, and its values.
        self._asked = {
            self._id: _ids(here, environment.label_domain),
            SERVICE_LABEL: frozenset(each.name for each in here),
        }
        self._kinds = {ref.kind for each in here for ref in refs_in(each).values()}
        self._answers: dict[Hashable, Future[Any]] = {}
        self._lock = Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)

    def namespace_uid(self, namespace: str) -> str | None:
        return self._once(("uid", namespace), lambda: self._cluster.namespace_uid(namespace))

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        if namespace == self._namespace and kind in self._kinds and (found := self._listed(kind).get(name)):
            return found
        return self._once((kind, namespace, name), lambda: self._cluster.get(kind, namespace, name))

    def list_objects(self, kind: str, namespace: str, labels: Labels | None = None) -> list[Object]:
        chosen = dict(labels or {})
        key, value = next(iter(chosen.items())) if len(chosen) == 1 else ("", "")
        if namespace == self._namespace and value in self._asked.get(key, ()):
            return self._by_label(kind, key).get(str(value), [])
        asked = (kind, namespace, tuple(sorted(chosen.items())))
        return self._once(asked, lambda: self._cluster.list_objects(kind, namespace, labels))

    def _listed(self, kind: str) -> dict[str, Object]:
        """Return the objects of a kind with a group's id by name, none where they may not be listed."""
        try:
            found = self._by_label(kind, self._id)
        except Unreadable:
            return {}
        return {name_of(each): each for objects in found.values() for each in objects}

    def _by_label(self, kind: str, key: str) -> dict[str, list[Object]]:
        """Return the objects of a kind by the value of a label."""

        def ask() -> dict[str, list[Object]]:
            values = self._asked[key]
            named = tuple(sorted(values)) if len(values) <= MOST_NAMED else ANY_VALUE
            return by_label(key, self._cluster.list_objects(kind, self._namespace, {key: named}))

        return self._once((kind, key), ask)

    def _once(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """Return the answer to a question, which the first who has it asks."""
        with self._lock:
            first = key not in self._answers
            future: Future[Answer] = self._answers.setdefault(key, Future())
        if first:
            try:
                future.set_result(ask())
            except BaseException as error:  # noqa: BLE001 - raised by result, for all who have the question
                future.set_exception(error)
        return future.result()


def _ids(records: Sequence[Record], label_domain: str) -> frozenset[str]:
    return frozenset(each.id for each in records if each.environment.label_domain == label_domain)
