"""The whole toolchain: in the background, what the local cluster needs first."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from filelock import BaseFileLock, FileLock, Timeout

from .building import Place, build, build_shared
from .choosing import Choice, Mode, wanted
from .display import Display
from .downloading import Limits
from .errors import Stopped, ToolchainError, of_system
from .estimate import Estimates
from .files import remove_half_made
from .folder import CLUSTER_COMPLETE, COMPLETE, toolchain_key
from .go import find_go
from .manifest import Ledger, read_manifest
from .platforms import Platform
from .probing import outcome, probe, probe_addresses
from .recipes import BUILDS
from .releases import Hosts, Release, releases_for
from .releasing import Downloads
from .shared import SHARED, Shared

WAIT_SECONDS = 0.2


@dataclass(frozen=True)
class Settings:
    """What is to be made, where, and how."""

    cache: Path
    choice: Choice
    platform: Platform
    hosts: Hosts = field(default_factory=Hosts)
    limits: Limits = field(default_factory=Limits)

    @functools.cached_property
    def folder(self) -> Path:
        return self.cache / toolchain_key()

    def satisfied(self) -> bool:
        """Return whether all of it is there, the way that was asked for."""
        complete = (self.folder / COMPLETE).exists()
        if self.choice.mode is Mode.AUTO or not complete:
            return complete
        return not wanted(read_manifest(self.folder), self.choice.mode, self.platform)


class Making:
    """The toolchain while it is made; leaving the context stops what is not finished.

    Raises ToolchainError from its waits where it cannot be made.
    """

    def __init__(self, settings: Settings, display: Display) -> None:
        self._settings = settings
        self._display = display
        self._stop = threading.Event()
        self._cluster = threading.Event()
        # Not Thread.join: in Python 3.11 a Ctrl-C in it makes every later one return at once.
        self._over = threading.Event()
        self._failure: BaseException | None = None

    def __enter__(self) -> Making:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._over.wait()

    def wait_for_cluster(self) -> None:
        """Return when the programs of the local cluster are there, whatever becomes of the others."""
        self._cluster.wait()
        if not (self._settings.folder / CLUSTER_COMPLETE).exists():
            self._check()

    def wait(self) -> None:
        """Return when all of it is there."""
        self._over.wait()
        self._check()

    @property
    def failure(self) -> BaseException | None:
        """What it has failed with, if it has."""
        return self._failure

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._make()
        except OSError as error:
            self._failure = of_system(error, self._settings.cache)
        except BaseException as error:  # noqa: BLE001
            # Whoever waits raises it.
            self._failure = error
        finally:
            self._cluster.set()
            self._over.set()

    def _make(self) -> None:
        folder = self._settings.folder
        folder.mkdir(parents=True, exist_ok=True)
        with self._only_maker():
            remove_half_made(self._settings.cache)
            ledger = Ledger(folder, self._cluster.set)
            ledger.mark()
            work = _Work(self._settings, self._display, self._stop, ledger)
            work.make(wanted(ledger.entries, self._settings.choice.mode, self._settings.platform))

    @contextlib.contextmanager
    def _only_maker(self) -> Iterator[None]:
        """Hold the cache's lock; the kernel releases it when this process ends, however it ends."""
        lock = FileLock(self._settings.cache / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            self._display.say("another run is making the toolchain; waiting for it")
            self._wait_for(lock)
        try:
            yield
        finally:
            lock.release()

    def _wait_for(self, lock: BaseFileLock) -> None:
        """Take the lock when the other run ends; its programs will do for the cluster already before."""
        while not self._stop.wait(WAIT_SECONDS):
            if (self._settings.folder / CLUSTER_COMPLETE).exists():
                self._cluster.set()
            with contextlib.suppress(Timeout):
                lock.acquire(timeout=0)
                return
        raise Stopped


class _Work:
    """What is done under the lock."""

    def __init__(self, settings: Settings, display: Display, stop: threading.Event, ledger: Ledger) -> None:
        self._settings = settings
        self._display = display
        self._stop = stop
        self._ledger = ledger

    def make(self, programs: frozenset[str]) -> None:
        if not programs:
            return
        self._display.say(f"making the toolchain in {self._settings.folder}")
        left = programs - self._download(programs)
        if left:
            self._build(left)

    def _download(self, programs: frozenset[str]) -> frozenset[str]:
        """Return those of the programs that were downloaded."""
        releases, shared = self._available(programs)
        if not releases and not shared:
            return frozenset()
        downloads = Downloads(
            self._settings.folder,
            self._settings.cache / "partial",
            self._settings.hosts,
            self._settings.limits,
            self._display,
            self._stop,
            self._ledger,
            insist=self._settings.choice.mode is Mode.DOWNLOAD,
        )
        downloads.run(programs, releases, shared)
        released = [release.programs for release in releases]
        tried = frozenset().union(*released, (one.program for one in shared))
        return (programs & tried) - downloads.failed.keys()

    def _available(self, programs: frozenset[str]) -> tuple[list[Release], list[Shared]]:
        """Return what can be downloaded of the programs, and say why the rest cannot."""
        choice, platform = self._settings.choice, self._settings.platform
        if not choice.asks_hosts:
            if choice.mode is Mode.AUTO:
                self._display.say(
                    "CI=true: building without asking release hosts (TOOLCHAIN=download downloads)"
                )
            return [], []
        releases = [r for r in releases_for(platform, self._settings.hosts) if r.programs & programs]
        shared = [one for one in SHARED if one.program in programs]
        self._say_unreleased(programs, releases, shared)
        if choice.mode is Mode.DOWNLOAD:
            return releases, shared
        addresses = probe_addresses(releases, self._settings.hosts)
        silent = probe(addresses, self._settings.limits)
        self._display.say(outcome(addresses, silent))
        if self._settings.hosts.github_files in silent:
            shared = []
        return [r for r in releases if not {r.host, r.digest.host} & silent.keys()], shared

    def _say_unreleased(
        self, programs: frozenset[str], releases: list[Release], shared: list[Shared]
    ) -> None:
        released = [release.programs for release in releases]
        built = programs.difference(*released, (one.program for one in shared))
        if not built:
            return
        platform = self._settings.platform
        if not platform.released and self._settings.choice.mode is Mode.DOWNLOAD:
            raise ToolchainError(
                f"upstream releases no programs for {platform}. TOOLCHAIN=build builds them; "
                "that needs a Go for this platform on PATH"
            )
        self._display.say(f"not released for {platform}, so built: {', '.join(sorted(built))}")

    def _build(self, programs: frozenset[str]) -> None:
        go = find_go(self._settings.cache, self._stop)
        place = Place(go, self._settings.folder, self._display, self._stop)
        self._ledger.add(build_shared(programs, place))
        orders = [order for order in BUILDS if order.needed(programs)]
        seconds = {o.module: sum(main.seconds for main in o.needed(programs)) for o in orders}
        estimates = Estimates(seconds)
        for order in orders:
            build(order, programs, place, estimates, self._ledger.add)
