"""Read one group again whenever it changes."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.operations.claims import annotated_record
from scaling_group.operations.gather import selections, watched
from scaling_group.operations.get import Origin, described, known_record
from scaling_group.operations.presence import Presence
from scaling_group.operations.protocols import ClusterReader, Reader, Report
from scaling_group.operations.views import stored_view
from scaling_group.records import GroupView, Record
from scaling_group.rollout.snapshot import Snapshot
from scaling_group.spec.environment import EnvironmentSpec

#: Between two looks at what only time changes.
TICK_SECONDS = 5.0


def follow(
    reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, name: str, report: Report
) -> Iterator[GroupView]:
    """Yield the group as it is, and again after each change, for as long as somebody looks.

    A deleted one is yielded once. Raises NotFound, and Unreachable where the API server stays away.
    """
    record, origin = known_record(reader.read(environment.id, name), cluster, environment, name)
    if origin is Origin.DELETED:
        yield stored_view(record, live=False)
        return
    last = None
    with cluster.watch(selections(record, whole=True)) as watch:
        presence = Presence(watch, report, f"get --name={name} --watch")
        while True:
            if presence.current():
                view = _view(record, watched(watch, record))
                if view != last:
                    yield view
                last = view
            watch.wait(TICK_SECONDS)


def _view(record: Record, seen: Snapshot | None) -> GroupView:
    """Return the view; somebody may have made a new revision meanwhile."""
    if seen is None:
        return stored_view(record, live=True)
    newest = annotated_record(dict(seen.deployment))
    return described(newest if newest and newest.id == record.id else record, seen)
