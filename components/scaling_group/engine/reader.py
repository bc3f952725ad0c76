"""Records of groups from their stacks: directly from a folder or a store, through the CLI from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from scaling_group.engine.folders import FolderStore, unreadable
from scaling_group.engine.shapes import Entry
from scaling_group.engine.state import (
    Misplaced,
    PastOperation,
    StackState,
    UnknownFormat,
    deleted_records,
    past_operations,
)
from scaling_group.naming import stack_name
from scaling_group.records import Record

if TYPE_CHECKING:
    from scaling_group.engine.backend import Backend
    from scaling_group.engine.store_stacks import StoreStacks

Answer = TypeVar("Answer")


class Stacks(Protocol):
    """The stacks of a backend, `<environment>.<group>` each. Raises Unreachable where they cannot be read."""

    def names(self, environment: str) -> list[str]: ...
    def read(self, stack: str) -> StackState: ...
    def peek(self, stack: str) -> StackState | None: ...
    def survey(self, stack: str) -> StackState: ...
    def newest(self, stack: str) -> Entry | None: ...
    def history(self, stack: str) -> Sequence[Entry]: ...


class StackReader:
    """Reads records from a backend. `command` finds the CLI and is called only where it is needed."""

    def __init__(self, backend: Backend, data_dir: Path, command: Callable[[], str]) -> None:
        self._backend = backend
        self._data_dir = data_dir
        self._command = command

    @cached_property
    def _cli(self) -> Stacks:
        from scaling_group.engine.cli_stacks import CliStacks

        return CliStacks(self._backend, self._data_dir, self._command)

    @cached_property
    def _store(self) -> StoreStacks | None:
        if self._backend.folder is not None:
            return None
        from scaling_group.engine.store_stacks import StoreStacks
        from scaling_group.engine.stores import open_store

        store = open_store(self._backend.url, self._backend.variables)
        return StoreStacks(store) if store else None

    @cached_property
    def _stacks(self) -> Stacks:
        if self._backend.folder is None:
            return self._store or self._cli
        from scaling_group.engine.folder_stacks import FolderStacks

        return FolderStacks(self._backend.folder)

    def _ask(self, question: Callable[[Stacks], Answer]) -> Answer:
        """Return the answer of the backend; the CLI also reads what is there in another format."""
        try:
            return question(self._stacks)
        except UnknownFormat:
            return question(self._cli)

    def _of_store(self, question: Callable[[StoreStacks], Answer]) -> Answer | None:
        """Return the answer of a store about many stacks, None where only the CLI can tell."""
        try:
            return question(self._store) if self._store else None
        except UnknownFormat:
            return None

    def read(self, environment: str, name: str) -> StackState:
        """Return what the stack of a group knows; raises Unreachable where it cannot be read."""
        stack = stack_name(environment, name)
        return self._known(stack, self._ask(lambda stacks: stacks.read(stack)))

    def _known(self, stack: str, state: StackState) -> StackState:
        """Return a state whose record is that of its stack; raises Misplaced.

        A stack without objects is known from its newest entry, and which that is was said by the clock of its
        writer: before such a group counts as live, the whole history is asked for the delete of its revision.
        """
        _check_place(stack, state)
        if not (state.remembered and state.live and state.record) or state.held or state.trouble:
            return state
        last = next(reversed(past_operations(self._history(stack))), None)
        deleted = last and last.record.deleted and last.succeeded
        if last and deleted and last.record.revision >= state.record.revision:
            return replace(state, record=last.record, live=False)
        return state

    def peek(self, environment: str, name: str) -> StackState | None:
        """Return what read returns; None where that takes the CLI, or where the file is damaged."""
        stack = stack_name(environment, name)
        state = self._stacks.peek(stack)
        return state if state and _is_in_place(stack, state) else None

    def names(self, environment: str) -> list[str]:
        """Return the groups of an environment that have a stack, deleted ones too."""
        prefix = stack_name(environment, "")
        return [stack.removeprefix(prefix) for stack in self._ask(lambda stacks: stacks.names(environment))]

    def read_all(self, environment: str, skip: frozenset[str] = frozenset()) -> list[StackState]:
        """Return the stacks of an environment, less the groups named in `skip`."""
        names = [name for name in self.names(environment) if name not in skip]
        stacks = [stack_name(environment, name) for name in names]
        surveyed = (
            self._of_store(lambda store: dict(zip(stacks, store.survey_all(stacks), strict=True))) or {}
        )
        return [self._read_anyway(stack, surveyed.get(stack)) for stack in stacks]

    def _read_anyway(self, stack: str, surveyed: StackState | None) -> StackState:
        """One stack that cannot be read does not hide the others."""
        try:
            return self._known(stack, surveyed or self._ask(lambda stacks: stacks.survey(stack)))
        except Misplaced as error:
            return StackState(exists=True, trouble=error.message)

    def deleted(self, environment: str) -> list[Record]:
        """Return the record of every deleted group of an environment, also of names used again."""
        stacks = [stack_name(environment, name) for name in self.names(environment)]
        histories = self._of_store(lambda store: store.histories(stacks)) or {}
        found = ((s, deleted_records(histories[s] if s in histories else self._history(s))) for s in stacks)
        ours = [record for stack, records in found for record in records if record.stack == stack]
        return [*ours, *self._destroyed(environment)]

    def _destroyed(self, environment: str) -> list[Record]:
        """Return deleted groups of other programs in the same backend, none where only the CLI reads it."""
        from scaling_group.engine.destroyed import destroyed_groups

        folder = self._backend.folder
        store = FolderStore(folder) if folder else self._store and self._store.store
        try:
            return destroyed_groups(store, environment) if store else []
        except UnknownFormat:
            return []
        except OSError as error:
            raise unreadable(error) from None

    def history(self, environment: str, name: str) -> list[PastOperation]:
        """Return every operation on a name that the engine finished, oldest first."""
        stack = stack_name(environment, name)
        return [past for past in past_operations(self._history(stack)) if past.record.stack == stack]

    def newest(self, environment: str, name: str) -> PastOperation | None:
        """Return the newest operation on a name that the engine finished, None where there is none."""
        stack = stack_name(environment, name)
        newest = self._ask(lambda stacks: stacks.newest(stack))
        return next(iter(past_operations([newest] if newest else [])), None)

    def _history(self, stack: str) -> Sequence[Entry]:
        return self._ask(lambda stacks: stacks.history(stack))


def _check_place(stack: str, state: StackState) -> None:
    """Raise Misplaced for a state with the record of another stack."""
    if state.record and not _is_in_place(stack, state):
        raise Misplaced(stack, state.record)


def _is_in_place(stack: str, state: StackState) -> bool:
    return state.record is None or state.record.stack == stack
