"""The Deployment: what restarts pods, what they get, and where they may run."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.manifests.route import routes
from scaling_group.manifests.service import service
from scaling_group.spec.group import environment_spec, group_spec

GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.chalk.ai"}
BASE = {"image": "a/b:1", "name": "inference", "port": 8080}


def inputs(group_id: str = "id-1", environment: dict[str, Any] | None = None, **fields: Any) -> GroupInputs:
    settings = {"id": "abc123", "gateway": GATEWAY, **(environment or {})}
    return GroupInputs(group_id, group_spec({**BASE, **fields}), environment_spec(settings))


def made(**fields: Any) -> dict[str, Any]:
    return deployment(inputs(**fields))["spec"]


def pod(**fields: Any) -> dict[str, Any]:
    return made(**fields)["template"]["spec"]


def resources(**fields: Any) -> dict[str, Any]:
    return pod(**fields)["containers"][0]["resources"]


@pytest.mark.parametrize(
    ("fields", "requests", "limits"),
    [
        ({}, {"cpu": "100m", "memory": "256Mi"}, {"cpu": "1", "memory": "1Gi"}),
        ({"cpu": "4"}, {"cpu": "4", "memory": "256Mi"}, {"cpu": "4", "memory": "1Gi"}),
        ({"memory": "8Gi"}, {"cpu": "100m", "memory": "8Gi"}, {"cpu": "1", "memory": "8Gi"}),
        (
            {"cpu": "0.5", "memory": "1024Mi"},
            {"cpu": "500m", "memory": "1Gi"},
            {"cpu": "500m", "memory": "1Gi"},
        ),
    ],
)
def test_a_given_amount_is_request_and_limit_and_a_missing_one_takes_its_default(fields, requests, limits):
    assert resources(**fields) == {"requests": requests, "limits": limits}


@pytest.mark.parametrize(("gpu", "count"), [("nvidia-l4:2", "2"), ("nvidia-l4", "1"), ("4", "4"), (8, "8")])
def test_gpus_are_request_and_limit_as_text(gpu, count):
    found = resources(gpu=gpu)

    assert found["requests"]["nvidia.com/gpu"] == count
    assert found["limits"]["nvidia.com/gpu"] == count


@pytest.mark.parametrize(
    ("gpu", "selector"),
    [
        ("nvidia-l4:2", {"cloud.google.com/gke-accelerator": "nvidia-l4"}),
        ("nvidia-l4", {"cloud.google.com/gke-accelerator": "nvidia-l4"}),
        ("2", None),
    ],
)
def test_gpu_pods_tolerate_gpu_nodes_and_select_a_type_only_where_one_is_given(gpu, selector):
    found = pod(gpu=gpu)

    assert found["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists"}]
    assert found.get("nodeSelector") == selector


def test_cpu_pods_are_placed_anywhere():
    assert {"tolerations", "nodeSelector"}.isdisjoint(pod())


def test_a_priority_class_is_the_pods():
    assert pod(priority_class="batch-low")["priorityClassName"] == "batch-low"
    assert "priorityClassName" not in pod()


def test_cpu_groups_never_have_fewer_pods_while_they_roll():
    assert made()["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 0, "maxSurge": "25%"},
    }


@pytest.mark.parametrize(
    ("gpu", "taints"),
    [
        ("amd.com/gpu:2", ["amd.com/gpu"]),
        ("nvidia.com/gpu:2", ["nvidia.com/gpu"]),
        ("nvidia.com/mig-1g.10gb:2", ["nvidia.com/gpu", "nvidia.com/mig-1g.10gb"]),
        ("gpu.intel.com/xe:2", ["gpu.intel.com/xe"]),
        ("aws.amazon.com/neuroncore:2", ["aws.amazon.com/neuron", "aws.amazon.com/neuroncore"]),
    ],
)
def test_any_extended_resource_is_requested_with_its_vendors_taint_tolerated(gpu, taints):
    found = pod(gpu=gpu)
    resource = gpu.partition(":")[0]

    assert {key: value for key, value in resources(gpu=gpu)["limits"].items() if "/" in key} == {
        resource: "2"
    }
    assert found["tolerations"] == [{"key": key, "operator": "Exists"} for key in taints]
    assert "nodeSelector" not in found


def test_gpu_groups_need_no_spare_gpu_while_they_roll():
    assert made(gpu="1")["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0},
    }


@pytest.mark.parametrize(
    "change",
    [
        {"group_id": "id-2"},
        {"tags": {"team": "ml"}},
        {"environment": {"label_domain": "example.org"}},
        {"environment": {"namespace": "ml"}},
        {"image": "a/b:2"},
        {"gpu": "1"},
        {"port": 80},
    ],
)
def test_no_change_but_of_the_name_changes_the_selector(change):
    fixed = {"app.kubernetes.io/name": "inference", "app.kubernetes.io/instance": "abc123-inference"}

    assert made(**change)["selector"] == {"matchLabels": fixed}
    assert service(inputs(**change))["spec"]["selector"] == fixed


def test_the_selector_tells_groups_of_one_hostname_apart():
    one = made(environment={"id": "dev"}, name="api-v2")["selector"]["matchLabels"]
    other = made(environment={"id": "dev-api"}, name="v2")["selector"]["matchLabels"]

    assert one["app.kubernetes.io/instance"] == other["app.kubernetes.io/instance"]
    assert one != other


def test_the_selector_selects_the_pods():
    found = made(tags={"team": "ml"})

    assert found["selector"]["matchLabels"].items() <= found["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize("change", [{"replicas": 5}, {"replicas": 0}, {"environment": {"namespace": "ml"}}])
def test_what_does_not_restart_pods(change):
    assert made(**change)["template"] == made()["template"]


@pytest.mark.parametrize(
    "change",
    [
        {"tags": {"team": "ml"}},
        {"image": "a/b:2"},
        {"port": 80},
        {"cpu": "2"},
        {"memory": "2Gi"},
        {"gpu": "1"},
        {"entrypoint": ["run"]},
    ],
)
def test_what_restarts_pods(change):
    assert made(**change)["template"] != made()["template"]


def test_annotations_are_on_the_deployment_alone():
    found = deployment(inputs(), {"chalk.ai/record": "{}"})

    assert found["metadata"]["annotations"] == {"chalk.ai/record": "{}"}
    assert "annotations" not in found["spec"]["template"]["metadata"]
    assert "annotations" not in service(inputs())["metadata"]
    assert "annotations" not in routes(inputs())[0]["metadata"]
    assert "annotations" not in deployment(inputs())["metadata"]


def test_the_record_is_no_part_of_the_template():
    one = deployment(inputs(), {"chalk.ai/record": "1"})
    two = deployment(inputs(), {"chalk.ai/record": "2"})

    assert one["spec"] == two["spec"]


def test_an_entrypoint_is_the_command_and_without_one_the_image_decides():
    assert pod(entrypoint=["python", "-m", "server"])["containers"][0]["command"] == [
        "python",
        "-m",
        "server",
    ]
    assert {"command", "args"}.isdisjoint(pod()["containers"][0])


def test_pods_are_hardened_and_see_no_variables_of_other_services():
    found = pod()

    assert found["automountServiceAccountToken"] is False
    assert found["enableServiceLinks"] is False
    assert found["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}
    assert found["containers"][0]["securityContext"] == {"allowPrivilegeEscalation": False}


def test_a_pod_is_told_to_stop_only_after_clients_have_heard():
    found = pod()
    drain = found["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert drain == 10
    assert found["terminationGracePeriodSeconds"] == drain + 30


def test_spreading_over_nodes_never_keeps_a_pod_from_running():
    (spread,) = pod()["topologySpreadConstraints"]

    assert spread["whenUnsatisfiable"] == "ScheduleAnyway"
    assert spread["labelSelector"] == made()["selector"]


def test_the_port_is_listened_on_probed_served_and_routed_to():
    group = inputs(port=8000)
    container = deployment(group)["spec"]["template"]["spec"]["containers"][0]
    (served,) = service(group)["spec"]["ports"]
    (rule,) = routes(group)[0]["spec"]["rules"]

    assert container["ports"][0]["containerPort"] == 8000
    assert container["readinessProbe"]["tcpSocket"]["port"] == 8000
    assert (served["port"], served["targetPort"]) == (8000, 8000)
    assert rule["backendRefs"][0]["port"] == 8000
