"""Stacks in a store of objects: checkpoints and history, read without the engine, many of them at once."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from scaling_group.engine.folder_stacks import CHECKPOINT, COMPRESSED, deployment_in
from scaling_group.engine.shapes import Deployment, Entry, entry_of
from scaling_group.engine.state import (
    StackState,
    UnknownFormat,
    has_component,
    is_delete,
    recorded,
    state_of,
)
from scaling_group.engine.stores import Store
from scaling_group.errors import Unreachable
from scaling_group.naming import PROJECT, stack_name

STACKS, HISTORY = f".pulumi/stacks/{PROJECT}/", f".pulumi/history/{PROJECT}/"
ENTRY = ".history.json"
#: Of so many stacks the histories are listed one by one; of more, those of their whole environment at once.
FEW = 3


class StoreStacks:
    """The stacks in a bucket or a table.

    Everything raises UnknownFormat where only the CLI can tell: what a store refuses, compressed objects, and
    ones of another version or that are corrupted.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        #: Entries of histories by key: what is written once never changes, and is read once.
        self._entries: dict[str, Entry] = {}

    def names(self, environment: str) -> list[str]:
        """Return the stacks of an environment; one request for each thousand objects."""
        keys = self.store.keys(f"{STACKS}{stack_name(environment, '')}")
        if compressed := next((key for key in keys if key.endswith(COMPRESSED)), None):
            raise UnknownFormat(compressed)
        return [key.removeprefix(STACKS).removesuffix(CHECKPOINT) for key in keys if key.endswith(CHECKPOINT)]

    def read(self, stack: str) -> StackState:
        """Return the state of a stack; one request for a live one."""
        [state] = self._states([stack])
        if state.trouble:
            raise UnknownFormat(stack)
        if not state.exists and any(key.endswith(COMPRESSED) for key in self.store.keys(_checkpoint(stack))):
            raise UnknownFormat(stack)
        return state

    def peek(self, stack: str) -> StackState | None:
        """Return what read returns, None where it raises."""
        try:
            return self.read(stack)
        except (UnknownFormat, Unreachable):
            return None

    def survey(self, stack: str) -> StackState:
        """Return what read returns; of a corrupted stack its trouble, and what the history knows of it."""
        return self.survey_all([stack])[0]

    def survey_all(self, stacks: Sequence[str]) -> list[StackState]:
        """Return what survey returns of each; one request each, one more of those that hold no objects."""
        return self._states(stacks)

    def newest(self, stack: str) -> Entry | None:
        """Return the newest history entry of a stack."""
        return self._newest([stack]).get(stack)

    def history(self, stack: str) -> list[Entry]:
        """Return the history entries of a stack, oldest first."""
        return self.histories([stack])[stack]

    def histories(self, stacks: Sequence[str]) -> dict[str, list[Entry]]:
        """Return the history entries of stacks, oldest first; one request each."""
        keys = self._entry_keys(stacks)
        found = self._read([key for of_stack in keys.values() for key in of_stack])
        return {stack: [found[key] for key in of_stack if key in found] for stack, of_stack in keys.items()}

    def _read(self, keys: Sequence[str]) -> dict[str, Entry]:
        unread = self.store.contents([key for key in keys if key not in self._entries])
        self._entries |= {key: _entry(content) for key, content in unread.items()}
        return {key: self._entries[key] for key in keys if key in self._entries}

    def _states(self, stacks: Sequence[str]) -> list[StackState]:
        found = self.store.contents([_checkpoint(stack) for stack in stacks])
        there = {stack: found[_checkpoint(stack)] for stack in stacks if _checkpoint(stack) in found}
        held = {stack: _deployment(content, stack) for stack, content in there.items()}
        newest = self._newest([stack for stack, d in held.items() if d is None or not has_component(d)])
        known = {stack: _state(stack, held[stack], newest.get(stack)) for stack in held}
        return [known.get(stack, StackState()) for stack in stacks]

    def _newest(self, stacks: Sequence[str]) -> dict[str, Entry]:
        last = {stack: keys[-1] for stack, keys in self._entry_keys(stacks).items() if keys}
        found = self._read(list(last.values()))
        return {stack: found[key] for stack, key in last.items() if key in found}

    def _entry_keys(self, stacks: Sequence[str]) -> dict[str, list[str]]:
        """Return the keys of history entries by stack, oldest first: names end in nanoseconds."""
        environments = {stack.partition(".")[0] for stack in stacks}
        few = [f"{HISTORY}{stack}/" for stack in stacks]
        listed = few if len(stacks) <= FEW else [f"{HISTORY}{stack_name(e, '')}" for e in environments]
        by_stack: dict[str, list[str]] = {stack: [] for stack in stacks}
        for key in (key for prefix in listed for key in self.store.keys(prefix)):
            stack = key.removeprefix(HISTORY).partition("/")[0]
            if stack in by_stack and key.endswith((f"{ENTRY}.gz", f"{ENTRY}.zst")):
                raise UnknownFormat(key)
            if stack in by_stack and key.endswith(ENTRY):
                by_stack[stack].append(key)
        return by_stack


def _checkpoint(stack: str) -> str:
    return f"{STACKS}{stack}{CHECKPOINT}"


def _deployment(content: bytes, stack: str) -> Deployment | None:
    """Return what a checkpoint holds, None for a corrupted one."""
    try:
        deployment = deployment_in(content, stack)
        state_of(deployment, None)
    except ValueError:
        return None
    return deployment


def _state(stack: str, deployment: Deployment | None, last: Entry | None) -> StackState:
    if deployment is not None:
        return state_of(deployment, last)
    live = last is None or not is_delete(last)
    return StackState(recorded(last), exists=True, live=live, trouble=f"the state of {stack} is corrupted")


def _entry(content: bytes) -> Entry:
    try:
        return entry_of(orjson.loads(content))
    except ValueError as error:
        raise UnknownFormat(str(error)) from None
