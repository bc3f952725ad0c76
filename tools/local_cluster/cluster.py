"""The local cluster as a whole: up, down, status."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from tools.toolchain.folder import CLUSTER_COMPLETE

from . import objects
from .api import Api, ApiError
from .certificates import Identity, ensure_certificates, load_identity
from .errors import ClusterError
from .files import make_private, write_file
from .layout import Layout
from .logs import write_logs
from .metrics import ensure_metrics, metrics_available, metrics_programs
from .ports import LOOPBACK, Ports, choose_ports, known_ports, load_ports
from .processes import Processes, ProcessState, Program
from .programs import METRICS, START_ORDER, STOP_ORDER, all_programs
from .settings import CONTEXT, DOMAIN, write_kubeconfigs, write_settings
from .stages import stages_text
from .starting import Starting

#: Longer than any `up` or `down` takes, so that only a stuck one is given up on.
LOCK_SECONDS = 300.0
HANDSHAKE_SECONDS = 2.0


@dataclass(frozen=True)
class ClusterStatus:
    """The state of each process in start order, and the addresses where there are any."""

    processes: tuple[ProcessState, ...]
    api: str | None
    gateway: str | None

    @property
    def running(self) -> bool:
        return all(process.running for process in self.processes)


class LocalCluster:
    """A control plane with simulated nodes and a gateway, on loopback, in one directory.

    Args:
        directory: where its data, certificates, logs and settings are.
        toolchain: the folder that `make toolchain` fills.
        report: told in a few words what is waited for.
        gates: features of Kubernetes that are on, though they are off by default.
    """

    def __init__(
        self,
        directory: Path,
        toolchain: Path,
        report: Callable[[str], None] = lambda _: None,
        gates: tuple[str, ...] = (),
    ) -> None:
        self._layout = Layout(directory.absolute(), toolchain.absolute())
        self._processes = Processes(self._layout.directory)
        self._report = report
        self._gates = gates
        self._starting = Starting(self._processes)

    @property
    def directory(self) -> Path:
        return self._layout.directory

    @property
    def toolchain(self) -> Path:
        return self._layout.toolchain

    @property
    def kubeconfig(self) -> Path:
        return self._layout.kubeconfig

    @property
    def context(self) -> str:
        return CONTEXT

    @property
    def gateway_ca(self) -> Path:
        """The certificate authority of the gateway's certificate, a PEM file."""
        return self._layout.gateway_ca

    @property
    def gateway_port(self) -> int:
        return self._ports().gateway

    @property
    def api(self) -> Api:
        """Requests to the API server as administrator."""
        return Api(self._ports().apiserver, self._layout.certificates)

    def up(self) -> None:
        """Start what does not run, and return when all of it is ready.

        Raises:
            ClusterError: a process died, or something did not become ready in time.
        """
        self._require_toolchain()
        with self._locked():
            ports = self._prepare()
            programs = {each.name: each for each in all_programs(self._layout, ports, self._gates)}
            self._stop_outdated(programs)
            try:
                self._start_all(programs, ports)
            except (ApiError, OSError) as error:
                # A refused request is most often the shadow of a process that just died.
                self._starting.require_running()
                raise ClusterError(f"the cluster does not work as it should: {error}") from error

    def start_metrics(self, folder: Path) -> None:
        """Start the servers of metrics in a cluster that is up, and wait until the API server reaches them.

        Args:
            folder: what `make autoscaling` fills.

        Raises:
            ClusterError: a server died, or did not become ready in time.
        """
        with self._locked():
            ports, api = self._ports(), self.api
            self._starting.clear()
            for program in metrics_programs(self._layout, ports, folder):
                if not self._processes.is_current(program):
                    self._processes.stop([program.name])
                self._starting.start(program)
            # The API server, which finds nobody there, asks again after longer and longer times.
            servers = (ports.metrics_server, ports.custom_metrics)
            self._starting.wait("the ports of metrics", lambda: all(map(_accepts, servers)))
            ensure_metrics(api, ports, self._layout.certificates)
            self._starting.wait("the servers of metrics", lambda: metrics_available(api))

    def add_kinds(self, file: Path) -> None:
        """Apply the CustomResourceDefinitions in a file, and wait until their kinds are served."""
        with self._locked():
            api = self.api
            self._starting.clear()
            objects.apply_kinds(api, file)
            self._starting.wait(f"the kinds of {file.name}", lambda: objects.established(api))

    def down(self, wipe: bool = False) -> None:
        """Stop every process of this directory, and with `wipe` remove the directory."""
        if not self.directory.is_dir():
            return
        with self._locked():
            self._processes.stop(STOP_ORDER)
            if wipe:
                self._wipe()

    def stop(self, name: str) -> None:
        """Stop one process, as a failure would; `up` starts it again."""
        with self._locked():
            self._processes.stop([name])

    def status(self) -> ClusterStatus:
        """Return what runs at this moment, without waiting for an `up` under way."""
        ports = known_ports(self._layout.ports)
        states, metrics = (tuple(map(self._processes.state, names)) for names in (START_ORDER, METRICS))
        return ClusterStatus(
            (*states, *(state for state in metrics if state.state != "stopped")),
            api=_address(ports.get("apiserver")),
            gateway=_address(ports.get("gateway")),
        )

    def _ports(self) -> Ports:
        ports = load_ports(self._layout.ports)
        if ports is None:
            raise ClusterError(f"no cluster was started in {self.directory}")
        return ports

    def _require_toolchain(self) -> None:
        if not (self.toolchain / CLUSTER_COMPLETE).exists():
            raise ClusterError("the toolchain is not there yet; run `make toolchain` first")

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self._acquire()
        try:
            yield
        finally:
            lock.release()

    def _acquire(self) -> BaseFileLock:
        end = time.monotonic() + LOCK_SECONDS
        timeout = 0.0
        while time.monotonic() < end:
            try:
                make_private(self.directory)
                return FileLock(self._layout.lock).acquire(timeout=timeout).lock
            except FileNotFoundError:
                # Another run wiped the directory in this moment.
                continue
            except Timeout:
                if timeout == 0:
                    self._report("another up or down is under way here; waiting for it")
                timeout = LOCK_SECONDS
        raise ClusterError(f"{self._layout.lock} stays locked by another run")

    def _wipe(self) -> None:
        """Remove the directory, the lock last: it keeps another run away until all is gone."""
        for entry in self.directory.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry != self._layout.lock:
                entry.unlink()
        self._layout.lock.unlink()
        # Not empty: the next run is there already, and the directory its own.
        with contextlib.suppress(OSError):
            self.directory.rmdir()

    def _prepare(self) -> Ports:
        """Write every file that the processes read at their start."""
        running = frozenset(name for name in STOP_ORDER if self._processes.is_running(name))
        ports = choose_ports(self._layout.ports, running)
        ensure_certificates(self._layout.certificates, DOMAIN)
        write_kubeconfigs(self._layout, ports)
        write_settings(self._layout)
        write_logs(self._layout.pod_logs)
        write_file(self._layout.stages, stages_text(self._layout.shared("kwok-stages.yaml")))
        return ports

    def _stop_outdated(self, programs: dict[str, Program]) -> None:
        """Stop what would have to be started differently now: another port, toolchain, CA."""
        outdated = {name for name, program in programs.items() if not self._processes.is_current(program)}
        self._processes.stop(name for name in STOP_ORDER if name in outdated)

    def _start_all(self, programs: dict[str, Program], ports: Ports) -> None:
        self._starting.clear()
        api = Api(ports.apiserver, self._layout.certificates)
        self._starting.start_control_plane(self._layout.etcd_socket, api, programs)
        objects.ensure_nodes(api, ports.kubelet)
        objects.forget_logs(api)
        self._starting.start(programs["kwok"])
        self._starting.start(programs["kubelet"])
        objects.ensure_gateway_api(api, self._layout.shared("gateway-api.yaml"))
        self._starting.wait("the Gateway API", lambda: objects.established(api))
        objects.ensure_gateway(api, ports.gateway, self._gateway_certificate())
        self._starting.start(programs["traefik"])
        self._wait_until_usable(api, ports)

    def _wait_until_usable(self, api: Api, ports: Ports) -> None:
        account = objects.DEFAULT_ACCOUNT_PATH.format("default")
        self._starting.wait("the default service account", lambda: api.get(account) is not None)
        self._starting.wait("the nodes", lambda: objects.nodes_ready(api))
        self._starting.wait("the logs of pods", lambda: _accepts(ports.kubelet))
        self._starting.wait("the gateway", lambda: objects.gateway_programmed(api))
        authority = self._layout.gateway_ca
        self._starting.wait("the gateway's certificate", lambda: _serves_tls(ports.gateway, authority))

    def _gateway_certificate(self) -> Identity:
        identity = load_identity(self._layout.certificates, "gateway")
        if identity is None:
            raise ClusterError(f"{self._layout.certificates} lost a certificate; run up again")
        return identity


def _address(port: int | None) -> str | None:
    return f"https://{LOOPBACK}:{port}" if port else None


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), HANDSHAKE_SECONDS).close()
    except OSError:
        return False
    return True


def _serves_tls(port: int, authority: Path) -> bool:
    """Return whether the gateway shows the certificate of its domain, not one made up."""
    context = ssl.create_default_context(cafile=str(authority))
    try:
        with socket.create_connection((LOOPBACK, port), HANDSHAKE_SECONDS) as plain:
            context.wrap_socket(plain, server_hostname=f"ready.{DOMAIN}").close()
    except OSError:
        return False
    return True
