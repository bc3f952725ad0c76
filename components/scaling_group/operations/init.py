"""Find out where groups can live: look at a cluster, and settle what it leaves open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaling_group.errors import Fault, InvalidInput, NotFound, Unreadable
from scaling_group.manifests.gateway_api import GROUP, INSTALL_GATEWAY_API
from scaling_group.manifests.metadata import MANAGED_BY
from scaling_group.operations.annotation import annotated_record
from scaling_group.operations.gather import read_one
from scaling_group.operations.protocols import ClusterReader, Network, Object
from scaling_group.reads import EVERYWHERE
from scaling_group.rollout.attachment import Attachment, GatewayView
from scaling_group.rollout.causes import gateway as of_gateway
from scaling_group.rollout.causes import listener as of_listener
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import environment_spec

OURS = {"app.kubernetes.io/managed-by": MANAGED_BY}
WILDCARD = "*."
#: A Gateway as people copy it; the class and the domain are theirs to fill in where nothing says them.
EXAMPLE = """\
  kubectl apply -f - <<'END'
  apiVersion: gateway.networking.k8s.io/v1
  kind: Gateway
  metadata: {{name: gateway, namespace: {namespace}}}
  spec:
    gatewayClassName: {name}
    listeners:
      - name: https
        protocol: HTTPS
        port: 443
        hostname: "*.gw.example.com"
        tls: {{certificateRefs: [{{name: gateway-certificate}}]}}
        allowedRoutes: {{namespaces: {{from: All}}}}
  END
Replace gw.example.com by your domain. gateway-certificate is a Secret of type kubernetes.io/tls."""


@dataclass(frozen=True)
class Listening:
    """A listener that takes the routes of groups. trouble: why nothing is served there now."""

    gateway: str
    namespace: str
    section: str
    hostname: str
    port: int
    address: str
    class_name: str
    trouble: str

    @property
    def domain(self) -> str:
        """The domain that its hostname names, empty where it serves every host."""
        return self.hostname.removeprefix(WILDCARD)

    def __str__(self) -> str:
        where = f"{self.namespace}/{self.gateway}, listener {self.section}"
        return f"{where}, {self.hostname or 'every host'} (GatewayClass {self.class_name})"


@dataclass(frozen=True)
class Seen:
    """What a cluster holds. namespace: for which one. unfit: why other listeners take no groups. readable:
    whether Gateways may be listed. environments: those of groups, with how many each has, the largest first.
    """

    namespace: str
    listening: Sequence[Listening]
    unfit: Sequence[str]
    classes: Sequence[str]
    readable: bool
    environments: dict[EnvironmentSpec, int]

    def groups(self) -> dict[str, int]:
        """Return how many groups each environment has, the largest first."""
        counts: Counter[str] = Counter()
        for environment, number in self.environments.items():
            counts[environment.id] += number
        return dict(counts.most_common())


@dataclass(frozen=True)
class Given:
    """What the user has said; None for what they have not."""

    environment: str | None
    namespace: str | None
    gateway: str | None
    section: str | None
    domain: str | None


@dataclass(frozen=True)
class Question:
    """What the cluster does not tell. flag: answers it too. choices: the only answers, if any."""

    text: str
    flag: str
    default: str = ""
    choices: Sequence[str] = ()


#: Returns the answer, one of the choices where there are some.
Ask = Callable[[Question], str]


def look(cluster: ClusterReader, namespace: str) -> Seen:
    """Return what there is for groups of a namespace.

    Raises NotFound where the cluster does not serve the Gateway API.
    """
    if not {"gateways", "httproutes"} <= cluster.served(GROUP, "v1"):
        raise NotFound(
            f"the cluster has no Gateway API: it does not serve Gateway and HTTPRoute of {GROUP}/v1",
            resolution=f"{INSTALL_GATEWAY_API}\nThen install a controller for it and create a Gateway.",
        )
    gateways, readable = _listed(cluster, "Gateway", EVERYWHERE)
    classes, _ = _listed(cluster, "GatewayClass", "")
    by_name = {str(each["metadata"]["name"]): each for each in classes}
    home = read_one(cluster, "Namespace", "", namespace)
    found = [each for gateway in gateways for each in _listeners(gateway, by_name, home, namespace)]
    # What serves comes before what does not.
    fit = sorted((each for each in found if isinstance(each, Listening)), key=lambda each: bool(each.trouble))
    unfit = [each for each in found if isinstance(each, str)]
    return Seen(namespace, fit, unfit, sorted(by_name), readable, _environments(cluster, namespace))


def _listed(cluster: ClusterReader, kind: str, namespace: str) -> tuple[list[Object], bool]:
    try:
        return cluster.list_objects(kind, namespace), True
    except Unreadable:
        return [], False


def _environments(cluster: ClusterReader, namespace: str) -> dict[EnvironmentSpec, int]:
    try:
        found = cluster.list_objects("Deployment", EVERYWHERE, OURS)
    except Unreadable:
        found, _ = _listed(cluster, "Deployment", namespace)
    records = [annotated_record(deployment) for deployment in found]
    return dict(Counter(record.environment for record in records if record).most_common())


def _listeners(
    gateway: Object, classes: Mapping[str, Object], home: Object | None, namespace: str
) -> Iterator[Listening | str]:
    """Yield each listener that takes groups, and why each other one does not."""
    metadata, class_name = gateway["metadata"], str(gateway["spec"]["gatewayClassName"])
    name, its_namespace = str(metadata["name"]), str(metadata["namespace"])
    for listener in gateway["spec"].get("listeners") or ():
        wanted = Attachment(name, its_namespace, str(listener["name"]), namespace, host="")
        hostname = str(listener.get("hostname") or "")
        view = GatewayView(wanted, gateway, classes.get(class_name), home)
        fault = (
            of_listener.not_https(view)
            or of_listener.kind_refused(view)
            or of_listener.namespace_refused(view)
        )
        if fault:
            yield fault.said
        elif hostname and not hostname.startswith(WILDCARD):
            yield f"{wanted.listener} serves {hostname} alone, and each group has a host of its own"
        else:
            trouble = (
                of_gateway.class_missing(view)
                or of_gateway.class_not_accepted(view)
                or of_gateway.fault(view)
                or of_gateway.pending(view)
                or of_listener.fault(view)
            )
            address = next(iter(view.addresses), "")
            said = trouble.said if trouble else ""
            port = int(listener["port"])
            yield Listening(
                name, its_namespace, wanted.section_name, hostname, port, address, class_name, said
            )


def settle(seen: Seen, given: Given, network: Network, ask: Ask) -> EnvironmentSpec:
    """Return where groups are to live; what is not given and not known for sure is asked.

    Raises InvalidInput for what is not legal, NotFound where no listener takes groups.
    """
    known = {environment.id: environment for environment in reversed(seen.environments)}
    identity = given.environment or ask(_environment_question(list(known)))
    joined = known.get(identity)
    if joined and not (given.gateway or given.section or given.domain):
        return joined.model_copy(update={"namespace": given.namespace or joined.namespace})
    values: dict[str, Any] = {"id": identity, "namespace": given.namespace or seen.namespace}
    values |= {"label_domain": joined.label_domain} if joined else {}
    return environment_spec(values | {"gateway": _gateway(seen, given, network, ask)})


def _environment_question(known: list[str]) -> Question:
    there = f" (groups are in: {', '.join(known)})" if known else ""
    text = f"Environment, the first part of every hostname{there}"
    return Question(text, "--environment", known[0] if len(known) == 1 else "")


def _gateway(seen: Seen, given: Given, network: Network, ask: Ask) -> dict[str, str]:
    if not seen.readable:
        return _unseen(given)
    chosen = _chosen(seen, given, ask)
    domain = given.domain or chosen.domain
    if not domain:
        found = _certified(chosen, network)
        domain = ask(Question("Domain of the hostnames, such as gw.example.com", "--domain", found))
    where = {"name": chosen.gateway, "namespace": chosen.namespace, "section": chosen.section}
    return {**where, "domain": domain}


def _unseen(given: Given) -> dict[str, str]:
    """Return the gateway as it is given, for a user who may not look at any."""
    namespace, _, name = (given.gateway or "").rpartition("/")
    missing = [] if namespace and name else [Fault("--gateway", "not given, as NAMESPACE/NAME")]
    missing += [] if given.domain else [Fault("--domain", "not given")]
    if missing:
        raise InvalidInput(
            "you may not list the Gateways of this cluster, so that you have to name one:",
            missing,
            resolution="Whoever runs the cluster knows its Gateway and the domain that it serves.",
        )
    section = {"section": given.section} if given.section else {}
    return {"name": name, "namespace": namespace, "domain": str(given.domain), **section}


def _chosen(seen: Seen, given: Given, ask: Ask) -> Listening:
    fitting = [each for each in seen.listening if _named(each, given)]
    if not fitting:
        raise _none_fits(seen, given)
    if len(fitting) == 1:
        return fitting[0]
    choices = {str(each): each for each in fitting}
    question = Question(
        "Gateway and listener", "--gateway and --section-name", next(iter(choices)), list(choices)
    )
    return choices[ask(question)]


def _named(listening: Listening, given: Given) -> bool:
    namespace, _, name = (given.gateway or "").rpartition("/")
    wanted = ((name, listening.gateway), (namespace, listening.namespace), (given.section, listening.section))
    return all(said in (None, "", borne) for said, borne in wanted)


def _none_fits(seen: Seen, given: Given) -> NotFound:
    asked = bool(given.gateway or given.section)
    there = [str(each) for each in seen.listening] if asked else []
    if there:
        return NotFound(
            "no HTTPS listener that takes groups has this name", detail="\n".join(["There are:", *there])
        )
    message = "the cluster has no Gateway with an HTTPS listener that takes groups"
    if not seen.classes:
        return NotFound(
            message,
            detail="\n".join(
                ["There is no GatewayClass either: no Gateway controller is installed.", *seen.unfit]
            ),
            resolution="Install a controller: https://gateway-api.sigs.k8s.io/implementations/\n"
            f"Then create a Gateway:\n{EXAMPLE.format(namespace='default', name='CLASS')}",
        )
    example = EXAMPLE.format(namespace="default", name=seen.classes[0])
    return NotFound(message, detail="\n".join(seen.unfit), resolution=f"Create one:\n{example}")


def _certified(chosen: Listening, network: Network) -> str:
    """Return the domain of the certificate that a listener shows, where it is for one."""
    if not chosen.address:
        return ""
    try:
        shown = network.certificate(chosen.address, chosen.port, chosen.address)
    except OSError:
        return ""
    wide = [name.removeprefix(WILDCARD) for name in shown.names if name.startswith(WILDCARD)]
    return wide[0] if len(wide) == 1 else ""
