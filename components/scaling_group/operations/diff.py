"""What differs between two revisions of a group, or between its record and the cluster."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.errors import NotFound
from scaling_group.operations.admission import as_admitted
from scaling_group.operations.context import Context
from scaling_group.operations.history import history, spec_of
from scaling_group.operations.observed import Origin, observe
from scaling_group.records import Action
from scaling_group.spec.change import Change, changes_between


def diff(context: Context, name: str, revisions: Sequence[int]) -> list[Change]:
    """Return the changes from the first revision to the second.

    The second defaults to the newest, the first to the one before the newest. Raises NotFound for a
    revision that is not there.
    """
    entries = history(context, name)
    known = [e.revision for e in entries if e.spec and e.action is not Action.DELETE]
    if len(known) < 2 and not revisions:
        raise NotFound(f"{name} has only one revision, so there is nothing to compare")
    first = revisions[0] if revisions else known[1]
    second = revisions[1] if len(revisions) > 1 else known[0]
    return changes_between(spec_of(entries, name, first), spec_of(entries, name, second))


def diff_live(context: Context, name: str) -> Sequence[Change]:
    """Return what somebody has changed in live objects since the record was applied; raises NotFound.

    before is what the record says, after what somebody has made of it.
    """
    group = observe(context, name)
    if group.origin is Origin.DELETED:
        raise NotFound(f"{name} is deleted: there are no live objects to compare with")
    return as_admitted(context.cluster, group).drift
