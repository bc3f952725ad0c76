"""ScalingGroup: Deployment, headless Service, HTTPRoute and what scales them as one Pulumi resource."""

import asyncio
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Optional

import pulumi

from scaling_group import naming
from scaling_group.component.args import ScalingGroupArgs
from scaling_group.component.former import former_urn, saved_resources
from scaling_group.component.inputs import check_arguments, inputs_of_arguments
from scaling_group.component.neighbours import neighbours
from scaling_group.manifests.autoscaler import autoscaler
from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.disruption_budget import disruption_budget
from scaling_group.manifests.gke import policies
from scaling_group.manifests.group import record_text
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.manifests.redirect import redirects
from scaling_group.manifests.route import routes
from scaling_group.manifests.service import cluster_ip_service, service
from scaling_group.records import Record
from scaling_group.spec.autoscale import Autoscale
from scaling_group.spec.group import recorded
from scaling_group.spec.hostname import hosts_of
from scaling_group.spec.route_kinds import route_kind
from scaling_group.spec.written import short

#: Of the provider's plugin, which the package of the same version brings.
PROVIDER_VERSION = version("pulumi-kubernetes")

#: The command line waits for the rollout by itself.
SKIP_AWAIT = {"pulumi.com/skipAwait": "true"}
#: It waits until Pods have ended by itself, too. The provider would wait ten minutes for them, whatever time
#: the command has, and at every object for the garbage collector.
BACKGROUND = {"pulumi.com/deletionPropagationPolicy": "background"}
#: It has checked that the objects are its own before it takes back fields that somebody else changed. Objects
#: that it is about to make are nobody's yet: whoever makes one of the name at the same moment keeps it.
PATCH_FORCE = {"pulumi.com/patchForce": "true"}

#: Who scales a group owns the number of its Pods. The engine begins with the fewest; after that the provider
#: leaves the field to whoever has set it, and sends what is there while nobody has.
REPLICAS = "spec.replicas"

#: A headless Service has nothing to wait for. The provider would watch it all the same and could take
#: what the watch knows from before a change for what is there now: the next update would change it again.
SERVICE_ANNOTATIONS = SKIP_AWAIT


class KubernetesObject(pulumi.CustomResource):
    """One object of a group, declared by its manifest.

    It can stand in depends_on and as a parent. It is not a class of pulumi_kubernetes, which is not loaded
    for it: metadata and spec are plain dictionaries with the keys of the manifest, and there is no status.
    """

    metadata: pulumi.Output[dict[str, Any]]
    """Its metadata, with the keys of Kubernetes: `creationTimestamp`."""
    spec: pulumi.Output[dict[str, Any]]
    """Its spec, with the keys of Kubernetes: `replicas`, `clusterIP`, `parentRefs`."""


class ScalingGroup(pulumi.ComponentResource):
    """A replicated HTTPS service: a Deployment, a headless Service and an HTTPRoute.

    Arguments that break rules are refused with one error that lists every fault. Fixed object names
    cannot exist twice, so a replacement deletes first. The three objects are the attributes deployment,
    service and route, each a KubernetesObject; a private group has no route. path_routes are the HTTPRoutes
    of hostnames with a path; autoscaler, cluster_ip_service and disruption_budget are None where the group
    has none.
    """

    id: pulumi.Output[str]
    """Id of the group, a UUID."""
    hostname: pulumi.Output[str]
    """Host that the gateway serves the group under, empty for a private group."""
    url: pulumi.Output[str]
    """`https://` and the hostname, empty for a private group."""
    urls: pulumi.Output[list[str]]
    """Every URL of the group: the one of its own hostname, then those of `hostnames`."""
    address: pulumi.Output[str]
    """DNS name and port inside the cluster."""
    route_kind: pulumi.Output[str]
    """Kind of the route of its own hostname, HTTPRoute or GRPCRoute: what policies of gateways name."""
    route_name: pulumi.Output[str]
    """Name of that route; empty for a private group."""
    service_name: pulumi.Output[str]
    """Name of the Service that the route sends requests to."""

    def __init__(
        self,
        name: str,
        args: ScalingGroupArgs,
        opts: Optional[pulumi.ResourceOptions] = None,
        *,
        record: Optional[Record] = None,
        by_command_line: bool = False,
    ) -> None:
        """Create the group.

        record: of a stack of the command line alone; makes its bookkeeping part of the state.
        by_command_line: the command line runs the program, and waiting and field conflicts are left to it.
        """
        given: dict[str, Any] = {"name": name, **{k: v for k, v in args.items() if v is not None}}
        spec, environment = check_arguments(name, given)
        group_id = given.get("id") or _computed_id(environment.id, spec.name)
        group = inputs_of_arguments(name, given, spec, environment, group_id)
        kept = record.to_config() if record else _plain_record(group)
        super().__init__(naming.TYPE_TOKEN, name, {"record": kept}, opts)
        neighbours().add(name, spec, environment, self.get_provider("kubernetes:apps/v1:Deployment"))
        operation = SKIP_AWAIT if by_command_line else {}
        if by_command_line and not (record and record.makes_objects):
            operation = operation | PATCH_FORCE
        scaled = bool(spec.autoscale or (record and record.scaled_by_others))
        each = BACKGROUND if by_command_line else {}
        self._compose(name, group, _annotations(group, kept) | operation, each, scaled=scaled)
        self.register_outputs(
            {
                "id": self.id,
                "hostname": self.hostname,
                "url": self.url,
                "urls": self.urls,
                "address": self.address,
                "route_kind": self.route_kind,
                "route_name": self.route_name,
                "service_name": self.service_name,
            }
        )

    def _compose(
        self,
        name: str,
        group: GroupInputs,
        annotations: dict[str, Any],
        each: dict[str, str],
        *,
        scaled: bool,
    ) -> None:
        """Declare the objects. annotations: of the Deployment. each: annotations of every object."""
        saved = saved_resources() if group.spec.name != name else None

        def declared(manifest: dict[str, Any], **more: Any) -> KubernetesObject:
            own = manifest["metadata"]["name"] == group.spec.name
            kind = _type_of(manifest)
            if each:
                annotated = {**manifest["metadata"].get("annotations", {}), **each}
                manifest["metadata"]["annotations"] = annotated
            named = (group.spec.name, group.id, group.environment.label_domain)
            options = pulumi.ResourceOptions(
                parent=self,
                delete_before_replace=True,
                version=PROVIDER_VERSION,
                aliases=[asyncio.ensure_future(former_urn(saved, self.urn, kind, named))]
                if saved and own
                else None,
                **more,
            )
            logical = name if own else f"{name}{manifest['metadata']['name'].removeprefix(group.spec.name)}"
            return KubernetesObject(kind, logical, dict(manifest), options)

        autoscale = group.spec.autoscale
        manifest = deployment(group, annotations)
        if autoscale:
            manifest["spec"]["replicas"] = group.apply(lambda fewest: max(1, fewest), autoscale.min)
        left = [REPLICAS] if scaled else None
        self.deployment: KubernetesObject = declared(manifest, ignore_changes=left)
        self.service: KubernetesObject = declared(service(group, SERVICE_ANNOTATIONS))
        self.cluster_ip_service: KubernetesObject | None = (
            declared(cluster_ip_service(group, SERVICE_ANNOTATIONS)) if group.spec.has_cluster_ip else None
        )
        self._declare_routes(group, declared)
        for policy in policies(group):
            declared(policy, depends_on=[self.service])
        self.autoscaler: KubernetesObject | None = (
            declared(autoscaler(group, autoscale), depends_on=[self.deployment]) if autoscale else None
        )
        disruptions = group.spec.disruptions
        self.disruption_budget: KubernetesObject | None = (
            None if disruptions is None else declared(disruption_budget(group, disruptions))
        )
        self._tell(group)

    def _tell(self, group: GroupInputs) -> None:
        environment = group.environment
        hosts = hosts_of(group.spec, environment)
        self.id = pulumi.Output.from_input(group.id)
        self.hostname = pulumi.Output.from_input(hosts[0].host if hosts else "")
        self.url = pulumi.Output.from_input(hosts[0].url if hosts else "")
        self.urls = pulumi.Output.from_input([each.url for each in hosts])
        address = naming.cluster_address(group.spec.backend_name, environment.namespace)
        self.address = pulumi.Output.from_input(f"{address}:{group.spec.port}")
        self.route_kind = pulumi.Output.from_input(route_kind(group.spec, environment))
        self.route_name = pulumi.Output.from_input(group.spec.name if hosts else "")
        self.service_name = pulumi.Output.from_input(group.spec.backend_name)

    @property
    def route(self) -> KubernetesObject:
        """The route of the group's name; raises AttributeError for a private group, which has none."""
        if self._route is None:
            raise AttributeError("a private group has no route")
        return self._route

    def _declare_routes(self, group: GroupInputs, declared: Callable[..., KubernetesObject]) -> None:
        """Declare the HTTPRoutes, each after those of longer paths: a hostname that gets a path keeps being
        served, since what is new is made first, and what is left out is deleted last.
        """
        manifests = routes(group)
        made: list[KubernetesObject] = []
        # What a route points to is there before it.
        backend = [self.cluster_ip_service] if self.cluster_ip_service else []
        for manifest in [*manifests[1:], *manifests[:1]]:
            made.append(declared(manifest, depends_on=[*backend, *made[-1:]]))
        self._route = made[-1] if made else None
        self.path_routes: list[KubernetesObject] = made[:-1]
        for manifest in redirects(group):
            declared(manifest)


def _type_of(manifest: dict[str, Any]) -> str:
    """Return the type of the resource that declares an object.

    pulumi_kubernetes has a class for each kind that declares the same resource. To load them takes 0.3 s,
    a fifth of an update, and two threads that do so at once see half a module.
    """
    api_version, kind = manifest["apiVersion"], manifest["kind"]
    group = api_version if "/" in api_version else f"core/{api_version}"
    return f"kubernetes:{group}:{kind}"


def _computed_id(environment: str, name: str) -> str:
    return naming.computed_id(
        pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack(), environment, name
    )


def _plain_record(group: GroupInputs) -> dict[str, Any]:
    """Return id, spec, environment and source: times and actors would change at every update."""
    fields = {name: _short(group, value) for name, value in group.spec}
    spec = {name: value for name, value in recorded(fields).items() if value not in (None, {}, [])}
    dumped = short(group.environment)
    # Fields that came later are recorded only where they are set: records stay as they were made.
    environment = {name: value for name, value in dumped.items() if value != {}}
    source = f"{pulumi.get_project()}/{pulumi.get_stack()}"
    return {"id": group.id, "spec": spec, "environment": environment, "source": source}


def _short(group: GroupInputs, value: Any) -> Any:
    """Return a field as the state holds it, an Output where it is one."""
    if isinstance(value, Autoscale):
        given = [(name, part) for name, part in value if part != value.defined[name].preset]
        return {name: _short(group, part) for name, part in given}
    if isinstance(value, dict):
        return {key: group.apply(short, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [group.apply(short, item) for item in value]
    return group.apply(short, value)


def _annotations(group: GroupInputs, record: dict[str, Any]) -> dict[str, Any]:
    key = naming.record_annotation(group.environment.label_domain)
    return {key: pulumi.Output.from_input(record).apply(record_text)}
