"""What the component registers: the builders' objects as its children, and its outputs."""

from __future__ import annotations

import json
import uuid

import pulumi
import pytest

from scaling_group import naming
from scaling_group.component import KubernetesObject, ScalingGroup
from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.group import record_text
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.manifests.route import routes
from scaling_group.manifests.service import service
from scaling_group.records import Action, Record
from scaling_group.spec.group import environment_spec, group_spec
from tests.unit.component.mocked import (
    BASE,
    COMPONENT,
    DEPLOYMENT,
    ENVIRONMENT,
    GATEWAY,
    ROUTE,
    SERVICE,
    Run,
    group,
    run,
)

FULL = {
    "replicas": 3,
    "cpu": "0.5",
    "memory": "1024Mi",
    "gpu": "nvidia-l4:2",
    "tags": {"team": "ml"},
    "entrypoint": ["python", "-m", "server"],
}
ID = naming.computed_id("acme", "platform", "prod", "abc123", "inference")
RECORD = Record.model_validate(
    {
        "id": "0b3f9b1e",
        "spec": {key: BASE[key] for key in ("image", "name", "port")},
        "environment": ENVIRONMENT,
        "revision": 4,
        "actor": "ada@host",
    }
)


def annotations(made: Run) -> dict[str, str]:
    return made.inputs(DEPLOYMENT)["metadata"]["annotations"]


def test_a_group_is_a_component_with_three_children():
    made = run(group)

    assert sorted(made.resources) == sorted([COMPONENT, DEPLOYMENT, SERVICE, ROUTE])
    assert {name: urn.split("::", 2)[2] for name, urn in made.urns.items()} == {
        "deployment": f"{COMPONENT}${DEPLOYMENT}::inference",
        "service": f"{COMPONENT}${SERVICE}::inference",
        "route": f"{COMPONENT}${ROUTE}::inference",
    }


def test_children_stay_in_the_component_when_the_caller_gives_a_parent():
    class Platform(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("example:index:Platform", "platform")

    made = run(lambda: group(opts=pulumi.ResourceOptions(parent=Platform())))

    assert len(made.urns) == 3
    assert [urn for urn in made.urns.values() if f"{COMPONENT}$kubernetes:" not in urn] == []


@pytest.mark.parametrize("fields", [{}, FULL], ids=["plain", "full"])
def test_children_get_what_the_builders_make(fields):
    made = run(lambda: group(**fields))

    spec = group_spec({key: BASE[key] for key in ("image", "name", "port")} | fields)
    inputs = GroupInputs(ID, spec, environment_spec(ENVIRONMENT))
    for kind, manifest in (
        (DEPLOYMENT, deployment(inputs, annotations(made))),
        (SERVICE, service(inputs, {"pulumi.com/skipAwait": "true"})),
        (ROUTE, routes(inputs)[0]),
    ):
        assert made.inputs(kind) == json.loads(json.dumps(manifest))


def test_the_outputs_of_a_group():
    assert run(group).outputs == {
        "id": ID,
        "hostname": "abc123-inference.gw.example.com",
        "url": "https://abc123-inference.gw.example.com",
        "address": "inference.default.svc:8080",
        "route_kind": "HTTPRoute",
        "route_name": "inference",
        "service_name": "inference",
    }


def test_a_program_states_the_kind_of_its_route_and_what_its_gateway_needs():
    gateway = {**GATEWAY, "grpc_routes": True, "http_section": "web", "gke_policies": True}
    behind = {"environment": {**ENVIRONMENT, "gateway": gateway}}
    made = run(lambda: group(protocol="grpc", readiness="grpc", **behind))

    kinds = {kind.rpartition(":")[2] for kind in made.resources}
    assert kinds == {"ScalingGroup", "Deployment", "Service", "GRPCRoute", "HTTPRoute", "HealthCheckPolicy"}
    assert made.outputs["route_kind"] == "GRPCRoute"
    assert made.resources[ROUTE].name == "inference-redirect"
    assert made.inputs(SERVICE)["spec"]["ports"][0]["appProtocol"] == "kubernetes.io/h2c"

    with pytest.raises(pulumi.RunError, match="request_timeout: a GRPCRoute has no timeouts"):
        run(lambda: group(protocol="grpc", request_timeout=5, **behind))


def test_fields_that_came_later_are_not_in_the_record_of_a_group_without_them():
    """A group that was made before them goes on in place: its record would be a change of its Deployment."""
    record = run(group).inputs(COMPONENT)["record"]

    assert record["environment"].keys() == {"id", "namespace", "gateway", "label_domain"}
    assert record["environment"]["gateway"].keys() == {"name", "namespace", "section", "domain"}


def test_a_timeout_may_be_an_output():
    made = run(lambda: group(request_timeout=pulumi.Output.from_input(30)))

    [rule] = made.inputs(ROUTE)["spec"]["rules"]
    assert rule["timeouts"] == {"request": "30s", "backendRequest": "30s"}


def test_the_computed_id_is_the_same_at_every_run_and_a_uuid():
    first, second = run(group).outputs["id"], run(group).outputs["id"]

    assert first == second == str(uuid.UUID(first))


def test_the_computed_id_does_not_depend_on_what_may_change():
    assert run(lambda: group(image="a/b:2", replicas=5, tags={"a": "b"})).outputs["id"] == ID


def test_a_given_id_is_used():
    made = run(lambda: group(id="my-id"))

    assert made.outputs["id"] == "my-id"
    assert made.inputs(SERVICE)["metadata"]["labels"]["chalk.ai/scaling-group"] == "my-id"


def test_the_name_is_the_resources_name_by_default():
    made = run(lambda: group("shop", name=None))

    assert made.inputs(DEPLOYMENT)["metadata"]["name"] == "shop"
    assert made.outputs["hostname"] == "abc123-shop.gw.example.com"


def test_a_name_of_its_own_names_the_objects():
    assert run(lambda: group("some-resource")).inputs(ROUTE)["metadata"]["name"] == "inference"


def test_a_plain_program_records_nothing_that_changes_from_run_to_run():
    made = run(lambda: group(tags={"team": "ml"}))

    kept = made.inputs(COMPONENT)["record"]
    assert set(kept) == {"id", "spec", "environment", "source"}
    assert kept["source"] == "platform/prod"
    assert json.loads(annotations(made)["chalk.ai/record"]) == kept
    record = Record.model_validate(kept)
    assert (record.id, record.spec.tags, record.revision) == (ID, {"team": "ml"}, 0)


def test_a_plain_program_keeps_the_engines_own_wait():
    assert list(annotations(run(group))) == ["chalk.ai/record"]


def test_the_command_line_keeps_its_record_and_waits_by_itself():
    made = run(
        lambda: ScalingGroup("inference", {**BASE, "id": RECORD.id}, record=RECORD, by_command_line=True)
    )

    assert made.inputs(COMPONENT)["record"] == RECORD.to_config()
    found = annotations(made)
    assert json.loads(found.pop("chalk.ai/record")) == RECORD.to_config()
    assert found == {
        "pulumi.com/skipAwait": "true",
        "pulumi.com/patchForce": "true",
        "pulumi.com/deletionPropagationPolicy": "background",
    }


@pytest.mark.parametrize(
    ("action", "forced"),
    [(Action.CREATE, False), (Action.RESTORE, False), (Action.UPDATE, True), (Action.ROLLBACK, True)],
)
def test_only_objects_that_are_the_groups_own_already_are_taken_back_by_force(action, forced):
    record = RECORD.with_(action=action)
    made = run(
        lambda: ScalingGroup("inference", {**BASE, "id": RECORD.id}, record=record, by_command_line=True)
    )

    assert ("pulumi.com/patchForce" in annotations(made)) is forced


def test_only_the_deployment_carries_the_record():
    made = run(
        lambda: ScalingGroup("inference", {**BASE, "id": RECORD.id}, record=RECORD, by_command_line=True)
    )

    background = {"pulumi.com/deletionPropagationPolicy": "background"}
    assert made.inputs(ROUTE)["metadata"]["annotations"] == background
    assert made.inputs(SERVICE)["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true", **background}


@pytest.mark.parametrize("by_command_line", [True, False])
def test_the_state_of_the_service_is_what_the_api_server_answers_and_not_what_a_watch_knows(by_command_line):
    made = run(lambda: ScalingGroup("inference", {**BASE, "id": RECORD.id}, by_command_line=by_command_line))

    assert made.inputs(SERVICE)["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"


def test_a_field_that_is_none_is_a_field_left_out():
    args = {**BASE, "cpu": None, "gpu": None}

    assert run(lambda: ScalingGroup("inference", args)).inputs(DEPLOYMENT) == run(group).inputs(DEPLOYMENT)


def test_the_record_is_written_as_the_bound_of_a_group_counts_it():
    """Escapes would make a legal group's annotation larger than the API server takes."""
    made = run(lambda: group(env={"GREETING": "grüße"}))

    text = annotations(made)["chalk.ai/record"]
    assert "grüße" in text
    assert len(text) <= len(record_text(made.inputs(COMPONENT)["record"]))


def test_the_objects_of_a_group_are_attributes_with_their_metadata_and_spec():
    found: dict[str, object] = {}

    def program() -> ScalingGroup:
        made = group(replicas=3)
        for name in ("deployment", "service", "route"):
            held = getattr(made, name)
            assert isinstance(held, KubernetesObject)
            held.metadata.apply(lambda metadata, name=name: found.update({name: metadata["name"]}))
        made.deployment.spec.apply(lambda spec: found.update(replicas=spec["replicas"]))
        return made

    run(program)

    assert found == {
        "deployment": "inference",
        "service": "inference",
        "route": "inference",
        "replicas": 3,
    }


def test_a_private_group_has_no_route_and_no_url():
    made: list[ScalingGroup] = []

    def program() -> ScalingGroup:
        made.append(group(route="private", service="cluster-ip", disruptions={"max_unavailable": 1}))
        return made[0]

    found = run(program)

    assert (found.outputs["url"], found.outputs["hostname"]) == ("", "")
    assert found.outputs["address"] == "inference-cluster-ip.default.svc:8080"
    assert not hasattr(made[0], "route")
    assert made[0].cluster_ip_service
    assert made[0].disruption_budget
