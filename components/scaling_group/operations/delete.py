"""Delete a group's objects; its record and history stay."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Interrupted
from scaling_group.manifests.owned import ObjectRef
from scaling_group.operations.applying import ChangeOptions, newest_operation, with_previous_outcome
from scaling_group.operations.context import Context
from scaling_group.operations.finalizers import ending, holds_of
from scaling_group.operations.gone import surviving, wait_gone
from scaling_group.operations.live import held_in, is_of, live_objects, owner_id, refs_in, uid_of
from scaling_group.operations.observed import Origin, known_group
from scaling_group.operations.outage import ended_by_outage
from scaling_group.operations.owned import deletable_group
from scaling_group.operations.planning import plan_deletion
from scaling_group.operations.protocols import WARNING, Held, Object, State
from scaling_group.operations.revising import telling_how_to_finish, telling_what_was_reached
from scaling_group.operations.views import stored_view
from scaling_group.records import Action, GroupView, Record, now
from scaling_group.reports import Plan


@dataclass(frozen=True)
class Delete:
    """The wait is for objects and pods to be gone."""

    name: str
    by: ChangeOptions

    def run(self, context: Context) -> GroupView:
        """Return the deleted group.

        A group that is already deleted, with objects that are not gone, is one whose delete goes on.
        Raises NotFound where there is none (or no more), Conflict where it belongs to another
        cluster or stack, Failed where the engine fails or something does not go away.
        """
        with context.locked(self.name) as writer:
            group = deletable_group(context, self.name)
            state, record = group.state, group.record
            if state.live:
                record = self._deleted(
                    with_previous_outcome(group, newest_operation(group.record, context.reader))
                )
            context.report(f"deleting {record.name} in environment {record.environment.id}")
            with telling_what_was_reached(context.cluster, record):
                if state.live:
                    left_out = leave(context, state, record)
                    self._delete_first(context, state, record, left_out)
                    with ended_by_outage(context, record):
                        writer.destroy(record, state.context, context.report, left_out)
                with telling_how_to_finish(record):
                    self._delete_the_rest(context, record)
        if self.by.timeout is not None:
            self._wait(context, record)
        return stored_view(record, live=False)

    def ended(self, context: Context) -> GroupView | None:
        """Return the group where it is deleted and its objects are gone; raises NotFound for no group."""
        group = known_group(context, self.name)
        over = group.origin is Origin.DELETED and not surviving(context.cluster, group.record)
        return stored_view(group.record, live=False) if over else None

    def plan(self, context: Context) -> Plan:
        """Return what run would do; raises as it does, and changes nothing."""
        return plan_deletion(deletable_group(context, self.name))

    def _delete_first(self, context: Context, state: State, record: Record, left_out: list[str]) -> None:
        """Delete what the engine is not going to: an interruption after it leaves nothing that runs on."""
        engines = {key for key, held in held_in(state, record) if held.urn not in left_out}
        for key, found in surviving(context.cluster, record).items():
            if key not in engines:
                _delete_object(context, record, key, found)

    def _delete_the_rest(self, context: Context, record: Record) -> None:
        """Delete what the engine has left, and say what nobody waits for although it is not gone."""
        for key, found in surviving(context.cluster, record).items():
            # The engine deletes in the foreground: what it has deleted would stay until its Pods have ended.
            if not (ending(found) and holds_of(found)):
                _delete_object(context, record, key, found)
            if self.by.timeout is None:
                for hold in holds_of(found):
                    context.report(f"{WARNING}{record.name} is being deleted, and waits for {hold}")

    def _wait(self, context: Context, record: Record) -> None:
        try:
            wait_gone(context, record, self.by.timeout or 0)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted: {record.name} is deleted, but its pods may still be terminating"
            ) from None

    def _deleted(self, record: Record) -> Record:
        time = now()
        return record.with_(
            updated=time, deleted=time, action=Action.DELETE, actor=self.by.actor, message=self.by.message
        )


def _delete_object(context: Context, record: Record, key: str, found: Object) -> None:
    kind, name = refs_in(record)[key]
    context.cluster.delete(kind, record.environment.namespace, name, uid_of(found))


def leave(context: Context, state: State, record: Record) -> list[str]:
    """Return the URNs that a destroy has to leave out, and say what is left alone.

    The engine deletes by name. An object that has another UID than the one in the state is not the one
    that the stack has made: those with the group's id are deleted by their UID. So are those
    with a finalizer: the engine would wait for them, ten minutes and without a word.
    """
    # Read once more: what is deleted by name may be somebody's since it was checked.
    held_by_key, namespace = held_in(state, record), record.environment.namespace
    refs = refs_in(record) | {key: ObjectRef(held.kind, held.name) for key, held in held_by_key}
    live = live_objects(context.cluster, namespace, refs)
    for key, found in live.items():
        if found and owner_id(found, record.environment) != record.id:
            where = f"{refs[key].kind} {namespace}/{refs[key].name}"
            context.report(f"{WARNING}the {where} belongs to something else and was not changed")
    known = [(held, found) for key, held in held_by_key if (found := live.get(key))]
    return [held.urn for held, found in known if _another(held, found) or _waits(record, found)]


def _another(held: Held, found: Object) -> bool:
    return bool(held.uid) and uid_of(found) != held.uid


def _waits(record: Record, found: Object) -> bool:
    return is_of(record, found) and bool(holds_of(found))
