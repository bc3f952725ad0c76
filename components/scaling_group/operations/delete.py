"""Delete a group's objects; its record and history stay."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Interrupted
from scaling_group.naming import stack_name
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature, noted
from scaling_group.operations.finalizers import holds_of
from scaling_group.operations.get import Origin, known_record
from scaling_group.operations.live import live_objects, owner_id, uid_of
from scaling_group.operations.owned import deletable_record, our_objects
from scaling_group.operations.planning import plan_deletion
from scaling_group.operations.protocols import (
    WARNING,
    ClusterReader,
    Held,
    Object,
    Reader,
    Report,
    State,
    Writer,
)
from scaling_group.operations.revising import telling_what_was_reached
from scaling_group.operations.views import stored_view
from scaling_group.operations.wait import is_of, surviving, wait_gone
from scaling_group.records import Action, GroupView, Plan, Record, now
from scaling_group.spec.environment import EnvironmentSpec


@dataclass(frozen=True)
class Delete:
    """The wait is for objects and pods to be gone."""

    name: str
    environment: EnvironmentSpec
    by: Signature

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> GroupView:
        """Return the deleted group.

        A group that is already deleted, with objects that are not gone, is one whose delete goes on.
        Raises NotFound where there is none (or no more), Conflict where it belongs to another
        cluster or stack, Failed where the engine fails or something does not go away.
        """
        with writer.locked(stack_name(self.environment.id, self.name)):
            state, found = self._target(reader, cluster)
            record = self._deleted(noted(found, reader, cluster)) if state.live else found
            report(f"deleting {record.name} in environment {record.environment.id}")
            with telling_what_was_reached(cluster, record):
                if state.live:
                    writer.destroy(record, state.context, report, leave(state, record, cluster, report))
                self._delete_the_rest(cluster, record, report)
        if self.by.timeout is not None:
            self._wait(cluster, record, report)
        return stored_view(record, live=False)

    def ended(self, reader: Reader, cluster: ClusterReader) -> GroupView | None:
        """Return the group where it is deleted and its objects are gone; raises NotFound for no group."""
        state = reader.read(self.environment.id, self.name)
        record, origin = known_record(state, cluster, self.environment, self.name)
        over = origin is Origin.DELETED and not surviving(cluster, record)
        return stored_view(record, live=False) if over else None

    def plan(self, reader: Reader, cluster: ClusterReader) -> Plan:
        """Return what run would do; raises as it does, and changes nothing."""
        return plan_deletion(cluster, self._target(reader, cluster)[1])

    def _target(self, reader: Reader, cluster: ClusterReader) -> tuple[State, Record]:
        uid = preflight.cluster_identity(cluster, self.environment)
        state = reader.read(self.environment.id, self.name)
        record = deletable_record(state, cluster, self.environment, self.name, uid)
        # The engine deletes what the stack holds by name, whoever has made the object since.
        our_objects(cluster, record, [held.kind for held in state.held])
        return state, record

    def _delete_the_rest(self, cluster: ClusterReader, record: Record, report: Report) -> None:
        """Delete what the engine has left, and say what nobody waits for although it is not gone."""
        for kind, found in surviving(cluster, record).items():
            cluster.delete(kind, record.environment.namespace, record.name, uid_of(found))
            if self.by.timeout is None:
                for hold in holds_of(found):
                    report(f"{WARNING}{record.name} is being deleted, and waits for {hold}")

    def _wait(self, cluster: ClusterReader, record: Record, report: Report) -> None:
        try:
            wait_gone(cluster, record, self.by.timeout or 0, report)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted: {record.name} is deleted, but its pods may still be terminating"
            ) from None

    def _deleted(self, record: Record) -> Record:
        time = now()
        return record.with_(
            updated=time, deleted=time, action=Action.DELETE, actor=self.by.actor, message=self.by.message
        )


def leave(state: State, record: Record, cluster: ClusterReader, report: Report) -> list[str]:
    """Return the URNs that a destroy has to leave out, and say what is left alone.

    The engine deletes by name. An object that has another UID than the one in the state is not the one
    that the stack has made: those with the group's id are deleted afterwards, by their UID. So are those
    with a finalizer: the engine would wait for them, ten minutes and without a word.
    """
    live = live_objects(cluster, record.environment, record.name)
    for kind, found in live.items():
        if found and owner_id(found, record.environment) != record.id:
            where = f"{kind} {record.environment.namespace}/{record.name}"
            report(f"{WARNING}the {where} belongs to something else and was not changed")
    known = [(held, found) for held in state.held if (found := live.get(held.kind))]
    return [held.urn for held, found in known if _another(held, found) or _waits(record, found)]


def _another(held: Held, found: Object) -> bool:
    return bool(held.uid) and uid_of(found) != held.uid


def _waits(record: Record, found: Object) -> bool:
    return is_of(record, found) and bool(holds_of(found))
