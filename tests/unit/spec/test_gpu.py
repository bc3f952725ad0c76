"""GPUs: `type:count`, `count`, or `type`."""

from __future__ import annotations

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.gpu import Gpu
from scaling_group.spec.group import group_spec

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}
COUNT = "the count must be a whole number from 1 to 1024"
HOW = "Write type:count (nvidia-l4:1), a type (nvidia-l4, meaning one), or a count (1)."
NO_RESOURCE = "is not the name of a resource: write domain/name, as amd.com/gpu or nvidia.com/mig-1g.10gb."


@pytest.mark.parametrize(
    ("given", "canonical", "gpu"),
    [
        ("nvidia-tesla-t4:1", "nvidia-tesla-t4:1", Gpu("nvidia-tesla-t4", 1)),
        ("nvidia-tesla-a100:4", "nvidia-tesla-a100:4", Gpu("nvidia-tesla-a100", 4)),
        ("nvidia-l4", "nvidia-l4:1", Gpu("nvidia-l4", 1)),
        ("NVIDIA-A100_40GB.x", "NVIDIA-A100_40GB.x:1", Gpu("NVIDIA-A100_40GB.x", 1)),
        ("1", "1", Gpu(None, 1)),
        ("l4:08", "l4:8", Gpu("l4", 8)),
        ("1024", "1024", Gpu(None, 1024)),
        (2, "2", Gpu(None, 2)),
        ("amd.com/gpu:2", "amd.com/gpu:2", Gpu("amd.com/gpu", 2)),
        ("nvidia.com/mig-1g.10gb", "nvidia.com/mig-1g.10gb:1", Gpu("nvidia.com/mig-1g.10gb", 1)),
        ("claim_template=one.gpu", "claim_template=one.gpu", Gpu(None, 1, "one.gpu")),
        ({"claim_template": "gpus"}, "claim_template=gpus", Gpu(None, 1, "gpus")),
        (
            "deviceclass.resource.kubernetes.io/gpu.nvidia.com:2",
            "deviceclass.resource.kubernetes.io/gpu.nvidia.com:2",
            Gpu("deviceclass.resource.kubernetes.io/gpu.nvidia.com", 2),
        ),
        ({"type": "gpu.intel.com/xe", "count": 2}, "gpu.intel.com/xe:2", Gpu("gpu.intel.com/xe", 2)),
    ],
)
def test_gpus_are_accepted_in_canonical_form(given, canonical, gpu):
    spec = group_spec({**BASE, "gpu": given})

    assert spec.gpu == gpu
    assert str(spec.gpu) == canonical


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("l4:0", f"'l4:0': {COUNT}. {HOW}"),
        ("0", f"'0': {COUNT}. {HOW}"),
        ("1.5", f"'1.5': {COUNT}. {HOW}"),
        ("-1", f"'-1': {COUNT}. {HOW}"),
        ("l4:1.5", f"'l4:1.5': {COUNT}. {HOW}"),
        ("l4:-1", f"'l4:-1': {COUNT}. {HOW}"),
        ("1025", f"'1025': {COUNT}. {HOW}"),
        ("l4:99999999999999999999", f"'l4:99999999999999999999': {COUNT}. {HOW}"),
        ("a:b:1", f"'a:b:1': {COUNT}. {HOW}"),
        ("l4:", "'l4:' names no count. Did you mean l4:1?"),
        (":1", f"':1' names no type. {HOW}"),
        ("", f"'' names no type. {HOW}"),
        ("nvidia l4:1", f"'nvidia l4:1': the type 'nvidia l4' is not a node label's value. {HOW}"),
        ("-l4:1", f"'-l4:1': the type '-l4' is not a node label's value. {HOW}"),
        (
            "claim_template=",
            "'' cannot be the name of a ResourceClaimTemplate: lower-case letters, digits, '-' and '.'.",
        ),
        (
            {"claim_template": "a", "count": 1},
            "a claim template says itself which devices, and how many.",
        ),
        ("amd.com/gpu:0", f"'amd.com/gpu:0': {COUNT}. {HOW}"),
        ("/gpu:1", f"'/gpu:1': '/gpu' {NO_RESOURCE}"),
        ("AMD/gpu", f"'AMD/gpu': 'AMD/gpu' {NO_RESOURCE}"),
        ("amd.com/a/b", f"'amd.com/a/b': 'amd.com/a/b' {NO_RESOURCE}"),
        ("amd.com/", f"'amd.com/': 'amd.com/' {NO_RESOURCE}"),
        (
            "kubernetes.io/batch-cpu:1",
            "'kubernetes.io/batch-cpu:1': 'kubernetes.io/batch-cpu' is of Kubernetes itself, and no extended "
            "resource.",
        ),
        (True, "must be text, not True; put quotes around it."),
        (1.0, "must be text, not 1.0; put quotes around it."),
    ],
)
def test_other_texts_are_refused_with_the_right_form(given, message):
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, "gpu": given})

    (fault,) = caught.value.faults
    assert (fault.field, fault.message) == ("gpu", message)


def test_a_type_longer_than_a_label_value_is_refused():
    assert Gpu.parse("t" * 63) == Gpu("t" * 63, 1)
    with pytest.raises(InvalidInput):
        group_spec({**BASE, "gpu": "t" * 64})


def test_a_group_without_gpus_has_none():
    assert group_spec(BASE).gpu is None
