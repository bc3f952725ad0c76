"""What a command works with: settings, cluster, and stacks."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaling_group.cli.options import ConnectionFlags
from scaling_group.cli.settings import Settings, load_settings
from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import Connection, load_connection
from scaling_group.engine.acquisition import Acquisition
from scaling_group.engine.backend import Backend, choose_backend
from scaling_group.engine.lent import forget_lent
from scaling_group.engine.reader import StackReader
from scaling_group.operations.protocols import WARNING
from scaling_group.records import user

if TYPE_CHECKING:
    from scaling_group.engine.locks import StackLocks
    from scaling_group.engine.writer import StackWriter


@dataclass(frozen=True)
class Session:
    """One command's view of the world."""

    settings: Settings
    connection: Connection
    backend: Backend
    acquisition: Acquisition
    cluster: Cluster
    reader: StackReader

    def writer(self) -> StackWriter:
        """Return what changes stacks; loads the engine's SDK, which reads do without."""
        from scaling_group.engine.writer import StackWriter

        return StackWriter(self.backend, self.settings.data_dir, self.acquisition, self.connection)

    def locks(self) -> StackLocks:
        """Return what shows and removes locks of stacks; looking at processes takes a library."""
        from scaling_group.engine.locks import locks_of

        return locks_of(self.backend, self.settings.data_dir, lambda: self.acquisition.find()[0])


def open_session(flags: ConnectionFlags, announce: Callable[[str], None]) -> Session:
    """Return the session for a command's flags; nothing is contacted yet."""
    settings = load_settings(flags.settings(), flags.config)
    if settings.warning:
        announce(f"{WARNING}{settings.warning}")
    forget_lent(settings.data_dir)
    connection = load_connection(settings.context)
    backend = choose_backend(settings.data_dir)
    acquisition = Acquisition(settings.data_dir, announce, downloads=settings.engine_download)
    reader = StackReader(backend, settings.data_dir, lambda: acquisition.find()[0])
    return Session(settings, connection, backend, acquisition, Cluster(connection), reader)


def actor() -> str:
    """Return who runs this: user and host, for the history."""
    return f"{user()}@{socket.gethostname()}"
