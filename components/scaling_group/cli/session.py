"""What a command works with: settings, cluster, and stacks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from scaling_group.cli.options import ConnectionFlags
from scaling_group.cli.progress import lines, progress
from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import Connection, load_connection
from scaling_group.cluster.network import Network
from scaling_group.engine.acquisition import Acquisition
from scaling_group.engine.backend import Backend, choose_backend
from scaling_group.engine.lent import forget_lent
from scaling_group.engine.reader import StackReader
from scaling_group.operations.context import Context, Guard
from scaling_group.operations.protocols import WARNING, Report
from scaling_group.records import user
from scaling_group.settings.found import Settings, load_settings

if TYPE_CHECKING:
    from scaling_group.engine.locks import StackLocks
    from scaling_group.engine.writer import StackWriter
    from scaling_group.spec.environment import EnvironmentSpec
    from scaling_group.spec.group import GroupSpec


@dataclass(frozen=True)
class Session:
    """One command's view of the world; each part is opened when it is first needed.

    announce: told what the engine's download does.
    """

    settings: Settings
    announce: Report

    @cached_property
    def connection(self) -> Connection:
        return load_connection(self.settings.context)

    @cached_property
    def cluster(self) -> Cluster:
        return Cluster(self.connection)

    @cached_property
    def backend(self) -> Backend:
        return choose_backend(self.settings.data_dir)

    @cached_property
    def acquisition(self) -> Acquisition:
        settings = self.settings
        return Acquisition(settings.data_dir, self.announce, downloads=settings.engine_download)

    @cached_property
    def reader(self) -> StackReader:
        return StackReader(self.backend, self.settings.data_dir, self._command)

    def locks(self) -> StackLocks:
        """Return what shows and removes locks of stacks; looking at processes takes a library."""
        from scaling_group.engine.locks import locks_of

        return locks_of(self.backend, self.settings.data_dir, self._command)

    def context(self, report: Report, guard: Guard) -> Context:
        """Return what operations work with."""
        return Context(
            self.settings.environment,
            lambda: self.reader,
            lambda: self.cluster,
            self._writer,
            Network(),
            report,
            guard,
        )

    def guard(self, report: Report, timeout: float | None) -> Guard:
        """Return the guardrails of the settings, and a warning of a start that takes longer than `timeout`.

        Rules are loaded when a spec is there to be checked.
        """

        def check(spec: GroupSpec, environment: EnvironmentSpec) -> None:
            from scaling_group.settings.guardrails import guard_of, patient

            patient(guard_of(self.settings, report), timeout, report)(spec, environment)

        return check

    def _writer(self) -> StackWriter:
        """Return what changes stacks; loads the engine's SDK, which reads do without."""
        from scaling_group.engine.writer import StackWriter

        return StackWriter(self.backend, self.settings.data_dir, self.acquisition, self.connection)

    def _command(self) -> str:
        return self.acquisition.find()[0]


def open_session(flags: ConnectionFlags, announce: Report) -> Session:
    """Return the session for a command's flags; nothing is contacted yet."""
    settings = load_settings(flags.settings(), flags.config)
    if settings.warning:
        announce(f"{WARNING}{settings.warning}")
    forget_lent(settings.data_dir)
    return Session(settings, announce)


@contextmanager
def connected(flags: ConnectionFlags, timeout: float | None = None) -> Iterator[Context]:
    """Yield what an operation works with, and show on standard error what it reports.

    timeout: how many seconds a rollout is waited for, None for no wait.
    """
    with progress() as report:
        session = open_session(flags, report)
        yield session.context(report, session.guard(report, timeout))


def following(flags: ConnectionFlags) -> Context:
    """Return what an operation without an end works with; what it reports is shown in lines."""
    report = lines()
    session = open_session(flags, report)
    return session.context(report, session.guard(report, None))


def actor() -> str:
    """Return who runs this: user and host, for the history."""
    return f"{user()}@{socket.gethostname()}"
