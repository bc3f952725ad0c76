"""What commands ask of the API server: verbs on resources, and what for.

docs/rbac.yaml is made from these rules, `doctor` asks for each, and `create` for those that it needs.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from scaling_group.manifests.gateway_api import GKE_GROUP, GROUP
from scaling_group.spec.environment import EnvironmentSpec


class Scope(StrEnum):
    """Where a rule holds."""

    GROUPS = "the namespace of the groups"
    GATEWAY = "the namespace of the Gateway"
    CLUSTER = "the whole cluster"


@dataclass(frozen=True)
class PolicyRule:
    """Verbs on one resource (`pods/log` is a subresource). without: what is lost where the rule is
    not granted; empty for what no command can do without. names: the only objects it is about.
    """

    scope: Scope
    group: str
    resource: str
    verbs: tuple[str, ...]
    purpose: str
    without: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Permission:
    """One verb on one resource; namespace and name are empty for all of them."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        """As `kubectl auth can-i` takes it: `patch httproutes.gateway.networking.k8s.io in namespace x`."""
        resource, _, subresource = self.resource.partition("/")
        what = ".".join(filter(None, (resource, self.group))) + (f"/{subresource}" if subresource else "")
        named = f" {self.name}" if self.name else ""
        return f"{self.verb} {what}{named} in " + (
            f"namespace {self.namespace}" if self.namespace else "the whole cluster"
        )


FOLLOW = ("list", "watch")
READ = ("get", *FOLLOW)
CHANGE = ("create", "patch", "delete")
#: The CustomResourceDefinition whose annotations tell the release of the Gateway API.
ROUTES_CRD = f"httproutes.{GROUP}"

RULES = (
    PolicyRule(
        Scope.GROUPS, "apps", "deployments", (*READ, *CHANGE), "The Deployment of a group, and its record."
    ),
    PolicyRule(Scope.GROUPS, "", "services", (*READ, *CHANGE), "The Service of a group."),
    PolicyRule(Scope.GROUPS, GROUP, "httproutes", (*READ, *CHANGE), "The HTTPRoute of a group."),
    PolicyRule(
        Scope.GROUPS,
        GROUP,
        "grpcroutes",
        (*READ, *CHANGE),
        "The GRPCRoute of a group that speaks gRPC.",
        "groups with protocol grpc can only have an HTTPRoute.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "autoscaling",
        "horizontalpodautoscalers",
        (*READ, *CHANGE),
        "The HorizontalPodAutoscaler of a group, and whether somebody else's scales it.",
        "groups with autoscale cannot be made, and get does not show what scales a group.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "keda.sh",
        "scaledobjects",
        (*READ, *CHANGE),
        "The ScaledObject of a group that KEDA scales.",
        "groups that need KEDA cannot be made.",
    ),
    *(
        PolicyRule(
            Scope.GROUPS,
            GKE_GROUP,
            resource,
            (*READ, *CHANGE),
            f"The {kind} of a group, with gateway.gke_policies.",
            "groups with gateway.gke_policies cannot be made.",
        )
        for kind, resource in (
            ("HealthCheckPolicy", "healthcheckpolicies"),
            ("GCPBackendPolicy", "gcpbackendpolicies"),
        )
    ),
    PolicyRule(
        Scope.GROUPS,
        "policy",
        "poddisruptionbudgets",
        (*READ, *CHANGE),
        "The PodDisruptionBudget of a group.",
        "groups with disruptions cannot be made.",
    ),
    PolicyRule(
        Scope.GROUPS, "", "pods", FOLLOW, "Why replicas do not come up, and whether all of them have ended."
    ),
    PolicyRule(
        Scope.GROUPS,
        "",
        "namespaces",
        ("get",),
        "The UID of the groups' own namespace, which tells one cluster from another.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "",
        "pods/log",
        ("get",),
        "Logs, and the last lines of a container that ends.",
        "logs shows nothing, and a crash is explained without its last lines.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "apps",
        "replicasets",
        FOLLOW,
        "Which pods are of the newest revision.",
        "get shows no ReplicaSets, and pods of an old revision are not told from new ones.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "",
        "events",
        FOLLOW,
        "What the scheduler and the kubelet report.",
        "events shows nothing, and failing probes are not explained.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "discovery.k8s.io",
        "endpointslices",
        FOLLOW,
        "The addresses that the gateway sends requests to.",
        "get shows no endpoints.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "",
        "persistentvolumeclaims",
        READ,
        "Whether a volume that is mounted is bound.",
        "a pod that waits for its volume is explained without the reason.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "",
        "resourcequotas",
        ("list",),
        "What is left of the namespace's quotas.",
        "a quota that is used up is told only by those who refuse a pod for it.",
    ),
    PolicyRule(
        Scope.GROUPS,
        "",
        "limitranges",
        ("list",),
        "Limits of the namespace for containers.",
        "limits that a group does not fit are told only by those who refuse a pod for them.",
    ),
    PolicyRule(
        Scope.GATEWAY,
        GROUP,
        "gateways",
        ("get",),
        "Whether the Gateway has the listener, and serves the hosts of groups.",
        "create cannot tell beforehand that a group would not be served.",
    ),
    PolicyRule(
        Scope.CLUSTER,
        GROUP,
        "gatewayclasses",
        ("get",),
        "Whether a controller works for the Gateway.",
        "a missing controller is told as a Gateway that nobody has answered for.",
    ),
    PolicyRule(
        Scope.CLUSTER,
        GROUP,
        "httproutes",
        ("list",),
        "Whether a route of another namespace has the hostname.",
        "create and get do not see routes of other namespaces, and the gateway serves the oldest one.",
    ),
    PolicyRule(
        Scope.CLUSTER,
        GROUP,
        "grpcroutes",
        ("list",),
        "Whether a GRPCRoute of another namespace has the hostname of a group that speaks gRPC.",
        "create and get do not see GRPCRoutes of other namespaces.",
    ),
    PolicyRule(
        Scope.CLUSTER,
        "",
        "nodes",
        ("list",),
        "The GPU types on offer, and which nodes would take a pod.",
        "doctor does not list GPUs, and a pod without a place is explained without the nodes.",
    ),
    PolicyRule(
        Scope.CLUSTER,
        "",
        "pods",
        ("list",),
        "Who has the GPUs of the cluster.",
        "gpus shows how many there are, and not how many are free.",
    ),
    *(
        PolicyRule(
            Scope.CLUSTER,
            "resource.k8s.io",
            resource,
            ("list",),
            "GPUs that are devices of a DRA driver.",
            lost,
        )
        for resource, lost in (
            ("deviceclasses", "gpus and doctor do not show GPUs that are devices."),
            ("resourceslices", "gpus and doctor do not show GPUs that are devices."),
            ("resourceclaims", "gpus does not show which devices are taken."),
        )
    ),
    PolicyRule(
        Scope.CLUSTER,
        "apiextensions.k8s.io",
        "customresourcedefinitions",
        ("get",),
        "The release of the Gateway API.",
        "doctor tells only whether it is served.",
        (ROUTES_CRD,),
    ),
)


def permissions_of(rule: PolicyRule, environment: EnvironmentSpec) -> Iterator[Permission]:
    """Yield every right of a rule, in an environment."""
    namespaces = {
        Scope.GROUPS: environment.namespace,
        Scope.GATEWAY: environment.gateway.namespace if environment.gateway else "",
        Scope.CLUSTER: "",
    }
    # The only namespace that a Role can be about is its own.
    names = (environment.namespace,) if rule.resource == "namespaces" else rule.names or ("",)
    for verb in rule.verbs:
        for name in names:
            yield Permission(verb, rule.group, rule.resource, namespaces[rule.scope], name)


def creation_permissions(environment: EnvironmentSpec, kinds: Iterable[str]) -> list[Permission]:
    """Return the permissions that the engine needs to make objects of these kinds: it applies them, which is
    a patch.
    """
    resources = {plural_of(kind) for kind in kinds}
    changed = [rule for rule in RULES if set(CHANGE) <= set(rule.verbs) and rule.resource in resources]
    return _applied(changed, environment)


def plural_of(kind: str) -> str:
    """Return the resource of a kind that a group can have."""
    lower = kind.lower()
    return f"{lower[:-1]}ies" if lower.endswith("y") else f"{lower}s"


def _applied(rules: Iterable[PolicyRule], environment: EnvironmentSpec) -> list[Permission]:
    needed = [permission for rule in rules for permission in permissions_of(rule, environment)]
    return [permission for permission in needed if permission.verb in ("create", "patch")]
