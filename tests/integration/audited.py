"""A second API server before the store of the local cluster, which writes down who asks it for what.

https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
"""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.integration.waiting import wait_until
from tools.local_cluster.api import Api
from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.layout import Layout
from tools.local_cluster.ports import LOOPBACK, load_ports
from tools.local_cluster.programs import control_plane

POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    # As whom somebody acts is not known yet then.
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata"}],
}


@dataclass(frozen=True)
class AuditedServer:
    """Where it listens, and what it has written."""

    port: int
    log: Path

    def users(self, agent: str) -> list[dict[str, Any]]:
        """Return each user that a client was seen as, with the one that it acted as."""
        events = [json.loads(line) for line in self.log.read_text().splitlines()]
        seen = {
            json.dumps({key: event.get(key) for key in ("user", "impersonatedUser")}, sort_keys=True)
            for event in events
            if event.get("userAgent", "").startswith(agent)
        }
        return [json.loads(each) for each in sorted(seen)]


@contextmanager
def audited(cluster: LocalCluster, folder: Path) -> Iterator[AuditedServer]:
    """Start the server, and end it; its files are in `folder`."""
    policy, log = folder / "policy.json", folder / "audit.log"
    policy.write_text(json.dumps(POLICY))
    with socket.socket() as held, (folder / "audited.log").open("wb") as output:
        # The port stays ours until the server shares it: nobody else can get it in between.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((LOOPBACK, 0))
        server = AuditedServer(held.getsockname()[1], log)
        own = (f"--audit-policy-file={policy}", f"--audit-log-path={log}", "--permit-port-sharing=true")
        process = subprocess.Popen(
            [*_command(cluster, server.port), *own],
            cwd=cluster.directory,
            env={},
            stdout=output,
            stderr=output,
        )
        try:
            _wait_until_ready(process, Api(server.port, cluster.directory / "pki"), folder / "audited.log")
            yield server
        finally:
            process.terminate()
            process.wait()


def _command(cluster: LocalCluster, port: int) -> tuple[str, ...]:
    layout = Layout(cluster.directory, cluster.toolchain)
    ports = load_ports(layout.ports)
    assert ports
    programs = control_plane(layout, replace(ports, apiserver=port))
    return next(program.command for program in programs if program.name == "kube-apiserver")


def _wait_until_ready(process: subprocess.Popen[bytes], api: Api, output: Path) -> None:
    def ready() -> bool:
        assert process.poll() is None, output.read_text()
        return api.ready()

    wait_until(ready)
