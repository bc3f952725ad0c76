"""GPUs as clusters of every kind name them, taken by the real scheduler."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gpu_nodes import FAMILIES, NVIDIA, device_class, family_node, resource_slice
from tests.integration.prefork import Commands
from tests.integration.terminal import Terminal
from tests.integration.waiting import new_namespace
from tools.local_cluster.api import Api
from tools.local_cluster.cluster import LocalCluster
from tools.local_cluster.programs import FAKE_NODE

pytestmark = pytest.mark.integration

NODES = "/api/v1/nodes"
DYNAMIC = "/apis/resource.k8s.io/v1"
LIMIT = "--timeout=60s"


def add_node(api: Api, node: dict[str, Any]) -> None:
    """Add a node that the simulated kubelet keeps Ready."""
    name, resources = node["metadata"]["name"], {"cpu": "64", "memory": "256Gi", "pods": "100"}
    offered = resources | node["status"]["allocatable"]
    labels = {"kubernetes.io/hostname": name, **node["metadata"]["labels"]}
    metadata = {"name": name, "annotations": dict([FAKE_NODE]), "labels": labels}
    status = {"capacity": offered, "allocatable": offered}
    api.create(
        NODES,
        {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": node["spec"], "status": status},
    )


def add_devices(api: Api, node: str, resource: str, driver: str, count: int) -> None:
    """Let a DRA driver offer devices of a node, and a class of them as an extended resource."""
    made, held = device_class(resource, driver), resource_slice(node, count)
    cel = made["spec"]["selectors"][0]["cel"]
    cel["expression"] = cel["expression"].replace("gpu.nvidia.com", driver)
    held["metadata"]["name"], held["spec"]["driver"] = f"{node}-{driver}", driver
    api.create(f"{DYNAMIC}/deviceclasses", made)
    api.create(f"{DYNAMIC}/resourceslices", held)


def nodes_of(terminal: Terminal, name: str) -> list[str]:
    """Return where the pods of a group are, the oldest first."""
    pods = sorted(terminal.pods(), key=lambda pod: str(pod["metadata"]["creationTimestamp"]))
    named = [pod for pod in pods if pod["metadata"]["labels"]["app.kubernetes.io/name"] == name]
    return [pod["spec"].get("nodeName", "") for pod in named]


def test_devices_of_a_driver_are_gpus_like_others(terminal: Terminal) -> None:
    driver = f"{terminal.namespace}.example.com"
    resource = f"{driver}/gpu"
    api = terminal.cluster.api
    add_devices(api, "cpu-0", resource, driver, 4)
    try:
        terminal.data("create", "--name=web", "--image=a/b:1", "--port=80", f"--gpu={resource}:3", LIMIT)
        [offer] = [each for each in terminal.data("gpus") if each["resource"] == resource]
        doctor = {each["id"]: each for each in terminal.data("doctor")}["gpus"]
    finally:
        for path in (f"deviceclasses/{driver}", f"resourceslices/cpu-0-{driver}"):
            api.delete(f"{DYNAMIC}/{path}")

    assert (offer["by"], offer["count"], offer["taken"], offer["free"]) == ("dra", 4, 3, 1)
    assert offer["taken_by"] == [{"group": "web", "namespace": terminal.namespace, "count": 3}]
    assert (doctor["outcome"], f"{resource}:4 (dra)" in doctor["summary"]) == ("ok", True)


@pytest.fixture(scope="module")
def bare(toolchain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """A cluster of its own without GPUs."""
    cluster = LocalCluster(tmp_path_factory.mktemp("families") / "cluster", toolchain)
    try:
        cluster.up()
        for node in (cluster.api.get(NODES) or {})["items"]:
            if node["metadata"]["name"].startswith("gpu-"):
                cluster.api.delete(f"{NODES}/{node['metadata']['name']}")
        yield cluster
    finally:
        cluster.down(wipe=True)


@pytest.fixture
def own(bare: LocalCluster, tmp_path: Path, commands: Commands) -> Iterator[Terminal]:
    namespace = new_namespace(bare)
    opened = Terminal(bare, namespace, namespace.replace("t-", "e"), tmp_path, commands)
    yield opened
    opened.close()
    for node in (bare.api.get(NODES) or {})["items"]:
        if not node["metadata"]["name"].startswith("cpu-"):
            bare.api.delete(f"{NODES}/{node['metadata']['name']}")


def profile_of(terminal: Terminal) -> str | None:
    """Return the profile that the record of the group has."""
    annotations = terminal.objects("web")["deployment"]["metadata"]["annotations"]
    [record] = [value for key, value in annotations.items() if key.endswith("/record")]
    found: str | None = json.loads(record)["environment"].get("gpu_profile")
    return found


@pytest.mark.long
@pytest.mark.parametrize("profile", FAMILIES)
def test_auto_leads_to_the_nodes_of_each_family_and_keeps_to_them(own: Terminal, profile: str) -> None:
    kind, _ = FAMILIES[profile]
    add_node(own.cluster.api, family_node(profile))
    auto = own.with_variables(SCALING_GROUP_GPU_PROFILE="auto")
    done = auto.group("create", "--name=web", "--image=a/b:1", "--port=80", f"--gpu={kind}:2", LIMIT)
    assert (done.returncode, f"GPU profile {profile}: 1 of 1 nodes with GPUs name" in done.stderr) == (
        0,
        True,
    )

    assert nodes_of(auto, "web") == [f"{profile}-1"]
    [offer] = auto.data("gpus")
    assert (offer["type"], offer["profile"], offer["taken"], offer["free"]) == (kind, profile, 2, 6)
    assert offer["taken_by"] == [{"group": "web", "namespace": own.namespace, "count": 2}]
    doctor = {each["id"]: each for each in auto.data("doctor")}["gpus"]
    assert (doctor["outcome"], doctor["summary"]) == ("ok", f"{kind}:8 (profile {profile})")
    other = "gfd" if profile == "gke" else "gke"
    add_node(
        own.cluster.api, {**family_node(other), "metadata": {**family_node(other)["metadata"], "name": "b"}}
    )
    add_node(
        own.cluster.api, {**family_node(other), "metadata": {**family_node(other)["metadata"], "name": "c"}}
    )
    auto.data("update", "web", "--env=A=b", LIMIT)
    assert (profile_of(auto), nodes_of(auto, "web")[-1]) == (profile, f"{profile}-1")


@pytest.mark.long
def test_a_group_moves_between_environments_with_different_profiles(own: Terminal) -> None:
    add_node(own.cluster.api, family_node("gke"))
    labels = {"nvidia.com/gpu.product": "NVIDIA-L4"}
    add_node(own.cluster.api, {**family_node("gfd"), "metadata": {"name": "l4", "labels": labels}})
    before = own.with_variables(SCALING_GROUP_GPU_PROFILE="gke")
    after = own.with_variables(SCALING_GROUP_GPU_PROFILE="gfd", SCALING_GROUP_ENVIRONMENT="other")
    before.data("create", "--name=web", "--image=a/b:1", "--port=80", "--gpu=l4:1", LIMIT)
    assert nodes_of(before, "web") == ["gke-1"]
    (own.folder / "web.yaml").write_text(before.group("export", "web").stdout)
    before.data("delete", "web", "--yes")

    after.data("apply", "-f", str(own.folder / "web.yaml"), LIMIT)

    assert (after.data("get", "web")["spec"]["gpu"], profile_of(after)) == ("l4:1", "gfd")
    assert nodes_of(after, "web") == ["l4"]
    assert after.group("export", "web").stdout == (own.folder / "web.yaml").read_text()


@pytest.mark.long
def test_nvidias_own_resource_is_taken_from_devices(own: Terminal) -> None:
    labels = {"nvidia.com/gpu.product": "NVIDIA-H200"}
    add_node(own.cluster.api, {**family_node("gfd", 0), "metadata": {"name": "dra", "labels": labels}})
    add_devices(own.cluster.api, "dra", NVIDIA, "gpu.nvidia.com", 4)
    named = own.with_variables(SCALING_GROUP_GPU_PROFILE="gfd")

    named.data("create", "--name=web", "--image=a/b:1", "--port=80", "--gpu=h200:3", LIMIT)
    request = {"name": "gpu", "exactly": {"deviceClassName": "gpu.nvidia.com"}}
    own.cluster.api.create(
        f"{DYNAMIC}/namespaces/{own.namespace}/resourceclaimtemplates",
        {
            "apiVersion": "resource.k8s.io/v1",
            "kind": "ResourceClaimTemplate",
            "metadata": {"name": "one"},
            "spec": {"spec": {"devices": {"requests": [request]}}},
        },
    )
    claimed = ("--gpu=claim_template=one", "--no-wait")
    assert named.data("create", "--name=two", "--image=a/b:1", "--port=80", *claimed)["spec"]["gpu"]
    assert named.data("wait", "two", LIMIT)["status"] == "Available"

    assert (nodes_of(named, "web"), nodes_of(named, "two")) == (["dra"], ["dra"])
    [offer] = named.data("gpus")
    assert (offer["type"], offer["by"], offer["taken"], offer["free"]) == ("h200", "dra", 4, 0)
    assert [(each["group"], each["count"]) for each in offer["taken_by"]] == [("two", 1), ("web", 3)]
    assert {each["id"]: each for each in named.data("doctor")}["gpus"]["summary"] == "h200:4 (dra)"
