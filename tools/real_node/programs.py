"""The programs of the node beside the control plane, and the files that they read."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.local_cluster.certificates import API_AUTHORITY, API_LEAVES, Leaf
from tools.local_cluster.files import write_file
from tools.local_cluster.layout import REPOSITORY, Layout
from tools.local_cluster.ports import Ports
from tools.local_cluster.processes import Program

from .debian import Runtime
from .images import PAUSE
from .network import NODE_ADDRESS, POD_NETWORK

NODE = "node1"
CONTAINERD_SOCKET = Path("/run/containerd/containerd.sock")
LEAVES: Mapping[str, Leaf] = {
    **API_LEAVES,
    "kubelet": Leaf("kubelet", hosts=(NODE_ADDRESS,)),
    NODE: Leaf(f"system:node:{NODE}", organization="system:nodes"),
}


@dataclass(frozen=True)
class Place:
    """Where the node's own files are.

    Attributes:
        programs: the folder with kubelet, server and pause.
        cgroup: the name of its cgroups.
    """

    layout: Layout
    ports: Ports
    runtime: Runtime
    programs: Path
    cgroup: str

    @property
    def folder(self) -> Path:
        return self.layout.directory / "node"

    @property
    def image_disk(self) -> Path:
        """Where containerd has what it pulls, before it is unpacked."""
        return self.folder / "containerd" / "io.containerd.content.v1.content"


def write_files(place: Place) -> None:
    """Write what containerd, its network plugins and the kubelet read."""
    write_file(place.folder / "cni" / "pods.conflist", _text(_network()))
    write_file(place.folder / "containerd.toml", _containerd_settings(place))
    write_file(place.folder / "kubelet.json", _text(_kubelet_settings(place)))
    write_file(place.folder / "resolv.conf", f"nameserver {NODE_ADDRESS}\n")


def node_programs(place: Place) -> tuple[Program, ...]:
    """Return names, containerd and kubelet."""
    return (_names(place), _containerd(place), kubelet(place))


def kubelet(place: Place) -> Program:
    settings = place.folder / "kubelet.json"
    kubeconfig = place.layout.component_kubeconfig(NODE)
    return Program(
        "kubelet",
        (
            # The modes of what containers are given are the kubelet's affair.
            *("sh", "-c", 'umask 022 && exec "$@"', "sh"),
            str(place.programs / "kubelet"),
            f"--kubeconfig={kubeconfig}",
            f"--config={settings}",
            f"--hostname-override={NODE}",
            f"--node-ip={NODE_ADDRESS}",
            "--v=2",
        ),
        environment={"PATH": _path(place)},
        inputs=(kubeconfig, settings),
    )


def _containerd(place: Place) -> Program:
    return Program(
        "containerd",
        (
            *("sh", "-c", 'umask 022 && exec "$@"', "sh"),
            *("containerd", f"--config={place.folder / 'containerd.toml'}"),
        ),
        environment={"PATH": _path(place)},
    )


def _names(place: Place) -> Program:
    return Program(
        "names",
        (
            sys.executable,
            "-P",
            *("-m", f"{__package__}.names"),
            f"--port={place.ports.apiserver}",
            f"--certificates={place.layout.certificates}",
        ),
        environment={"PYTHONPATH": str(REPOSITORY)},
    )


def _path(place: Place) -> str:
    own = [str(folder) for folder in place.runtime.commands]
    return os.pathsep.join([*own, "/usr/sbin", "/usr/bin", "/sbin", "/bin"])


def _network() -> dict[str, object]:
    addresses = {
        "type": "host-local",
        "ranges": [[{"subnet": POD_NETWORK}]],
        # To the node alone, which forwards nowhere.
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {"type": "bridge", "bridge": "cni0", "isGateway": True, "hairpinMode": True, "ipam": addresses}
    return {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge]}


def _containerd_settings(place: Place) -> str:
    text = json.dumps
    return f"""\
version = 2
root = {text(str(place.folder / "containerd"))}
[plugins."io.containerd.internal.v1.opt"]
  path = {text(str(place.folder / "opt"))}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = {text(PAUSE)}
  # Where CAP_SYS_RESOURCE is missing, no process may become harder to kill than we are.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = {text(str(place.runtime.plugins))}
    conf_dir = {text(str(place.folder / "cni"))}
  [plugins."io.containerd.grpc.v1.cri".containerd]
    # Whole copies of a small image: an overlay is refused where the disk is one already.
    snapshotter = "native"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
"""


def _kubelet_settings(place: Place) -> dict[str, object]:
    pki = place.layout.certificates
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": NODE_ADDRESS,
        "port": place.ports.kubelet,
        "tlsCertFile": str(pki / "kubelet.pem"),
        "tlsPrivateKeyFile": str(pki / "kubelet.pem"),
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": False},
            "x509": {"clientCAFile": str(pki / f"{API_AUTHORITY}.crt")},
        },
        # Of the node's namespace nobody else has such a certificate.
        "authorization": {"mode": "AlwaysAllow"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{place.cgroup}",
        "failCgroupV1": False,
        "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
        "clusterDNS": [NODE_ADDRESS],
        "clusterDomain": "cluster.local",
        "resolvConf": str(place.folder / "resolv.conf"),
        "failSwapOn": False,
        "makeIPTablesUtilChains": False,
        "serializeImagePulls": False,
        # A disk that is nearly full is the machine's affair; the node needs some megabytes.
        "evictionHard": {"nodefs.available": "1%", "imagefs.available": "1%", "memory.available": "50Mi"},
        "imageGCHighThresholdPercent": 100,
        # Ours, not -999: that needs CAP_SYS_RESOURCE.
        "oomScoreAdj": 0,
        "volumePluginDir": str(place.folder / "volume-plugins"),
        "healthzPort": 0,
    }


def _text(content: object) -> str:
    return json.dumps(content, indent=2) + "\n"
