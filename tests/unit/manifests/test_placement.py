"""Nodes by what they cost and by their processor, how rollouts go, and claims of devices."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.errors import Conflict, InvalidInput
from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.group import leaves_gap
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.operations.needed_version import check_kubernetes
from scaling_group.spec.gpu_profiles import AUTO, PROFILES
from scaling_group.spec.group import GroupSpec, environment_spec, group_spec
from scaling_group.spec.placement import SPOT
from tests.unit.operations.fakes import FakeCluster

GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}


def spec_of(**fields: Any) -> GroupSpec:
    return group_spec({"image": "a/b:1", "name": "web", "port": 8080, **fields})


def made(profile: str | None = None, **fields: Any) -> dict[str, Any]:
    environment = environment_spec({"id": "abc123", "gateway": GATEWAY, "gpu_profile": profile})
    found: dict[str, Any] = deployment(GroupInputs("x", spec_of(**fields), environment), {})["spec"]
    return found


def pod(profile: str | None = None, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = made(profile, **fields)["template"]["spec"]
    return found


def refusal(profile: str | None, **fields: Any) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        pod(profile, **fields)
    [fault] = caught.value.faults
    return fault.field, fault.message


@pytest.mark.parametrize("profile", [None, *SPOT])
def test_spot_nodes_are_chosen_by_the_label_of_the_profile_and_tolerated_by_its_taint(
    profile: str | None,
) -> None:
    nodes = SPOT[profile or "gke"]
    found = pod(profile, spot=True)

    assert found["nodeSelector"] == {nodes.label: nodes.value}
    taint = {"key": nodes.label, "operator": "Equal", "value": nodes.value, "effect": "NoSchedule"}
    assert found.get("tolerations", []) == ([taint] if nodes.tainted else [])
    assert "tolerations" not in pod(profile, spot=False)


@pytest.mark.parametrize("profile", sorted({*PROFILES, AUTO} - {*SPOT}))
def test_spot_is_refused_where_no_label_of_it_is_known(profile: str) -> None:
    field, said = refusal(profile, spot=True)

    assert field == "spot"
    assert ("Here name one" if profile == AUTO else f"the profile {profile} has no label of spot") in said


@pytest.mark.parametrize(("architecture", "tolerated"), [("amd64", False), ("arm64", True)])
def test_an_architecture_is_a_label_and_that_of_arm_a_taint_too(architecture: str, tolerated: bool) -> None:
    found = pod(architecture=architecture)

    assert found["nodeSelector"] == {"kubernetes.io/arch": architecture}
    assert ("tolerations" in found) is tolerated


@pytest.mark.parametrize(
    ("label", "fields", "by"),
    [
        ("karpenter.sh/capacity-type", {"spot": True}, "spot"),
        ("kubernetes.io/arch", {"architecture": "arm64"}, "architecture"),
        ("karpenter.k8s.aws/instance-gpu-memory", {"gpu": "a100"}, "the GPU type (a100:1)"),
    ],
)
def test_a_label_is_set_in_one_place(label: str, fields: dict[str, Any], by: str) -> None:
    said = refusal("karpenter", node_selector={label: "x"}, **fields)

    assert said == ("node_selector", f"{label} is already set by {by}.")


def test_a_surge_leaves_no_gap() -> None:
    before, plain = spec_of(gpu="1"), spec_of(gpu="1", env={"A": "b"})
    surging = spec_of(gpu="1", env={"A": "b"}, surge=1)
    environment = environment_spec({"id": "abc123", "gateway": GATEWAY})

    assert made(gpu="1", surge=1)["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert made(surge=3)["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 3}
    assert (leaves_gap(before, plain, environment), leaves_gap(before, surging, environment)) == (True, False)


def test_a_claim_template_is_named_for_the_pod_and_claimed_by_the_container() -> None:
    found = pod("gfd", gpu={"claim_template": "gpus"})

    assert found["resourceClaims"] == [{"name": "gpu", "resourceClaimTemplateName": "gpus"}]
    resources = found["containers"][0]["resources"]
    assert resources["claims"] == [{"name": "gpu"}]
    assert all("/" not in name for name in resources["limits"])
    assert "nodeSelector" not in found


@pytest.mark.parametrize(
    ("fields", "version", "said"),
    [
        (
            {"mounts": ["image:llama:v1:/m"]},
            (1, 34),
            "the image volume llama:v1 needs Kubernetes 1.35 or newer",
        ),
        ({"mounts": ["image:llama:v1:/m"]}, (1, 35), ""),
        ({"gpu": "claim_template=gpus"}, (1, 33), "the claim template gpus needs Kubernetes 1.34 or newer"),
        ({"gpu": "claim_template=gpus"}, (1, 34), ""),
        ({"gpu": "l4", "mounts": ["pvc:a:/m"]}, (1, 30), ""),
    ],
)
def test_what_an_older_cluster_leaves_out_is_refused_before(
    fields: dict[str, Any], version: tuple[int, int], said: str
) -> None:
    cluster = FakeCluster()
    cluster.kubernetes = version
    spec = spec_of(**fields)
    if not said:
        check_kubernetes(spec, lambda: cluster)
        return
    with pytest.raises(Conflict) as caught:
        check_kubernetes(spec, lambda: cluster)
    assert caught.value.message == f"{said}, and this cluster has 1.{version[1]}"
