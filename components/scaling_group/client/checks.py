"""The checks of doctor, also where the settings do not say yet where groups live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scaling_group.check_result import CheckResult
from scaling_group.client.session import Place, Session
from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.cluster.network import Network
from scaling_group.engine.health import EngineHealth
from scaling_group.operations.checks import cluster, gateway, host, settings
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.doctor import CHECKS, doctor

if TYPE_CHECKING:
    from scaling_group.settings.found import FoundSettings

#: What tells whether groups of the settings would be served.
SERVING = (*settings.CHECKS, *cluster.CHECKS, *gateway.CHECKS, *host.CHECKS)
#: What is checked, for people.
TITLES = tuple(check.title for check in CHECKS)


def check_session(session: Session, name: str | None = None) -> Iterator[CheckResult]:
    """Yield the result of each check of a client. name: of a group that is looked at too."""
    chosen = session.settings
    engine = EngineHealth(
        chosen.data_dir, session.place.environ, own_download=chosen.engine_download, state=chosen.state
    )
    context = CheckContext(
        lambda: chosen.environment, engine, Network(), lambda: session.cluster, name=name or ""
    )
    return doctor(context)


def check_settings(found: FoundSettings, name: str = "", *, serving: bool = False) -> Iterator[CheckResult]:
    """Yield the result of each check of settings, which may be incomplete: that is what the first one tells.

    name: of a group that is looked at too. serving: only what tells whether groups would be served.
    """
    environ = Place().environ
    context = CheckContext(
        settle=found.environment,
        engine=EngineHealth(found.data_dir, environ, own_download=found.engine_download, state=found.state),
        network=Network(),
        connect=lambda: Cluster(load_connection(found.context, environ)),
        said_in=found.sources.read_files(),
        name=name,
    )
    return doctor(context, SERVING if serving else CHECKS)
