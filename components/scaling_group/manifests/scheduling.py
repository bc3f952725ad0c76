"""Which nodes the pods may run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from scaling_group.errors import Fault, InvalidInput
from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.gpu import GPU_RESOURCE, Gpu
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.placement import Nodes, placed
from scaling_group.spec.scheduling import Toleration

if TYPE_CHECKING:
    from scaling_group.spec.gpu_types import Asked, Labels

#: Taints of the nodes of a vendor that has several resources. Else the taint has the resource's own name, as
#: the API server's ExtendedResourceToleration takes for granted:
#: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#extendedresourcetoleration
VENDOR_TAINTS = {"nvidia.com": GPU_RESOURCE, "aws.amazon.com": "aws.amazon.com/neuron"}
#: The name of a pod's claim of GPUs.
CLAIM = "gpu"


def pod_fields(group: GroupInputs) -> Manifest:
    """Return `tolerations`, `nodeSelector`, `affinity` and `resourceClaims` where there are any."""
    spec, environment = group.spec, group.environment
    asking = (spec.gpu, spec.spot, spec.architecture)
    fields = {
        "tolerations": group.apply(partial(_tolerations, environment), spec.tolerations, *asking),
        "nodeSelector": group.apply(partial(_selector, environment), spec.node_selector, *asking),
        "affinity": group.apply(lambda gpu: _affinity(_labels(environment, gpu)[1]), spec.gpu),
        "resourceClaims": group.apply(_claims, spec.gpu),
    }
    return {name: value for name, value in fields.items() if value not in (None, {}, [])}


def asked_in(environment: EnvironmentSpec, gpu: Gpu) -> Asked:
    """Return what GPUs are in an environment: a resource, and labels of nodes; raises InvalidInput."""
    # The tables of GPUs are read for groups that have some.
    from scaling_group.spec.gpu_types import asked

    return asked(gpu, environment.gpu_profile, environment.gpu_names)


def check_placed(spec: GroupSpec, environment: EnvironmentSpec) -> None:
    """Raise InvalidInput for nodes that the environment has no labels of, or that are chosen twice by one."""
    _selector(environment, spec.node_selector, spec.gpu, spec.spot, spec.architecture)


def _tolerations(
    environment: EnvironmentSpec,
    tolerations: Sequence[Toleration],
    gpu: Gpu | None,
    spot: bool,
    architecture: str | None,
) -> list[Manifest]:
    taints = gpu_taints(asked_in(environment, gpu).resource) if gpu else ()
    nodes = placed(environment.gpu_profile, architecture, spot=spot)
    return [
        *({"key": key, "operator": "Exists"} for key in taints),
        *(_of_nodes(each) for each in nodes if each.tainted),
        *(_toleration(each) for each in tolerations),
    ]


def gpu_taints(resource: str) -> tuple[str, ...]:
    """Return the keys of the taints that nodes with such GPUs usually have."""
    return tuple(dict.fromkeys((VENDOR_TAINTS.get(resource.partition("/")[0], resource), resource)))


def _of_nodes(nodes: Nodes) -> Manifest:
    return {"key": nodes.label, "operator": "Equal", "value": nodes.value, "effect": "NoSchedule"}


def _toleration(of: Toleration) -> Manifest:
    fields: Manifest = {"key": of.key, "operator": "Exists" if of.value is None else "Equal"}
    if of.value is not None:
        fields["value"] = of.value
    return fields | ({"effect": of.effect} if of.effect else {})


def _selector(
    environment: EnvironmentSpec,
    own: Mapping[str, str],
    gpu: Gpu | None,
    spot: bool,
    architecture: str | None,
) -> dict[str, str]:
    one, several = _labels(environment, gpu)
    nodes = placed(environment.gpu_profile, architecture, spot=spot)
    _refuse_twice(own, dict.fromkeys([*one, *several], f"the GPU type ({gpu})"))
    _refuse_twice(own, {each.label: _field(each, architecture) for each in nodes})
    return {**own, **one, **{each.label: each.value for each in nodes}}


def _field(nodes: Nodes, architecture: str | None) -> str:
    return "architecture" if nodes.value == architecture else "spot"


def _refuse_twice(own: Mapping[str, str], labels: Mapping[str, str]) -> None:
    for label, by in labels.items():
        if label in own:
            fault = Fault("node_selector", f"{label} is already set by {by}.")
            raise InvalidInput("the group is not valid:", [fault])


def _labels(environment: EnvironmentSpec, gpu: Gpu | None) -> tuple[dict[str, str], Labels]:
    """Return the labels of nodes that have one right value, and those that have several."""
    labels = asked_in(environment, gpu).labels if gpu else {}
    one = {key: values[0] for key, values in labels.items() if len(values) == 1}
    return one, {key: values for key, values in labels.items() if key not in one}


def _affinity(labels: Labels) -> Manifest | None:
    """Return a node affinity, which unlike a selector may name several values of a label."""
    if not labels:
        return None
    terms = [{"key": key, "operator": "In", "values": list(values)} for key, values in labels.items()]
    required = {"nodeSelectorTerms": [{"matchExpressions": terms}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}


def _claims(gpu: Gpu | None) -> list[Manifest] | None:
    """Return the claim that the kubelet's DRA drivers prepare, made from a template for each pod."""
    if not gpu or not gpu.claim_template:
        return None
    return [{"name": CLAIM, "resourceClaimTemplateName": gpu.claim_template}]
