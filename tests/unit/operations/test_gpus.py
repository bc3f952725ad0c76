"""What GPUs are on offer, and by which names groups ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.errors import InvalidInput, Unreadable
from scaling_group.gpu_offer import GpuOffer
from scaling_group.manifests.metadata import pod_labels
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.create import Create
from scaling_group.operations.gpus import gpus
from scaling_group.operations.render import render
from scaling_group.operations.rollback import Rollback
from scaling_group.operations.update import Update
from scaling_group.spec.edit import Edit
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.gpu_profiles import TYPE_LABELS
from tests.gpu_nodes import (
    AMD,
    FAMILIES,
    NVIDIA,
    claim,
    device_class,
    family_node,
    gpu_node,
    gpu_pod,
    resource_slice,
)
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakePast,
    FakeReader,
    FakeState,
    FakeWriter,
    context_of,
    objects_of,
    pod_of,
    record_of,
)

BY = ChangeOptions("ada@host", None)
OURS = {**pod_labels("abc123", "chat"), "chalk.ai/environment": "abc123"}


def environment(profile: str | None = None, names: Any = ()) -> EnvironmentSpec:
    given = {**ENVIRONMENT.model_dump(), "gpu_profile": profile, "gpu_names": dict(names)}
    return EnvironmentSpec.model_validate(given)


def cluster_of(*objects: Any) -> FakeCluster:
    cluster = FakeCluster()
    cluster.environs += objects
    return cluster


def on_offer(profile: str | None, *objects: Any, names: Any = ()) -> list[GpuOffer]:
    return gpus(cluster_of(*objects), environment(profile, names))


@pytest.mark.parametrize("profile", [*FAMILIES, "auto"])
def test_each_family_of_nodes_is_named_by_its_profile(profile: str) -> None:
    chosen = FAMILIES if profile == "auto" else {profile: FAMILIES[profile]}
    for family, (kind, _) in chosen.items():
        [offer] = on_offer(profile, family_node(family))
        assert (offer.type, offer.profile, offer.count, offer.free) == (kind, family, 8, 8)
        assert offer.nodes[0].name == f"{family}-1"


def test_what_pods_hold_is_told_with_the_groups_that_they_are_of() -> None:
    [offer] = on_offer(
        None,
        family_node("gke"),
        {**family_node("gke", 2), "metadata": {"name": "b", "labels": FAMILIES["gke"][1]}},
        gpu_pod("chat-1", "gke-1", 2, OURS),
        gpu_pod("other", "gke-1", 1),
        gpu_pod("done", "gke-1", 4, phase="Succeeded"),
        gpu_pod("waits", "", 4),
    )

    assert (offer.type, offer.profile, offer.count, offer.taken, offer.free) == ("nvidia-l4", "", 10, 3, 7)
    assert [(each.group, each.namespace, each.count) for each in offer.taken_by] == [
        ("", "models", 1),
        ("chat", "models", 2),
    ]
    assert [(node.name, node.count, node.taken) for node in offer.nodes] == [("b", 2, 0), ("gke-1", 8, 3)]


def test_nodes_that_take_no_pods_have_nothing_free() -> None:
    cordoned = family_node("gke")
    cordoned["spec"]["unschedulable"] = True

    [offer] = on_offer("gke", cordoned)

    assert (offer.count, offer.free, offer.nodes[0].ready) == (8, 0, False)


@pytest.mark.parametrize(
    ("labels", "resource", "shared"),
    [
        ({"nvidia.com/gpu.product": "NVIDIA-L4-SHARED"}, NVIDIA, "time-slicing"),
        ({"nvidia.com/gpu.product": "NVIDIA-L4", "nvidia.com/gpu.sharing-strategy": "mps"}, NVIDIA, "mps"),
        ({"nvidia.com/gpu.product": "NVIDIA-L4"}, "nvidia.com/gpu.shared", "time-slicing"),
        ({"cloud.google.com/gke-gpu-sharing-strategy": "time-sharing"}, NVIDIA, "time-slicing"),
        ({"nvidia.com/gpu.product": "NVIDIA-L4", "nvidia.com/gpu.sharing-strategy": "none"}, NVIDIA, ""),
    ],
)
def test_cards_that_several_pods_share_are_said_to_be_shared(labels: Any, resource: str, shared: str) -> None:
    [offer] = on_offer("gfd", gpu_node("a", labels, **{resource: 4}))

    assert offer.shared == shared


def test_other_vendors_slices_and_types_of_ones_own() -> None:
    amd = gpu_node("amd", {"amd.com/gpu.product-name": "AMD_Instinct_MI300X_OAM"}, **{AMD: 8})
    mig = gpu_node("mig", {}, **{"nvidia.com/mig-1g.10gb": 7, "example.com/nic": 2})
    own = gpu_node("own", {"nvidia.com/gpu.product": "NVIDIA-RTX-A6000"}, gpu=2)
    bare = gpu_node("bare", {}, gpu=1)

    found = on_offer("gfd", amd, mig, own, bare, names={"a6000": "NVIDIA-RTX-A6000"})

    assert [(each.type, each.resource, each.count) for each in found] == [
        ("a6000", NVIDIA, 2),
        ("mi300x", AMD, 8),
        ("", NVIDIA, 1),
        ("nvidia.com/mig-1g.10gb", "nvidia.com/mig-1g.10gb", 7),
    ]


def test_who_may_not_read_pods_of_all_namespaces_sees_what_there_is() -> None:
    cluster = cluster_of(family_node("gfd"))
    cluster.forbidden = {"Pod", "DeviceClass", "ResourceSlice", "ResourceClaim"}

    [offer] = gpus(cluster, environment("gfd"))

    assert (offer.count, offer.taken, offer.free, offer.nodes[0].taken) == (8, None, None, None)
    cluster.forbidden = {"Node"}
    with pytest.raises(Unreadable):
        gpus(cluster, environment("gfd"))


def test_devices_of_a_class_are_gpus_by_the_name_of_its_resource() -> None:
    node = gpu_node("a", FAMILIES["gke"][1])
    pod = gpu_pod("chat-1", "a", 2, OURS)

    [offer] = on_offer(
        "gke", node, device_class(), resource_slice("a", 4), pod, claim("chat-1", "gpu-0", "gpu-2", node="a")
    )

    assert (offer.type, offer.resource, offer.by, offer.profile) == ("l4", NVIDIA, "dra", "gke")
    assert (offer.count, offer.taken, offer.free, offer.memory) == (4, 2, 2, 24)
    assert [(each.group, each.count) for each in offer.taken_by] == [("chat", 2)]
    [unnamed] = on_offer("gke", node, device_class(None), resource_slice("a", 4))
    assert unnamed.type == unnamed.resource == "deviceclass.resource.kubernetes.io/gpu.nvidia.com"


def test_auto_is_found_out_when_a_group_is_made_and_recorded_as_a_plain_value() -> None:
    cluster = cluster_of(family_node("gfd"), family_node("gfd"), gpu_node("bare", {}, gpu=1))
    writer, told = FakeWriter(cluster), []
    context = context_of(FakeReader({}), cluster, told.append, writer=writer, environment=environment("auto"))

    Create(record_of(spec_gpu="l40s:1").spec, BY).run(context)

    [applied] = [made for verb, made, *_ in writer.done if verb == "up"]
    assert applied.environment.gpu_profile == "gfd"
    said = "GPU profile gfd: 2 of 3 nodes with GPUs name their types by nvidia.com/gpu.product"
    assert said in told


@pytest.mark.parametrize("gpu", [None, "2", "amd.com/gpu:1"])
def test_auto_asks_no_node_where_no_type_is_asked_for(gpu: str | None) -> None:
    cluster = FakeCluster()
    cluster.forbidden = {"Node"}
    writer = FakeWriter(cluster)

    Create(record_of(spec_gpu=gpu).spec, BY).run(
        context_of(FakeReader({}), cluster, writer=writer, environment=environment("auto"))
    )

    [applied] = [made for verb, made, *_ in writer.done if verb == "up"]
    assert applied.environment.gpu_profile is None


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([], "no node has GPUs or tells of its platform"),
        ([gpu_node("a", {"nvidia.com/gpu.count": "1"}, gpu=1)], "no node has GPUs or tells of its platform"),
        (None, "this user may not list nodes"),
    ],
)
def test_what_auto_cannot_find_out_is_to_be_named(nodes: Any, said: str) -> None:
    cluster = cluster_of(*(nodes or ()))
    cluster.forbidden = set() if nodes is not None else {"Node"}

    with pytest.raises(InvalidInput) as caught:
        Create(record_of(spec_gpu="l4:1").spec, BY).run(
            context_of(FakeReader({}), cluster, environment=environment("auto"))
        )

    [fault] = caught.value.faults
    assert fault.field == "gpu.profile"
    assert said in fault.message
    assert "Name one of gke, karpenter" in fault.message


def test_a_cluster_without_gpus_yet_is_known_by_its_platform() -> None:
    told: list[str] = []
    cluster = cluster_of(gpu_node("cpu", {"karpenter.k8s.aws/instance-family": "m7i"}))
    writer = FakeWriter(cluster)

    Create(record_of(spec_gpu="l4:1").spec, BY).run(
        context_of(FakeReader({}), cluster, told.append, writer=writer, environment=environment("auto"))
    )

    assert any("GPU profile karpenter: no node has GPUs yet" in each for each in told)


@pytest.mark.parametrize(
    ("gpu", "recorded", "then"),
    [("l4:1", "gfd", "gfd"), ("l4:1", None, None), (None, None, "gke"), ("2", "gfd", "gfd")],
)
def test_auto_looks_only_where_a_group_has_named_no_type_before(gpu: Any, recorded: Any, then: Any) -> None:
    record = record_of(spec_gpu=gpu, environment=environment(recorded))
    cluster = FakeCluster(*objects_of(record), pod_of(record))
    cluster.environs.append(family_node("gke"))
    writer = FakeWriter(cluster)
    context = context_of(
        FakeReader({"inference": FakeState(record, exists=True, live=True)}),
        cluster,
        writer=writer,
        environment=environment("auto"),
    )

    Update("inference", Edit({"gpu": "t4:2"}), BY).run(context)

    [applied] = [made for verb, made, *_ in writer.done if verb == "up"]
    assert applied.environment.gpu_profile == then


def test_a_rollback_reuses_what_is_recorded_when_the_nodes_have_changed() -> None:
    record = record_of(spec_gpu="l4:2", environment=environment("gfd"), revision=2)
    before = record_of(spec_gpu="l4:1", environment=environment("gfd"), last_available=1)
    cluster = FakeCluster(*objects_of(record), pod_of(record))
    cluster.environs.append(family_node("gke"))
    writer = FakeWriter(cluster)
    reader = FakeReader(
        {"inference": FakeState(record, exists=True, live=True)},
        [FakePast(record), FakePast(before)],
    )

    Rollback("inference", BY, to=1).run(
        context_of(reader, cluster, writer=writer, environment=environment("auto"))
    )

    [applied] = [made for verb, made, *_ in writer.done if verb == "up"]
    assert (applied.environment.gpu_profile, str(applied.spec.gpu)) == ("gfd", "l4:1")


def test_names_of_ones_own_are_recorded_where_a_group_uses_them() -> None:
    names = {"a6000": "NVIDIA-RTX-A6000", "other": ["X", "Y"]}
    writer = FakeWriter(cluster := FakeCluster())
    given = environment("gfd", names)

    Create(record_of(spec_gpu="a6000:1").spec, BY).run(
        context_of(FakeReader({}), cluster, writer=writer, environment=given)
    )

    [applied] = [made for verb, made, *_ in writer.done if verb == "up"]
    assert hash(applied.environment) != hash(given)
    assert applied.to_config()["environment"]["gpu_names"] == {"a6000": ["NVIDIA-RTX-A6000"]}
    assert type(applied).stored(applied.to_config()) == applied


def selector(**fields: Any) -> Any:
    profile, names = fields.pop("profile"), fields.pop("names", ())
    record = record_of(**{f"spec_{key}": value for key, value in fields.items()})
    pod = render(record.spec, environment(profile, names))[0]["spec"]["template"]["spec"]
    return pod.get("nodeSelector") or pod["affinity"]


@pytest.mark.parametrize("profile", TYPE_LABELS)
def test_a_label_that_the_type_sets_is_refused_as_a_node_selector(profile: str) -> None:
    kind, _ = FAMILIES[profile]
    label = TYPE_LABELS[profile]
    with pytest.raises(InvalidInput) as caught:
        selector(profile=profile, gpu=kind, node_selector={label: "x"})

    [fault] = caught.value.faults
    assert (fault.field, fault.message) == (
        "node_selector",
        f"{label} is already set by the GPU type ({kind}:1).",
    )


def test_a_render_asks_no_cluster_and_so_finds_out_nothing() -> None:
    with pytest.raises(InvalidInput) as caught:
        selector(profile="auto", gpu="l4")
    assert "the profile auto is found out by commands that change the cluster" in str(caught.value.faults)
    assert selector(profile="gfd", gpu="a6000", names={"a6000": "NVIDIA-RTX-A6000"}) == {
        "nvidia.com/gpu.product": "NVIDIA-RTX-A6000"
    }


def warnings_of_a_create(profile: str | None, gpu: Any, *nodes: Any, names: Any = ()) -> list[str]:
    cluster, told = cluster_of(*nodes), []
    writer = FakeWriter(cluster)
    Create(record_of(spec_gpu=gpu, spec_memory="8Gi").spec, BY).run(
        context_of(
            FakeReader({}), cluster, told.append, writer=writer, environment=environment(profile, names)
        )
    )
    return [each.removeprefix("warning: ") for each in told if each.startswith("warning: ")]


MIG = "nvidia.com/mig-1g.10gb"


@pytest.mark.parametrize(
    ("profile", "gpu", "nodes", "said"),
    [
        ("gke", "l4", [family_node("gke")], ""),
        ("gke", "l4:8", [], ""),
        (
            "gke",
            "l4",
            [family_node("gfd")],
            "no node with GPUs has the label cloud.google.com/gke-accelerator: 1 of 1 nodes with GPUs name "
            "their types by nvidia.com/gpu.product; set gpu.profile to gfd, or to auto",
        ),
        ("gke", "t4", [family_node("gke")], ""),
        (
            None,
            "l4",
            [family_node("gke")],
            "no node has GPUs of type l4; there are nvidia-l4. Did you mean 'nvidia-l4'?",
        ),
        (
            None,
            "nvidia-l40",
            [family_node("gke")],
            "no node has GPUs of type nvidia-l40; there are nvidia-l4. Did you mean 'nvidia-l4'?",
        ),
        (
            "gfd",
            f"{MIG}:8",
            [gpu_node("a", {}, **{MIG: 7})],
            f"no node has 8 {MIG}; the most that one has is 7",
        ),
        ("gfd", f"{MIG}:7", [gpu_node("a", {}, **{MIG: 7})], ""),
        (
            "gfd",
            "l40s:9",
            [family_node("gfd")],
            "no node has 9 nvidia.com/gpu of type l40s; the most that one has is 8",
        ),
        (
            "none",
            "2",
            [gpu_node("a", {}, **{AMD: 8})],
            "no node offers nvidia.com/gpu; there are amd.com/gpu",
        ),
        ("none", "2", [gpu_node("a", {}, **{AMD: 8}), device_class()], ""),
    ],
)
def test_what_no_node_has_is_said_before(profile: Any, gpu: Any, nodes: Any, said: str) -> None:
    assert warnings_of_a_create(profile, gpu, *nodes) == ([said] if said else [])
