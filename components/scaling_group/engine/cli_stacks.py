"""Stacks of any backend, as the engine's CLI tells of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import orjson

from scaling_group.engine.backend import Backend, prepare
from scaling_group.engine.folders import private_folder, write_private
from scaling_group.engine.process import Finished, run_cli
from scaling_group.engine.shapes import Entry, entries_of, exported_of, names_of
from scaling_group.engine.state import StackState, has_component, state_of
from scaling_group.errors import Unreachable
from scaling_group.naming import PROJECT, stack_name

NO_SUCH_STACK = re.compile("no stack named")
Answer = TypeVar("Answer")


class CliStacks:
    """Each question is a process. `command` finds the CLI and is called only where it is needed."""

    def __init__(self, backend: Backend, data_dir: Path, command: Callable[[], str]) -> None:
        self._backend = backend
        self._data_dir = data_dir
        self._command = command

    def names(self, environment: str) -> list[str]:
        """Return the stacks of an environment."""
        require_listable(self._backend.url)
        organization = self._backend.organization
        of = ("--organization", organization) if organization else ()
        listed = self._asked(names_of, "stack", "ls", "--project", PROJECT, "--json", *of)
        stacks = [name.rpartition("/")[2] for name in listed or ()]
        return [stack for stack in stacks if stack.startswith(stack_name(environment, ""))]

    def read(self, stack: str) -> StackState:
        """Return the state of a stack."""
        export = ("stack", "export", "--stack", self._backend.qualified(stack))
        deployment = self._asked(exported_of, *export)
        if deployment is None:
            return StackState()
        last = None if has_component(deployment) else self.newest(stack)
        try:
            return state_of(deployment, last)
        except ValueError as error:
            raise self._not_understood(export, error) from None

    def peek(self, stack: str) -> StackState | None:
        """Return None: nothing is known without a process."""
        return None

    def survey(self, stack: str) -> StackState:
        """Return what read returns: what the CLI cannot read, it does not tell apart."""
        return self.read(stack)

    def newest(self, stack: str) -> Entry | None:
        """Return the newest history entry of a stack."""
        return next(iter(self._entries(stack, "1")), None)

    def history(self, stack: str) -> list[Entry]:
        """Return the history entries of a stack, oldest first."""
        return self._entries(stack, "0")[::-1]

    def _entries(self, stack: str, page_size: str) -> list[Entry]:
        """Return what the CLI prints of a history, newest first."""
        named = ("--stack", self._backend.qualified(stack))
        asked = ("stack", "history", *named, "--json", "--page-size", page_size)
        return self._asked(entries_of, *asked) or []

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
            resolution="Check [state] or PULUMI_BACKEND_URL, and the credentials for it.",
        )

    def _not_understood(self, arguments: Sequence[str], error: ValueError) -> Unreachable:
        return Unreachable(
            f"the state in {self._backend.url} cannot be read: it is corrupted, or of another form",
            detail=str(error),
            resolution=f"Look at it with: pulumi {' '.join(arguments)}",
        )


def require_listable(url: str) -> None:
    """Raise Unreachable where the CLI would list stacks in a database, and wait for ever.

    Each of the rows that it reads at the same time waits for a second connection, of which there are as many.
    """
    if url.startswith("postgres://"):
        raise Unreachable(
            f"the stacks in {url} cannot be listed",
            detail="What reads a database is not installed, and the Pulumi CLI can hang when it lists one.",
            resolution="Install it: pip install 'pulumi-scaling-group[postgres]'",
        )


def ask_cli(backend: Backend, data_dir: Path, command: str, *arguments: str) -> Finished:
    """Run the CLI for a stack that it names in its arguments; one process."""
    prepare(backend)
    folder = project_folder(data_dir / "work")
    return run_cli(command, arguments, str(folder), backend.variables)


def project_folder(folder: Path) -> Path:
    """Return the folder with the project file in it that every command of the CLI needs."""
    private_folder(folder)
    file = folder / "Pulumi.yaml"
    # An earlier version left an empty one where the disk was full.
    if not file.exists() or not file.stat().st_size:
        write_private(file, f"name: {PROJECT}\nruntime: python\n")
    return folder
