"""Before there are settings: what a cluster says of where groups can live."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from scaling_group.client.session import Place
from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import Connection, load_connection
from scaling_group.cluster.network import Network
from scaling_group.errors import InvalidInput
from scaling_group.operations.init import Ask, Given, Question, Seen, look, settle
from scaling_group.operations.preflight import check_version
from scaling_group.spec.environment import EnvironmentSpec

__all__ = ["FirstSteps", "Given", "Question", "Seen"]

DEFAULT_NAMESPACE = "default"


def unanswered(question: Question) -> str:
    """Raise InvalidInput for what nobody is there to answer."""
    argument = question.flag.replace("--", "").replace("-", "_")
    known = question.choices or ([question.default] if question.default else [])
    raise InvalidInput(
        f"the cluster does not tell {argument}",
        detail="\n".join(["Found:", *(f"  {each}" for each in known)]) if known else "",
        resolution=f"{question.text}: give {argument}.",
    )


@dataclass(frozen=True)
class FirstSteps:
    """A cluster without settings. context: of the kubeconfig, None for the current one.

    Each method raises Unreachable where the cluster cannot be used.
    """

    wanted: str | None = None
    place: Place = field(default_factory=Place)

    @cached_property
    def _connection(self) -> Connection:
        return load_connection(self.wanted, self.place.environ)

    @cached_property
    def _cluster(self) -> Cluster:
        return Cluster(self._connection)

    @property
    def context(self) -> str:
        """The context of the kubeconfig; raises NotFound for an unknown one."""
        return self._connection.context

    @property
    def server(self) -> str:
        """The address of the API server."""
        return self._cluster.server

    def find(
        self,
        *,
        environment: str | None = None,
        namespace: str | None = None,
        gateway: str | None = None,
        section_name: str | None = None,
        domain: str | None = None,
    ) -> EnvironmentSpec:
        """Return where groups can live, for ScalingGroups(); nothing is changed in the cluster.

        What is not given is taken from the cluster, where it leaves no choice.

        environment: first part of every hostname.
        namespace: of the groups. Default: the context's.
        gateway: `NAMESPACE/NAME` or `NAME` of the Gateway.
        section_name: name of its HTTPS listener.
        domain: that the listener serves.

        Raises InvalidInput for what has to be given, with what was found, NotFound where no listener takes
        groups or there is no Gateway API, and Failed for a version of Kubernetes that is too old.
        """
        self.check_version()
        given = Given(environment, namespace, gateway, section_name, domain)
        return self.settle(self.look(namespace), given, unanswered)

    def check_version(self) -> None:
        """Raise Failed for a version of Kubernetes that is too old."""
        check_version(self._cluster)

    def look(self, namespace: str | None = None) -> Seen:
        """Return what there is for groups of a namespace, by default the context's.

        Raises NotFound where the cluster does not serve the Gateway API.
        """
        inner = self._connection.kubeconfig["contexts"][0].get("context") or {}
        return look(self._cluster, namespace or str(inner.get("namespace") or DEFAULT_NAMESPACE))

    def settle(self, seen: Seen, given: Given, ask: Ask) -> EnvironmentSpec:
        """Return where groups are to live, for ScalingGroups(); ask answers what neither tells.

        Raises InvalidInput for what is not legal, NotFound where no listener takes groups.
        """
        return settle(seen, given, Network(), ask)
