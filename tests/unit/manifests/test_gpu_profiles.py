"""One name of a GPU on every cluster: what a pod asks for, by profile and type.

pytest tests/unit/manifests --update-goldens    rewrites tests/golden/gpus.yaml; read the diff
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.rollout.causes.nodes import fitting, gpu_label
from scaling_group.spec.gpu_profiles import NONE, PROFILES, TYPE_LABELS
from scaling_group.spec.gpu_types import TYPES
from scaling_group.spec.group import environment_spec, group_spec
from scaling_group.yaml_text import yaml_text

GOLDEN = Path(__file__).parents[2] / "golden" / "gpus.yaml"
GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}
SELECTING = ("nodeSelector", "affinity")


def pod(gpu: str, profile: str | None = None, **fields: Any) -> dict[str, Any]:
    spec = group_spec({"image": "a/b:1", "name": "web", "port": 8080, "gpu": gpu, **fields})
    environment = environment_spec({"id": "abc123", "gateway": GATEWAY, "gpu_profile": profile})
    found: dict[str, Any] = deployment(GroupInputs("x", spec, environment), {})["spec"]["template"]["spec"]
    return found


def asked(gpu: str, profile: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return what a pod says of GPUs and nodes."""
    found = pod(gpu, profile, **fields)
    limits = found["containers"][0]["resources"]["limits"]
    resources = {name: count for name, count in limits.items() if "/" in name}
    return resources | {key: found[key] for key in SELECTING if key in found}


def refusal(gpu: str, profile: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        pod(gpu, profile)
    [fault] = caught.value.faults
    assert fault.field == "gpu"
    return fault.message


def in_words(gpu: str, profile: str) -> Any:
    try:
        return asked(gpu, profile)
    except InvalidInput:
        return "no name"


def test_the_names_of_every_type_in_every_profile(request: pytest.FixtureRequest) -> None:
    table = {p: {each.name: in_words(f"{each.name}:2", p) for each in TYPES} for p in TYPE_LABELS}
    read = yaml_text([table])
    if request.config.getoption("--update-goldens"):
        GOLDEN.write_text(read, encoding="utf-8")
    assert read == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("profile", TYPE_LABELS)
def test_other_names_of_a_type_mean_the_same_and_those_of_the_label_that_one_alone(profile: str) -> None:
    for kind in TYPES:
        values = kind.names.get(profile, ())
        for name in {*kind.also, kind.name.upper()} - {*values}:
            assert in_words(name, profile) == in_words(kind.name, profile), name
        for value in values:
            assert list(asked(value, profile)["nodeSelector"].values()) == [value]


@pytest.mark.parametrize("kind", ["nvidia-l4", "l4", "mi300x", "of-our-own"])
def test_without_a_profile_a_type_is_the_value_of_gkes_label(kind: str) -> None:
    assert asked(kind) == {
        "nvidia.com/gpu": "1",
        "nodeSelector": {"cloud.google.com/gke-accelerator": kind},
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("gpu", ["2", "amd.com/gpu:2"])
def test_a_count_and_a_resource_choose_no_type(gpu: str, profile: str) -> None:
    assert asked(gpu, profile).keys() == {gpu.partition(":")[0] if "/" in gpu else "nvidia.com/gpu"}


def test_a_pod_goes_to_the_nodes_that_have_one_of_the_names() -> None:
    wanted = {"spec": pod("a100-80gb", "gfd", node_selector={"disk": "ssd"})}
    nodes = [
        {"metadata": {"name": name, "labels": {"nvidia.com/gpu.product": name, "disk": "ssd"}}}
        for name in ("NVIDIA-A100-80GB-PCIe", "NVIDIA-A100-SXM4-80GB-SHARED", "NVIDIA-A100-SXM4-40GB")
    ]

    assert fitting(nodes, wanted) == nodes[:2]
    assert gpu_label(wanted) == ("nvidia.com/gpu.product", "NVIDIA-A100-SXM4-80GB")


def test_types_of_amd_ask_for_its_resource_and_tolerate_its_taint() -> None:
    found = pod("mi300x:8", "gfd")

    assert asked("mi300x:8", "gfd")["amd.com/gpu"] == "8"
    assert found["tolerations"] == [{"key": "amd.com/gpu", "operator": "Exists"}]


def test_a_type_that_a_profile_has_no_name_for_is_refused_with_those_that_it_has() -> None:
    said = refusal("h10", "coreweave")

    assert said.startswith("h10:1: the type 'h10' has no name in the profile coreweave. Did you mean")
    assert "h100" in said
    assert "--node-selector" in said
    assert "has no name in the profile gke" in refusal("l40s", "gke")
    assert "the profile none tells no types apart" in refusal("l4", NONE)


def test_a_profile_that_is_none_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(InvalidInput, match="Did you mean 'karpenter'"):
        environment_spec({"id": "abc123", "gateway": GATEWAY, "gpu_profile": "karpentr"})
