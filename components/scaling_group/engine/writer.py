"""Changing stacks: one engine process per operation, and one more to make a new stack."""

from __future__ import annotations

import importlib
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import orjson

from scaling_group.applied import AppliedObject
from scaling_group.engine.acquisition import Acquisition
from scaling_group.engine.adoption import adopted_state
from scaling_group.engine.backend import Backend, prepare
from scaling_group.engine.cli_stacks import project_folder
from scaling_group.engine.failures import NOT_RECORDED, failure, lock_held, not_writable, outcome, see
from scaling_group.engine.folder_stacks import CHECKPOINT
from scaling_group.engine.folders import entry, names_in, private_folder, write_private
from scaling_group.engine.lent import lent
from scaling_group.engine.loading import CAUSES, PROGRAM
from scaling_group.engine.locks import locks_of
from scaling_group.engine.new_stacks import NewStacks
from scaling_group.engine.process import Finished, Runs, run_cli
from scaling_group.engine.recovery import (
    clear_locks,
    drop_cut_attributes,
    drop_unfinished_locks,
    end_orphans,
)
from scaling_group.engine.stack_lock import LOCK_SECONDS, stack_lock
from scaling_group.engine.stack_settings import salt_in, write_settings
from scaling_group.errors import Conflict
from scaling_group.naming import ORGANIZATION, PROJECT
from scaling_group.records import Record

Report = Callable[[str], None]

#: What the engine says where a stack of the name is there.
ALREADY_EXISTS = re.compile("stack.*already exists")

#: What it says where another operation is at the stack: backends without a server, and those with one.
LOCKED = re.compile("the stack is currently locked by|Another update is currently in progress")

#: What keeps the provider from taking over fields of an object that somebody else has made meanwhile.
NOT_FORCED = {"PULUMI_K8S_ENABLE_PATCH_FORCE": "false"}
#: What keeps it from calling a change done that no cluster has answered, whatever the user has set.
ANSWERED = {"PULUMI_K8S_DELETE_UNREACHABLE": "false", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE": "false"}

#: What lets it take the flags that name who serves its program and takes its events.
CALLED_BACK = {"PULUMI_DEBUG_COMMANDS": "true"}

#: The file in a stack's work folder that the engine takes its state from.
ADOPTED = "adopted.json"
#: Seconds between two attempts at the engine's own lock, at random: two that collide once do not again.
LOCK_PAUSE = (0.2, 0.8)


class Credentials(Protocol):
    """A context, and a kubeconfig with that context alone under any name."""

    @property
    def context(self) -> str: ...

    def named(self, context: str) -> dict[str, Any]: ...


class StackWriter:
    """Runs the engine for one cluster connection and one backend."""

    def __init__(
        self,
        backend: Backend,
        data_dir: Path,
        acquisition: Acquisition,
        credentials: Credentials,
    ) -> None:
        self._backend = backend
        self._data_dir = data_dir
        self._acquisition = acquisition
        self._credentials = credentials
        self._runs = Runs()
        #: Stacks on whose objects an engine has been set.
        self._changed_stacks: set[str] = set()

    def _folder(self, stack: str) -> Path:
        return project_folder(entry(private_folder(self._data_dir / "work"), stack))

    @contextmanager
    def locked(self, stack: str) -> Iterator[None]:
        """Keep other commands of this machine from the stack.

        Raises Conflict where one is at it, Unreachable where folders cannot be written, now or by
        what is done meanwhile.
        """
        try:
            with stack_lock(self._folder(stack), stack):
                yield
        except OSError as error:
            raise not_writable(error, self._data_dir, touched=stack in self._changed_stacks) from None

    def interrupt(self) -> None:
        """Ask every engine that runs to stop after its step, and the second time at once."""
        self._runs.interrupt()

    def stop(self, stack: str) -> None:
        """Ask the engine of one stack to stop as interrupt does; its run fails, and others go on."""
        self._runs.stop(str(self._folder(stack)))

    def create_stack(self, record: Record, report: Report) -> None:
        """Make the stack with the record in its configuration; one process, or none."""
        prepare(self._backend)
        command, version = self._acquisition.find()
        self._recover(record.stack, report)
        work, new = self._folder(record.stack), NewStacks.of(self._backend)
        salt = new.salt() if new else ""
        write_settings(work, record, self._credentials.context, salt)
        try:
            if new and new.make(record.stack, version, salt):
                return
        except FileExistsError:
            raise _just_created(record) from None
        self._init(command, record)
        made = salt_in(work, record.stack)
        if new and made:
            new.keep(made)

    def _init(self, command: str, record: Record) -> None:
        folder = str(self._folder(record.stack))
        provider = self._backend.secrets_provider
        keys = ("--secrets-provider", provider) if provider else ()
        init = ("stack", "init", *self._named(record.stack), "--no-select", *keys)
        done = run_cli(command, init, folder, self._backend.variables, runs=self._runs, owned=True)
        if done.code and ALREADY_EXISTS.search(done.stderr):
            raise _just_created(record)
        if done.code:
            raise failure(f"the stack {record.stack} could not be created", [done.stderr], NOT_RECORDED)

    def up(self, record: Record, report: Report, *, refresh: bool = True) -> None:
        """Make the cluster's objects what the record says; one process.

        refresh: read them first, for which the engine starts its provider once more. Without, they have
        to be as the stack's last operation has left them.
        """
        context = self._credentials.context
        write_settings(self._folder(record.stack), record, context)
        self._operate(record, context, report, "up", *(["--refresh"] if refresh else []))

    def destroy(self, record: Record, context: str | None, report: Report, leave: Sequence[str] = ()) -> None:
        """Delete the objects of the stack, keep the stack; one process, and one for each to leave.

        context: the name that the provider in the state asks the kubeconfig for. leave: URNs of what the
        stack shall forget, because another object has its name.
        """
        write_settings(self._folder(record.stack), record, self._credentials.context)
        for urn in leave:
            self._forget(record, urn, report)
        self._operate(record, context or self._credentials.context, report, "destroy")

    def _forget(self, record: Record, urn: str, report: Report) -> None:
        self._change_state(record, report, "state", "delete", urn, "--yes")

    def abandon(self, record: Record, report: Report) -> None:
        """Let the stack forget all objects, which are left alone, and keep its history; one process."""
        write_settings(self._folder(record.stack), record, self._credentials.context)
        self._change_state(record, report, "state", "delete", "--all", "--yes")

    def adopt(self, record: Record, objects: Sequence[AppliedObject], report: Report) -> None:
        """Let the stack hold objects that are in the cluster already; one process."""
        context = self._credentials.context
        write_settings(self._folder(record.stack), record, context)
        file = self._folder(record.stack) / ADOPTED
        write_private(file, orjson.dumps(adopted_state(record, context, objects)).decode())
        try:
            self._change_state(record, report, "stack", "import", "--file", str(file))
        finally:
            file.unlink(missing_ok=True)

    def _change_state(self, record: Record, report: Report, *arguments: str) -> None:
        self._recover(record.stack, report)
        prepare(self._backend)
        command, _ = self._acquisition.find()
        whole = (*arguments, *self._named(record.stack))
        folder = str(self._folder(record.stack))
        done = run_cli(command, whole, folder, self._backend.variables, runs=self._runs, owned=True)
        if _is_locked(done):
            raise lock_held(record, done.stderr)
        if done.code:
            raise failure(f"the stack {record.stack} could not be changed", [done.stderr])

    def remove(self, record: Record, report: Report, *, force: bool = False) -> None:
        """Remove the stack of a deleted group with its history, backups and work folder; one process.

        force: also one that holds objects, which are left alone.
        """
        self._change_state(record, report, "stack", "rm", "--yes", *(["--force"] if force else []))
        if self._backend.folder:
            _remove_leftovers(self._backend.folder, record.stack)
        shutil.rmtree(self._folder(record.stack), ignore_errors=True)

    def _recover(self, stack: str, report: Report) -> None:
        """Put away what killed runs have left, before another engine is noted in their place."""
        end_orphans(self._folder(stack), report)
        locks = locks_of(self._backend, self._data_dir, lambda: self._acquisition.find()[0])
        clear_locks(locks, stack, report)
        if self._backend.folder:
            drop_cut_attributes(self._backend.folder, stack)
            drop_unfinished_locks(self._backend.folder, stack)

    def _operate(self, record: Record, context: str, report: Report, verb: str, *flags: str) -> None:
        from scaling_group.engine.events import EventLog
        from scaling_group.engine.inline import served

        self._recover(record.stack, report)
        prepare(self._backend)
        command, _ = self._acquisition.find()
        log = EventLog(report)
        more = {**ANSWERED, **(NOT_FORCED if record.makes_objects else {}), **CALLED_BACK}
        message = [f"--message={record.message}"] if record.message else []
        with (
            lent(self._folder(record.stack), self._credentials.named(context)) as lent_variables,
            served(_program, log, *([PROGRAM, CAUSES] if verb == "up" else [])) as calls,
        ):
            self._changed_stacks.add(record.stack)
            done = _patiently(
                lambda: run_cli(
                    command,
                    [verb, "--yes", "--skip-preview", *flags, *message, *calls, *self._named(record.stack)],
                    str(self._folder(record.stack)),
                    {**self._backend.variables, **lent_variables, **more},
                    runs=self._runs,
                    report=report,
                    owned=True,
                )
            )
        if _is_locked(done):
            raise lock_held(record, done.stderr)
        if done.code:
            raise outcome(verb, record, log.errors or [done.stderr or done.stdout])

    def _named(self, stack: str) -> tuple[str, str]:
        return "--stack", self._backend.qualified(stack)


def _just_created(record: Record) -> Conflict:
    return Conflict(f"another command has just created {record.name}", resolution=see(record))


def _program() -> None:
    importlib.import_module(PROGRAM).deploy(by_command_line=True)


def _is_locked(done: Finished) -> bool:
    return bool(done.code) and bool(LOCKED.search(done.stderr))


def _patiently(run: Callable[[], Finished]) -> Finished:
    """Run an operation, and again for a while where another one holds the lock of the stack.

    Two that start at once see each other's lock, and both back off.
    """
    ends = time.monotonic() + LOCK_SECONDS
    while True:
        done = run()
        if not _is_locked(done) or time.monotonic() >= ends:
            return done
        time.sleep(random.uniform(*LOCK_PAUSE))  # noqa: S311 - no secret, only apart from the other


def _remove_leftovers(folder: Path, stack: str) -> None:
    """Remove what the engine keeps of a stack that it has removed: backups, and empty folders."""
    for part in ("backups", "history", f"locks/{ORGANIZATION}"):
        shutil.rmtree(entry(folder / part / PROJECT, stack), ignore_errors=True)
    stacks = folder / "stacks" / PROJECT
    for name in names_in(stacks, f"{stack}{CHECKPOINT}"):
        (stacks / name).unlink(missing_ok=True)
