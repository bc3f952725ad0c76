"""What keeps a deleted object from being gone."""

from __future__ import annotations

from typing import NamedTuple

from scaling_group.operations.protocols import Object

#: What the API server sets itself: the object waits for what it owns, which is seen beside it.
#: https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion
DEPENDENTS = ("foregroundDeletion", "orphan")


class Hold(NamedTuple):
    """A finalizer of an object, and who has set it: empty where the object does not tell.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
    """

    finalizer: str
    of: str
    owner: str

    def __str__(self) -> str:
        by = f" (set by {self.owner})" if self.owner else ""
        return f"the finalizer {self.finalizer} of the {self.of}{by}"

    @property
    def whose(self) -> str:
        """Who has to take it away, as far as the object tells: a finalizer begins with a domain of theirs."""
        return self.owner or self.finalizer.partition("/")[0]


def holds_of(found: Object) -> list[Hold]:
    """Return the finalizers that somebody has to take away before a deleted object is gone."""
    metadata = found["metadata"]
    named = [str(each) for each in metadata.get("finalizers") or () if each not in DEPENDENTS]
    # The three objects of a group have its name, its pods names of their own.
    of = f"Pod {metadata['name']}" if found["kind"] == "Pod" else str(found["kind"])
    return [Hold(each, of, _owner(metadata, each)) for each in named]


def ending(found: Object) -> bool:
    """Return whether somebody has deleted an object."""
    return bool(found["metadata"].get("deletionTimestamp"))


def _owner(metadata: Object, finalizer: str) -> str:
    """https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management"""
    for entry in metadata.get("managedFields") or ():
        fields = ((entry.get("fieldsV1") or {}).get("f:metadata") or {}).get("f:finalizers") or {}
        if f'v:"{finalizer}"' in fields:
            return str(entry.get("manager", ""))
    return ""
