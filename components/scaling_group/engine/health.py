"""Whether the engine, its plugin and the backend can be used, without changing or loading anything."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import orjson

from scaling_group.engine.acquisition import HOW_TO_INSTALL, Acquisition, Installed, may_download
from scaling_group.engine.backend import NOTHING_SAID, Backend, StateSettings, choose_backend
from scaling_group.engine.cli_stacks import require_listable
from scaling_group.engine.locks import Lock, locks_of
from scaling_group.engine.process import run_cli
from scaling_group.engine.shapes import listed, text
from scaling_group.engine.state import UnknownFormat
from scaling_group.engine.store_stacks import STACKS
from scaling_group.engine.stores import open_store
from scaling_group.errors import Unreachable
from scaling_group.locations import absolute_files
from scaling_group.naming import PROJECT


class EngineHealth:
    """What `doctor` asks of the engine. data_dir: the folder of state, work and the engine.

    own_download: whether the user's settings allow us to download the engine itself.
    """

    def __init__(
        self,
        data_dir: Path,
        environ: Mapping[str, str] = os.environ,
        *,
        own_download: bool = True,
        state: StateSettings = NOTHING_SAID,
    ) -> None:
        self._data_dir = data_dir
        self._environ = environ
        self._own_download = own_download
        self._state = state

    @cached_property
    def _backend(self) -> Backend:
        return choose_backend(self._data_dir, self._environ, self._state)

    @property
    def folder(self) -> Path:
        """Where an engine is put that is downloaded."""
        return self._data_dir / "engine"

    @property
    def how_to_install(self) -> str:
        return HOW_TO_INSTALL

    def installed(self) -> Installed | None:
        """Return the CLI that commands would use, or one that is found and cannot be used."""
        return Acquisition(self._data_dir, lambda _: None).installed()

    @property
    def plugin_needed(self) -> str:
        """The version of the Kubernetes plugin that belongs to the installed SDK."""
        return version("pulumi-kubernetes")

    @property
    def downloads(self) -> bool:
        """Whether the engine may download a plugin that is missing."""
        return may_download(self._environ)

    @property
    def own_download(self) -> bool:
        """Whether the engine itself may be downloaded where there is none."""
        return self._own_download and self.downloads

    def plugins(self, command: str) -> list[str]:
        """Return the versions of the Kubernetes plugin that are installed; one process."""
        done = _run(command, absolute_files(self._environ), "plugin", "ls", "--json")
        try:
            found = listed(orjson.loads(done or "[]"), "the list of plugins")
            return [text(p, "version").removeprefix("v") for p in found if text(p, "name") == "kubernetes"]
        except ValueError:
            raise Unreachable(f"{command} does not list its plugins", detail=done) from None

    @property
    def url(self) -> str:
        """The URL of the backend; raises Unreachable where it lacks a passphrase."""
        return self._backend.url

    @property
    def is_folder(self) -> bool:
        return self._backend.folder is not None

    def write(self) -> None:
        """Write a file where state would be, and remove it; raises OSError where that fails.

        Folders that do not exist yet are made at the first change: the one above has to be writable.
        """
        folder = self._backend.folder or self._data_dir
        while not folder.exists():
            folder = folder.parent
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")

    def list_stacks(self, command: str) -> None:
        """Ask a backend that is no folder for its stacks; raises Unreachable; at most one process."""
        if not self._store_answers():
            require_listable(self.url)
            _run(command, self._backend.variables, "stack", "ls", "--project", PROJECT, "--json")

    def _store_answers(self) -> bool:
        store = open_store(self.url, self._backend.variables)
        try:
            return store is not None and store.folders(STACKS) is not None
        except UnknownFormat:
            return False

    def locks(self, environment: str) -> Sequence[Lock] | None:
        """Return the locks of an environment's stacks, None where they cannot be seen."""
        return locks_of(self._backend, self._data_dir, lambda: "").of_environment(environment)


def _run(command: str, variables: Mapping[str, str], *arguments: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        done = run_cli(command, arguments, folder, variables)
    if done.code:
        raise Unreachable(f"pulumi {' '.join(arguments[:2])} failed", detail=done.stderr or done.stdout)
    return done.stdout
