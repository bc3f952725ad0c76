"""Where everything of one local cluster is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
#: Names alone: programs run in the cluster's directory, and a socket's path may have 107 bytes or fewer.
ETCD_SOCKET = "etcd.sock"
ETCD_PEER_SOCKET = "etcd-peer.sock"


@dataclass(frozen=True)
class Layout:
    """The files below the cluster's directory, and the toolchain it runs from."""

    directory: Path
    toolchain: Path

    @property
    def lock(self) -> Path:
        return self.directory / "lock"

    @property
    def ports(self) -> Path:
        return self.directory / "ports.json"

    @property
    def certificates(self) -> Path:
        return self.directory / "pki"

    @property
    def etcd(self) -> Path:
        return self.directory / "etcd"

    @property
    def etcd_socket(self) -> Path:
        return self.directory / ETCD_SOCKET

    @property
    def stages(self) -> Path:
        return self.directory / "stages.yaml"

    @property
    def pod_logs(self) -> Path:
        """What simulated pods say."""
        return self.directory / "pod-logs"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's, for people and programs."""
        return self.directory / "kubeconfig"

    def component_kubeconfig(self, name: str) -> Path:
        return self.certificates / f"{name}.kubeconfig"

    @property
    def gateway_ca(self) -> Path:
        return self.directory / "gateway-ca.crt"

    @property
    def gateway_settings(self) -> Path:
        """What Traefik takes from no object; called traefik.yaml it would be taken for its command line."""
        return self.directory / "gateway.yaml"

    @property
    def settings(self) -> Path:
        return self.directory / "scaling-group.toml"

    @property
    def env(self) -> Path:
        return self.directory / "env"

    @property
    def pulumi_home(self) -> Path:
        return self.directory / "pulumi"

    def binary(self, name: str) -> Path:
        return self.toolchain / "bin" / name

    def shared(self, name: str) -> Path:
        return self.toolchain / "share" / name
