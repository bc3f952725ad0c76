"""Load that a test puts on the pods of its namespace, in the words of tools/local_cluster/usage.py."""

from __future__ import annotations

from dataclasses import dataclass

from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.usage import LOAD


@dataclass(frozen=True)
class Load:
    """What the servers of metrics say of one namespace.

    Attributes:
        cluster: one whose servers of metrics run.
    """

    cluster: LocalCluster
    namespace: str

    def put(self, pods: str = "", external: str = "") -> None:
        """Say this from now on, and nothing else.

        Args:
            pods: lines in the text format of Prometheus: `NAME{deployment="web"} 20` are 20 for all ready
                pods of a Deployment together; `cpu` are cores and `memory` bytes.
            external: lines of metrics that belong to no pod: `queue_depth{queue="llm"} 40`.
        """
        path = f"/api/v1/namespaces/{self.namespace}/configmaps/{LOAD}"
        data = {"pods": pods, "external": external}
        self.cluster.api.apply(
            path, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": LOAD}, "data": data}
        )
