"""Read one group again whenever it changes."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.operations.annotation import annotated_record
from scaling_group.operations.context import Context
from scaling_group.operations.gather import selections, watched
from scaling_group.operations.observed import Origin, described, known_group
from scaling_group.operations.presence import Presence
from scaling_group.operations.views import stored_view
from scaling_group.records import GroupView, Record
from scaling_group.rollout.snapshot import Snapshot

#: Between two looks at what only time changes.
TICK_SECONDS = 5.0


def follow(context: Context, name: str) -> Iterator[GroupView]:
    """Yield the group as it is, and again after each change, for as long as somebody looks.

    A deleted one is yielded once. Raises NotFound, and Unreachable where the API server stays away.
    """
    group = known_group(context, name)
    record = group.record
    if group.origin is Origin.DELETED:
        yield stored_view(record, live=False)
        return
    last = None
    with context.cluster.watch(selections(record)) as watch:
        presence = Presence(watch, context.report, f"get --name={name} --watch")
        while True:
            if presence.current():
                view = _view(record, watched(watch, record))
                if view != last:
                    yield view
                last = view
            watch.wait(TICK_SECONDS)


def _view(record: Record, seen: Snapshot) -> GroupView:
    """Return the view; somebody may have made a new revision meanwhile."""
    newest = annotated_record(dict(seen.deployment)) if seen.deployment else None
    return described(newest if newest and newest.id == record.id else record, seen)
