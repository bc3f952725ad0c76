"""The events of a group's objects."""

from __future__ import annotations

from scaling_group.operations.context import Context
from scaling_group.operations.gather import read, seen_in, selections
from scaling_group.operations.observed import known_group
from scaling_group.rollout.tree import event_views
from scaling_group.tree import EventView


def events(context: Context, name: str) -> list[EventView]:
    """Return the events that the cluster still keeps, the oldest first; raises NotFound,
    and Unreadable where this user may not read events.

    They are those of the Deployment, its ReplicaSets and pods, gone ones too, the Service, the
    HTTPRoute and the volumes. A cluster keeps events for an hour.
    """
    record = known_group(context, name).record
    found = read(context.cluster, selections(record))
    found.of("Event")
    return event_views(seen_in(found, record).events)
