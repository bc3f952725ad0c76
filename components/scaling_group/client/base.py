"""What every part of the client shares: where groups are, who is told, and what an operation works with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scaling_group.client.arguments import checked_message, checked_name
from scaling_group.client.progress import WARNING, OnProgress
from scaling_group.client.session import Place, Session, actor
from scaling_group.engine.lent import forget_lent
from scaling_group.masking import masked
from scaling_group.settings.found import GivenGuardrail, Settings, data_dir_without_files, load_settings
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import environment_spec

if TYPE_CHECKING:
    from scaling_group.operations.applying import ChangeOptions
    from scaling_group.operations.context import Context

#: Named in messages where a settings file would be.
ARGUMENT = "the argument guardrails"


def _silent(_message: str) -> None:
    """Tell nobody."""


class Client:
    """Opens cluster and state when they are first needed."""

    def __init__(
        self,
        environment: EnvironmentSpec | Mapping[str, Any],
        *,
        context: str | None = None,
        kubeconfig: str | Path | None = None,
        backend: str | None = None,
        passphrase: str | None = None,
        data_dir: str | Path | None = None,
        guardrails: Mapping[str, Any] | None = None,
        engine_download: bool = True,
        actor: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Make a client from settings in code; no file is read, and nothing is contacted yet.

        environment: id, namespace, gateway (name, namespace, section, domain) and label_domain, as the
            component takes them.
        context: of the kubeconfig. Default: the current one.
        kubeconfig: its file, or several with `:` between them. Default: KUBECONFIG, ~/.kube/config, or the
            service account of the pod that this runs in.
        backend: URL of the Pulumi backend. Default: PULUMI_BACKEND_URL, or a folder in data_dir.
        passphrase: of the backend's secrets. Default: PULUMI_CONFIG_PASSPHRASE or
            PULUMI_CONFIG_PASSPHRASE_FILE; for the folder in data_dir one is generated.
        data_dir: folder for state, work and the engine. Default: SCALING_GROUP_DATA_DIR, or the user's data
            folder.
        guardrails: rules that groups must follow, by name, as in a settings file.
        engine_download: whether the Pulumi CLI is downloaded where there is none.
        actor: who is named in the history. Default: user@host.
        on_progress: told what happens, in a sentence each time, also from other threads.

        Raises InvalidInput for what is not valid, with every fault.
        """
        given = environment if isinstance(environment, EnvironmentSpec) else environment_spec(environment)
        folder = data_dir_without_files(str(data_dir) if data_dir else None, os.environ)
        rules = [GivenGuardrail(name, value, ARGUMENT) for name, value in (guardrails or {}).items()]
        settings = Settings(given, context, folder, engine_download, rules)
        self._open(settings, Place(_text(kubeconfig), backend, passphrase), actor, on_progress)

    @classmethod
    def from_settings(
        cls,
        *,
        config: str | Path | None = None,
        environment: str | None = None,
        namespace: str | None = None,
        context: str | None = None,
        kubeconfig: str | Path | None = None,
        backend: str | None = None,
        passphrase: str | None = None,
        actor: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Self:
        """Make a client from what the command line works with: SCALING_GROUP_* variables and settings files.

        config: the settings file, in place of the scaling-group.toml in the current folder or above.
        environment, namespace, context: in place of what variables and files say.

        The other arguments are those of ScalingGroups(). Raises InvalidInput where a setting is missing or
        not valid, with every fault.
        """
        flags = {"environment": environment, "namespace": namespace, "context": context}
        settings = load_settings(flags, Path(config) if config else None)
        client = cls.__new__(cls)
        client._open(settings, Place(_text(kubeconfig), backend, passphrase), actor, on_progress)
        if settings.warning:
            client._told(on_progress)(f"{WARNING}{settings.warning}")
        return client

    def _open(
        self, settings: Settings, place: Place, who: str | None, on_progress: OnProgress | None
    ) -> None:
        self._session = Session(settings, place)
        self._actor = who
        self._on_progress = on_progress
        forget_lent(settings.data_dir)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(environment={self.environment.id!r})"

    @property
    def environment(self) -> EnvironmentSpec:
        """Where the groups live."""
        return self._session.settings.environment

    @property
    def context(self) -> str:
        """The context of the kubeconfig; raises Unreachable or NotFound where there is none."""
        return self._session.connection.context

    def _told(self, on_progress: OnProgress | None) -> OnProgress:
        return on_progress or self._on_progress or _silent

    def _context(self, on_progress: OnProgress | None = None, timeout: float | None = None) -> Context:
        return self._session.context(self._told(on_progress), timeout)

    def _replicas_before_zero(self, name: str) -> int:
        from scaling_group.operations.history import replicas_before_zero

        return replicas_before_zero(self._context(), checked_name(name))

    def _by(self, message: str, timeout: float | None) -> ChangeOptions:
        from scaling_group.operations.applying import ChangeOptions

        told, backend = checked_message(message), masked(self._session.backend.url)
        return ChangeOptions(self._actor or actor(), timeout, told, backend)


def _text(path: str | Path | None) -> str | None:
    return str(path) if path else None
