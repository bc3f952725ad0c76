"""Reading stacks: directly from a folder, through the CLI from any other backend."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import orjson

from scaling_group.engine.backend import Backend, prepare
from scaling_group.engine.folders import private_folder
from scaling_group.engine.process import Finished, run_cli
from scaling_group.engine.shapes import Entry, entries_of, exported_of, names_of
from scaling_group.engine.state import (
    Corrupted,
    Misplaced,
    PastOperation,
    StackState,
    StateFolder,
    UnknownFormat,
    deleted_records,
    has_component,
    past_operations,
    state_of,
)
from scaling_group.errors import Unreachable
from scaling_group.naming import PROJECT, stack_name
from scaling_group.records import Record

NO_SUCH_STACK = re.compile("no stack named")
Answer = TypeVar("Answer")


class StackReader:
    """Reads records from a backend. `command` finds the CLI and is called only where it is needed."""

    def __init__(self, backend: Backend, data_dir: Path, command: Callable[[], str]) -> None:
        self._backend = backend
        self._data_dir = data_dir
        self._command = command

    def read(self, environment: str, name: str) -> StackState:
        """Return what the stack of a group knows; raises Unreachable where it cannot be read."""
        stack = stack_name(environment, name)
        return _in_place(stack, self._state(stack))

    def _state(self, stack: str) -> StackState:
        if self._backend.folder:
            try:
                return StateFolder(self._backend.folder).read(stack)
            except UnknownFormat:
                pass
        return self._exported(stack)

    def peek(self, environment: str, name: str) -> StackState | None:
        """Return what read returns; None where that takes the CLI, or where the file is damaged."""
        if self._backend.folder is None:
            return None
        try:
            stack = stack_name(environment, name)
            return _in_place(stack, StateFolder(self._backend.folder).read(stack))
        except (UnknownFormat, Corrupted, Misplaced):
            return None

    def names(self, environment: str) -> list[str]:
        """Return the groups of an environment that have a stack, deleted ones too."""
        prefix = stack_name(environment, "")
        if self._backend.folder:
            try:
                found = list(StateFolder(self._backend.folder).names(environment))
                return [stack.removeprefix(prefix) for stack in found]
            except UnknownFormat:
                pass
        listed = self._asked(names_of, "stack", "ls", "--project", PROJECT, "--json")
        stacks = [name.rpartition("/")[2] for name in listed or ()]
        return [stack.removeprefix(prefix) for stack in stacks if stack.startswith(prefix)]

    def read_all(self, environment: str, skip: frozenset[str] = frozenset()) -> list[StackState]:
        """Return the stacks of an environment, less the groups named in `skip`."""
        names = [name for name in self.names(environment) if name not in skip]
        return [self._read_anyway(environment, name) for name in names]

    def _read_anyway(self, environment: str, name: str) -> StackState:
        """One stack that cannot be read does not hide the others."""
        try:
            return self.read(environment, name)
        except Misplaced as error:
            return StackState(exists=True, trouble=error.message)
        except Corrupted as error:
            if self._backend.folder is None:
                raise
            folder = StateFolder(self._backend.folder)
            return folder.remembered(stack_name(environment, name), error.message)

    def deleted(self, environment: str) -> list[Record]:
        """Return the record of every deleted group of an environment, also of names used again."""
        stacks = [stack_name(environment, name) for name in self.names(environment)]
        found = ((stack, deleted_records(self._history(stack))) for stack in stacks)
        return [record for stack, records in found for record in records if record.stack == stack]

    def history(self, environment: str, name: str) -> list[PastOperation]:
        """Return every operation on a name that the engine finished, oldest first."""
        stack = stack_name(environment, name)
        return [past for past in past_operations(self._history(stack)) if past.record.stack == stack]

    def newest(self, environment: str, name: str) -> PastOperation | None:
        """Return the newest operation on a name that the engine finished, None where there is none."""
        found = past_operations(self._newest(stack_name(environment, name)))
        return found[0] if found else None

    def _newest(self, stack: str) -> Sequence[Entry]:
        if self._backend.folder:
            try:
                newest = StateFolder(self._backend.folder).newest(stack)
                return [newest] if newest else []
            except UnknownFormat:
                pass
        return self._entries(stack, "1")

    def _history(self, stack: str) -> Sequence[Entry]:
        if self._backend.folder:
            try:
                return StateFolder(self._backend.folder).history(stack)
            except UnknownFormat:
                pass
        return self._entries(stack, "0")[::-1]

    def _entries(self, stack: str, page_size: str) -> list[Entry]:
        """Return what the CLI prints of a history, newest first."""
        asked = ("stack", "history", "--stack", stack, "--json", "--page-size", page_size)
        return self._asked(entries_of, *asked) or []

    def _exported(self, stack: str) -> StackState:
        export = ("stack", "export", "--stack", stack)
        deployment = self._asked(exported_of, *export)
        if deployment is None:
            return StackState()
        entries = () if has_component(deployment) else self._newest(stack)
        try:
            return state_of(deployment, entries[0] if entries else None)
        except ValueError as error:
            raise self._not_understood(export, error) from None

    def _asked(self, read: Callable[[Any], Answer], *arguments: str) -> Answer | None:
        """Return what the CLI answers, None where there is no such stack."""
        finished = ask_cli(self._backend, self._data_dir, self._command(), *arguments)
        if finished.code == 0:
            try:
                return read(orjson.loads(finished.stdout or "null"))
            except ValueError as error:
                raise self._not_understood(arguments, error) from None
        if NO_SUCH_STACK.search(finished.stderr):
            return None
        raise Unreachable(
            f"the state in {self._backend.url} cannot be read",
            detail=finished.stderr,
            resolution="Check PULUMI_BACKEND_URL and the credentials for it.",
        )

    def _not_understood(self, arguments: Sequence[str], error: ValueError) -> Unreachable:
        return Unreachable(
            f"the state in {self._backend.url} cannot be read: it is corrupted or has another format",
            detail=str(error),
            resolution=f"Look at it with: pulumi {' '.join(arguments)}",
        )


def _in_place(stack: str, state: StackState) -> StackState:
    """Return a state whose record is that of its stack; raises Misplaced."""
    if state.record and state.record.stack != stack:
        raise Misplaced(stack, state.record)
    return state


def ask_cli(backend: Backend, data_dir: Path, command: str, *arguments: str) -> Finished:
    """Run the CLI for a stack that it names in its arguments; one process."""
    prepare(backend)
    folder = project_folder(data_dir / "work")
    return run_cli(command, arguments, str(folder), backend.variables)


def project_folder(folder: Path) -> Path:
    """Return the folder with the project file in it that every command of the CLI needs."""
    private_folder(folder)
    file = folder / "Pulumi.yaml"
    if not file.exists():
        file.write_text(f"name: {PROJECT}\nruntime: python\n")
    return folder
