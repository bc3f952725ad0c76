"""Which nodes the pods may run on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from scaling_group.manifests.inputs import GroupInputs, Manifest
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.gpu import GPU_RESOURCE, Gpu
from scaling_group.spec.gpu_types import Asked, Labels, asked, check_selector
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.scheduling import Toleration

#: Taints of the nodes of a vendor that has several resources. Else the taint has the resource's own name, as
#: the API server's ExtendedResourceToleration takes for granted:
#: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#extendedresourcetoleration
VENDOR_TAINTS = {"nvidia.com": GPU_RESOURCE, "aws.amazon.com": "aws.amazon.com/neuron"}


def pod_fields(group: GroupInputs) -> Manifest:
    """Return `tolerations`, `nodeSelector` and `affinity` where there are any."""
    fields: Manifest = {}
    if group.spec.gpu is not None or group.spec.tolerations:
        tolerations = partial(_tolerations, of=partial(asked_in, group.environment))
        fields["tolerations"] = group.apply(tolerations, group.spec.tolerations, group.spec.gpu)
    labels = partial(_labels, group.environment)
    selector = group.apply(partial(_selector, group.environment), group.spec.gpu, group.spec.node_selector)
    affinity = group.apply(lambda gpu: _affinity(labels(gpu)[1]), group.spec.gpu)
    fields |= {"nodeSelector": selector} if selector != {} else {}
    return fields | ({"affinity": affinity} if affinity is not None else {})


def asked_in(environment: EnvironmentSpec, gpu: Gpu) -> Asked:
    """Return what GPUs are in an environment: a resource, and labels of nodes; raises InvalidInput."""
    return asked(gpu, environment.gpu_profile, environment.gpu_names)


def check_gpu(spec: GroupSpec, environment: EnvironmentSpec) -> None:
    """Raise InvalidInput for GPUs of a type without a name in the environment, or chosen by its label too."""
    check_selector(spec.gpu, spec.node_selector, environment.gpu_profile, environment.gpu_names)


def _tolerations(
    tolerations: Sequence[Toleration], gpu: Gpu | None, of: Callable[[Gpu], Asked]
) -> list[Manifest]:
    taints = gpu_taints(of(gpu).resource) if gpu else ()
    return [{"key": key, "operator": "Exists"} for key in taints] + [
        _toleration(each) for each in tolerations
    ]


def gpu_taints(resource: str) -> tuple[str, ...]:
    """Return the keys of the taints that nodes with such GPUs usually have."""
    return tuple(dict.fromkeys((VENDOR_TAINTS.get(resource.partition("/")[0], resource), resource)))


def _toleration(of: Toleration) -> Manifest:
    fields: Manifest = {"key": of.key, "operator": "Exists" if of.value is None else "Equal"}
    if of.value is not None:
        fields["value"] = of.value
    return fields | ({"effect": of.effect} if of.effect else {})


def _labels(environment: EnvironmentSpec, gpu: Gpu | None) -> tuple[dict[str, str], Labels]:
    """Return the labels of nodes that have one right value, and those that have several."""
    labels = asked_in(environment, gpu).labels if gpu else {}
    one = {key: values[0] for key, values in labels.items() if len(values) == 1}
    return one, {key: values for key, values in labels.items() if key not in one}


def _selector(environment: EnvironmentSpec, gpu: Gpu | None, own: Mapping[str, str]) -> dict[str, str]:
    check_selector(gpu, own, environment.gpu_profile, environment.gpu_names)
    return dict(own) | _labels(environment, gpu)[0]


def _affinity(labels: Labels) -> Manifest | None:
    """Return a node affinity, which unlike a selector may name several values of a label."""
    if not labels:
        return None
    terms = [{"key": key, "operator": "In", "values": list(values)} for key, values in labels.items()]
    required = {"nodeSelectorTerms": [{"matchExpressions": terms}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
