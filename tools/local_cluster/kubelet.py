"""What the API server takes for the kubelet of every node: it has the logs of pods, and what they use.

kwok could serve both too, to whoever asks, and logs from any file that an object of the cluster names. This
server answers those alone who have a client certificate of the cluster's authority, and with logs only from
the files of logs.py. Paths and answers are those of a kubelet; usage has its node's name in front.

    python -m tools.local_cluster.kubelet --port=… --api-port=… --certificates=… --logs=…
"""

from __future__ import annotations

import argparse
import contextlib
import http
import re
import socket
import ssl
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Any
from urllib.parse import urlsplit

from .api import Api, ApiError, JsonObject
from .certificates import API_AUTHORITY
from .logs import log_file
from .pod_log import LogOptions, options_of, read_log
from .ports import LOOPBACK
from .usage import LOAD, Share, Usage, shares_of

HANDSHAKE_SECONDS = 10.0
POLL_SECONDS = 0.1
#: A name of the Kubernetes API, as the API server has checked it.
_NAME = "([a-z0-9][a-z0-9.-]*)"
_LOGS = re.compile(f"/containerLogs/{_NAME}/{_NAME}/{_NAME}")
#: Where metrics-server asks for what the pods of a node use; an annotation of the node says so.
USAGE_PATH = "/nodes/{}/metrics/resource"
_USAGE = re.compile(USAGE_PATH.format(_NAME))
FindPod = Callable[[str, str], JsonObject | None]
#: Every pod, and the loads of namespaces.
FindAll = Callable[[], tuple[list[JsonObject], dict[str, list[Share]]]]


class Refused(Exception):
    """There is no such log; the message says why."""


class Kubelet(ThreadingTCPServer):
    """A server on 127.0.0.1.

    Args:
        port: 0 for a free one.
        certificates: the folder with its certificate and the authority of those who may ask.
        logs: the folder of write_logs.
        find_pod: returns the pod of a namespace and a name.
        find_all: returns every pod, and what those of a namespace use.
    """

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, port: int, certificates: Path, logs: Path, find_pod: FindPod, find_all: FindAll
    ) -> None:
        authority = certificates / f"{API_AUTHORITY}.crt"
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority))
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.load_cert_chain(certificates / "kubelet.pem")
        self.logs = logs
        self.find_pod = find_pod
        self.find_all = find_all
        self.usage: defaultdict[str, Usage] = defaultdict(Usage)
        super().__init__((LOOPBACK, port), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the thread of the connection: who connects and says nothing keeps nobody else waiting."""
        request.settimeout(HANDSHAKE_SECONDS)
        # Who has no certificate, or goes away, is no error of ours.
        with contextlib.suppress(OSError), self._context.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Kubelet
    connection: socket.socket

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if node := _USAGE.fullmatch(parts.path):
            self._answer_usage(node[1])
            return
        asked = _LOGS.fullmatch(parts.path)
        try:
            if asked is None:
                raise Refused(
                    "pods of the local cluster are simulated: they have logs, usage, and nothing else"
                )
            options = options_of(parts.query)
            image = image_of(self.server.find_pod(asked[1], asked[2]), asked[2], asked[3], options)
        except (Refused, ApiError, ValueError) as error:
            self._answer(http.HTTPStatus.NOT_FOUND if asked is None else http.HTTPStatus.BAD_REQUEST)
            self.wfile.write(f"{error}\n".encode())
            return
        self._answer(http.HTTPStatus.OK)
        for line in read_log(log_file(self.server.logs, image), options, self._listens):
            self.wfile.write(line)

    def _answer_usage(self, node: str) -> None:
        try:
            pods, loads = self.server.find_all()
        except (ApiError, OSError) as error:
            self._answer(http.HTTPStatus.INTERNAL_SERVER_ERROR)
            self.wfile.write(f"{error}\n".encode())
            return
        self._answer(http.HTTPStatus.OK)
        self.wfile.write(self.server.usage[node].text(node, pods, loads, time.time()).encode())

    def do_POST(self) -> None:
        """exec, attach and port-forward."""
        self.do_GET()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: a log of every request would grow for weeks."""

    def _answer(self, status: http.HTTPStatus) -> None:
        """Begin an answer, which goes on until the connection ends."""
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        # However slowly it is read.
        self.connection.settimeout(None)

    def _listens(self) -> bool:
        """Wait for a moment; return whether the other end, which has nothing more to say, is there."""
        self.connection.settimeout(POLL_SECONDS)
        try:
            return bool(self.connection.recv(1))
        except TimeoutError:
            return True
        finally:
            self.connection.settimeout(None)


def image_of(pod: JsonObject | None, name: str, container: str, options: LogOptions) -> str:
    """Return the first image of a pod whose container has run; Refused in the words of a kubelet."""
    if pod is None:
        raise Refused(f'pod "{name}" not found')
    status = pod.get("status", {})
    found = [*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())]
    own: JsonObject = next((entry for entry in found if entry["name"] == container), {})
    state, ended = own.get("state", {}), own.get("lastState", {}).get("terminated")
    if options.previous and not ended:
        raise Refused(f'previous terminated container "{container}" in pod "{name}" not found')
    if not (ended or "running" in state or "terminated" in state):
        reason = state.get("waiting", {}).get("reason", "ContainerCreating")
        raise Refused(f'container "{container}" in pod "{name}" is waiting to start: {reason}')
    image: str = pod["spec"]["containers"][0]["image"]
    return image


def main() -> int:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m tools.local_cluster.kubelet")
    for name, kind in (("port", int), ("api-port", int), ("certificates", Path), ("logs", Path)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    options = parser.parse_args()
    api = Api(options.api_port, options.certificates)

    def find_pod(namespace: str, name: str) -> JsonObject | None:
        return api.get(f"/api/v1/namespaces/{namespace}/pods/{name}")

    def find_all() -> tuple[list[JsonObject], dict[str, list[Share]]]:
        pods = (api.get("/api/v1/pods") or {}).get("items", [])
        found = (api.get(f"/api/v1/configmaps?fieldSelector=metadata.name={LOAD}") or {}).get("items", [])
        return pods, {load["metadata"]["namespace"]: shares_of(load) for load in found}

    with Kubelet(options.port, options.certificates, options.logs, find_pod, find_all) as server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
