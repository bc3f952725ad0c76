"""What a client works with: settings, cluster, and stacks; each part is opened when it is first needed."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import Connection, load_connection
from scaling_group.cluster.network import Network
from scaling_group.engine.backend import PASSPHRASE, URL, Backend, choose_backend
from scaling_group.engine.reader import StackReader
from scaling_group.operations.context import Context, Guard
from scaling_group.operations.protocols import Report
from scaling_group.ownership import user
from scaling_group.settings.found import Settings

if TYPE_CHECKING:
    from scaling_group.engine.acquisition import Acquisition
    from scaling_group.engine.locks import StackLocks
    from scaling_group.engine.writer import StackWriter
    from scaling_group.spec.environment import EnvironmentSpec
    from scaling_group.spec.group import GroupSpec


class Place(NamedTuple):
    """Where cluster and state are, in place of what the variables of the process say.

    kubeconfig: as KUBECONFIG. backend: as PULUMI_BACKEND_URL. passphrase: as PULUMI_CONFIG_PASSPHRASE.
    """

    kubeconfig: str | None = None
    backend: str | None = None
    passphrase: str | None = None

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables of the process as they count here; those of the process stay as they are."""
        given = {"KUBECONFIG": self.kubeconfig, URL: self.backend, PASSPHRASE: self.passphrase}
        return {**os.environ, **{name: value for name, value in given.items() if value}}


@dataclass(frozen=True)
class Session:
    """One client's view of the world, for any number of operations, also in several threads at once."""

    settings: Settings
    place: Place

    @cached_property
    def connection(self) -> Connection:
        return load_connection(self.settings.context, self.place.environ)

    @cached_property
    def cluster(self) -> Cluster:
        return Cluster(self.connection)

    @cached_property
    def backend(self) -> Backend:
        chosen = choose_backend(self.settings.data_dir, self.place.environ, self.settings.state)
        if self.place.passphrase is None:
            return chosen
        return replace(chosen, variables={**chosen.variables, PASSPHRASE: self.place.passphrase})

    def reader(self, report: Report) -> StackReader:
        """Return what reads stacks; report is told of an engine that has to be downloaded for it."""
        return StackReader(self.backend, self.settings.data_dir, lambda: self._acquisition(report).find()[0])

    def locks(self, report: Report) -> StackLocks:
        """Return what shows and removes locks of stacks; looking at processes takes a library."""
        from scaling_group.engine.locks import locks_of

        command = self._acquisition(report)
        return locks_of(self.backend, self.settings.data_dir, lambda: command.find()[0])

    def context(self, report: Report, timeout: float | None) -> Context:
        """Return what one operation works with, which can be interrupted by itself.

        timeout: how many seconds a rollout is waited for, None for no wait.
        """
        return Context(
            self.settings.environment,
            lambda: self.reader(report),
            lambda: self.cluster,
            lambda: self._writer(report),
            Network(),
            report,
            self._guard(report, timeout),
        )

    def _guard(self, report: Report, timeout: float | None) -> Guard:
        """Return the guardrails of the settings, and a warning of a start that takes longer than `timeout`.

        Rules are loaded when a spec is there to be checked.
        """

        def check(spec: GroupSpec, environment: EnvironmentSpec) -> None:
            from scaling_group.settings.guardrails import guard_of, patient

            patient(guard_of(self.settings, report), timeout, report)(spec, environment)

        return check

    def _writer(self, report: Report) -> StackWriter:
        """Return what changes stacks; loads the engine's SDK, which reads do without."""
        from scaling_group.engine.writer import StackWriter

        return StackWriter(self.backend, self.settings.data_dir, self._acquisition(report), self.connection)

    def _acquisition(self, report: Report) -> Acquisition:
        from scaling_group.engine.acquisition import Acquisition

        settings = self.settings
        return Acquisition(settings.data_dir, report, downloads=settings.engine_download)


def actor() -> str:
    """Return who runs this: user and host, for the history."""
    return f"{user()}@{socket.gethostname()}"
