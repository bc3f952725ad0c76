"""What is known of one group at one moment: objects as the API server returns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scaling_group.rollout.fields import Object
from scaling_group.spec.route_kinds import HTTP_ROUTE

#: An object that was asked for and does not exist; None is one that nobody asked for.
ABSENT: Object = {}


@dataclass(frozen=True)
class Snapshot:
    """Objects of one group, and what they depend on.

    deployment is ABSENT where there is none. What else was not read is None (single objects) or empty
    (lists), and no diagnosis is made from it; what does not exist is ABSENT. Events and nodes may be of
    others too. `route` is of the kind `route_kind`. `other_routes` are routes of others with a hostname of
    this one; `backend_policies` are BackendTLSPolicies, `grants` are ReferenceGrants. `logs` has the last
    lines by pod, of the run before where a container was started again. `certificate_names` are the DNS names
    of the certificate that clients of the group's own host are shown, `further_certificates` those of its
    other hosts. `autoscalers` are HorizontalPodAutoscalers of the Deployment, whoever made them, None where
    they were not read, and `scaled_object` is the group's, for KEDA. `more` are further objects of the group
    by what tells them apart (naming.object_key). `taken` is when, None where nobody knows.
    """

    deployment: Object
    replica_sets: Sequence[Object] = ()
    pods: Sequence[Object] = ()
    events: Sequence[Object] = ()
    claims: Sequence[Object] = ()
    nodes: Sequence[Object] = ()
    service: Object | None = None
    endpoint_slices: Sequence[Object] = ()
    route: Object | None = None
    route_kind: str = HTTP_ROUTE
    autoscalers: Sequence[Object] | None = None
    scaled_object: Object | None = None
    more: Mapping[str, Object] = field(default_factory=dict)
    other_routes: Sequence[Object] = ()
    backend_policies: Sequence[Object] = ()
    grants: Sequence[Object] = ()
    gateway: Object | None = None
    gateway_class: Object | None = None
    certificate_names: Sequence[str] = ()
    further_certificates: Mapping[str, Sequence[str]] = field(default_factory=dict)
    logs: Mapping[str, str] = field(default_factory=dict)
    taken: datetime | None = None

    @property
    def path_routes(self) -> Mapping[str, Object]:
        """The HTTPRoutes of hostnames with a path by name, ABSENT for a missing one."""
        keys = (key.partition("/") for key in self.more)
        return {name: self.more[f"{kind}/{name}"] for kind, _, name in keys if kind == "HTTPRoute"}

    @property
    def routes(self) -> Sequence[Object]:
        """The HTTPRoutes of the group that were read and exist, its own first."""
        return [each for each in (self.route, *self.path_routes.values()) if each]
