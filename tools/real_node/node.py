"""The node with its control plane and gateway; all of this runs inside the node's namespaces."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tools.local_cluster import objects
from tools.local_cluster.api import Api
from tools.local_cluster.certificates import ensure_certificates, load_identity
from tools.local_cluster.errors import ClusterError
from tools.local_cluster.files import write_file
from tools.local_cluster.layout import Layout
from tools.local_cluster.ports import Ports, choose_ports, load_ports
from tools.local_cluster.processes import Processes
from tools.local_cluster.programs import control_plane, traefik
from tools.local_cluster.settings import DOMAIN, write_kubeconfigs, write_settings
from tools.local_cluster.starting import Starting

from .images import Image, node_images, write_archive
from .means import read_means
from .network import NODE_ADDRESS
from .programs import CONTAINERD_SOCKET, LEAVES, NODE, Place, kubelet, node_programs, write_files

#: At every address of the node's network, also at that of the Service `kubernetes`.
ANY, SERVICE_PORT = "0.0.0.0", 443  # noqa: S104 - the network is the node's own

#: In place of the gateway's own 60 s, which is longer than a test can wait.
READ_SECONDS = 10


class RealNode:
    """A kubelet and containerd, and all that a cluster needs beside them, in one directory."""

    def __init__(self, directory: Path) -> None:
        means = read_means(directory)
        layout = Layout(directory, means.toolchain)
        ports = load_ports(layout.ports) or _choose_ports(layout.ports)
        self._place = Place(layout, ports, means.runtime, means.programs, means.cgroup)
        self._processes = Processes(directory)
        self._starting = Starting(self._processes)

    @property
    def api(self) -> Api:
        """Requests to the API server as administrator."""
        return Api(self._place.ports.apiserver, self._place.layout.certificates)

    @property
    def programs(self) -> Path:
        """The folder with the tests' own programs."""
        return self._place.programs

    @property
    def image_disk(self) -> Path:
        """The disk of pulled images: a small one of its own, which a test can fill."""
        return self._place.image_disk

    def up(self) -> None:
        """Start everything, and return when pods can be made and reached.

        Raises:
            ClusterError: a process died, or something did not become ready in time.
        """
        self._write_files()
        layout, ports = self._place.layout, self._place.ports
        api = self.api
        names, containerd, agent = node_programs(self._place)
        self._starting.start(names)
        self._starting.start(containerd)
        programs = {program.name: program for program in control_plane(layout, ports, listen=ANY)}
        self._starting.start_control_plane(layout.etcd_socket, api, programs)
        self._starting.wait("containerd", self._containerd_ready)
        self._import_images()
        self._starting.start(agent)
        self._start_gateway(api)
        account = objects.DEFAULT_ACCOUNT_PATH.format("default")
        self._starting.wait("the default service account", lambda: api.get(account) is not None)
        self._starting.wait("the node", lambda: _node_ready(api))
        self._starting.wait("the gateway", lambda: objects.gateway_programmed(api))

    def stop_kubelet(self) -> None:
        """Stop the kubelet, as the end of a machine would; its containers go on."""
        self._processes.stop(["kubelet"])

    def start_kubelet(self) -> None:
        """Start the kubelet again."""
        self._processes.start(kubelet(self._place))

    def import_image(self, image: Image) -> None:
        """Give the node an image; raises ClusterError where containerd refuses it."""
        archive = self._place.folder / "image.tar"
        write_archive(image, archive)
        done = self._ctr("images", "import", "--snapshotter=native", str(archive))
        archive.unlink()
        if done.returncode:
            raise ClusterError(f"containerd does not take the image {image.reference}: {done.stderr.strip()}")

    def _write_files(self) -> None:
        layout = self._place.layout
        ensure_certificates(layout.certificates, DOMAIN, leaves=LEAVES)
        write_kubeconfigs(layout, self._place.ports, (NODE,))
        write_settings(layout)
        write_files(self._place)

    def _start_gateway(self, api: Api) -> None:
        layout, ports = self._place.layout, self._place.ports
        objects.ensure_gateway_api(api, layout.shared("gateway-api.yaml"))
        self._starting.wait("the Gateway API", lambda: objects.established(api))
        certificate = load_identity(layout.certificates, "gateway")
        if certificate is None:
            raise ClusterError(f"{layout.certificates} lost a certificate")
        objects.ensure_gateway(api, ports.gateway, certificate)
        # Pods reach it at the node's address, and what runs beside it at 127.0.0.1.
        self._starting.start(
            traefik(layout, ports, listen="", address=NODE_ADDRESS, read_seconds=READ_SECONDS)
        )

    def _containerd_ready(self) -> bool:
        return CONTAINERD_SOCKET.exists() and self._ctr("version").returncode == 0

    def _import_images(self) -> None:
        for image in node_images(self._place.programs):
            self.import_image(image)

    def _ctr(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        folders = [str(folder) for folder in self._place.runtime.commands]
        environment = {**os.environ, "PATH": os.pathsep.join([*folders, os.environ["PATH"]])}
        command = ["ctr", "--namespace=k8s.io", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _choose_ports(path: Path) -> Ports:
    """Return the ports; the API server has that of its Service, where pods look for it."""
    write_file(path, json.dumps({"apiserver": SERVICE_PORT}))
    return choose_ports(path, frozenset())


def _node_ready(api: Api) -> bool:
    node = api.get(f"{objects.NODES_PATH}/{NODE}")
    return node is not None and objects.node_ready(node)
