"""What the three objects share, the Service and the HTTPRoute."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.group import objects
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.manifests.owned import ObjectRef, owned_objects
from scaling_group.manifests.route import routes
from scaling_group.manifests.service import H2C, service
from scaling_group.manifests.timeouts import gateway_time
from scaling_group.rollout.drift import key_of
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import environment_spec, group_spec
from tests.strategies import groups

SPEC = group_spec(
    {"image": "a/b:1", "name": "inference", "port": 8080, "tags": {"team": "ml", "Version": "2.1"}}
)
ENVIRONMENT = environment_spec(
    {
        "id": "abc123",
        "namespace": "serving",
        "label_domain": "example.org",
        "gateway": {
            "name": "public",
            "namespace": "gateways",
            "section": "tls",
            "domain": "gw.chalk.ai",
        },
    }
)
GROUP = GroupInputs("0b3f9b1e", SPEC, ENVIRONMENT)
LABELS = {
    "app.kubernetes.io/name": "inference",
    "app.kubernetes.io/instance": "abc123-inference",
    "app.kubernetes.io/managed-by": "scaling-group",
    "example.org/environment": "abc123",
    "example.org/scaling-group": "0b3f9b1e",
    "example.org/tag-team": "ml",
    "example.org/tag-Version": "2.1",
}


@pytest.mark.parametrize("build", [deployment, service, lambda group: routes(group)[0]])
def test_every_object_has_explicit_name_namespace_and_all_labels(build):
    assert build(GROUP)["metadata"] == {"name": "inference", "namespace": "serving", "labels": LABELS}


def test_pods_have_all_labels():
    assert deployment(GROUP)["spec"]["template"]["metadata"] == {"labels": LABELS}


def test_the_service_is_headless():
    found = service(GROUP)

    assert (found["apiVersion"], found["kind"]) == ("v1", "Service")
    assert found["spec"]["clusterIP"] == "None"


def test_the_route_takes_the_hostname_on_the_https_listener():
    [found] = routes(GROUP)

    assert (found["apiVersion"], found["kind"]) == ("gateway.networking.k8s.io/v1", "HTTPRoute")
    assert found["spec"]["hostnames"] == ["abc123-inference.gw.chalk.ai"]
    assert found["spec"]["parentRefs"] == [
        {
            "group": "gateway.networking.k8s.io",
            "kind": "Gateway",
            "name": "public",
            "namespace": "gateways",
            "sectionName": "tls",
        }
    ]


def test_the_route_sends_everything_to_the_service():
    (rule,) = routes(GROUP)[0]["spec"]["rules"]

    assert rule["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
    (backend,) = rule["backendRefs"]
    assert (backend["kind"], backend["name"], backend["port"]) == ("Service", "inference", 8080)


#: What an API server refuses to change, or the engine's provider replaces an object for.
IMMUTABLE = {
    "Deployment": ("apiVersion", "metadata.name", "metadata.namespace", "spec.selector"),
    "Service": (
        *("apiVersion", "metadata.name", "metadata.namespace"),
        *("spec.clusterIP", "spec.type", "spec.ipFamilies", "spec.ipFamilyPolicy"),
    ),
    "HTTPRoute": ("apiVersion", "metadata.name", "metadata.namespace"),
}


@given(groups())
def test_no_change_of_a_spec_can_replace_an_object(values):
    """What each group has in common with the plainest has every other one too."""
    plainest = {"image": "a", "port": 1}
    old, new = (
        objects(group_spec({**each, "name": "inference"}), ENVIRONMENT, "0b3f9b1e", {})
        for each in (plainest, values)
    )
    # What a group has beyond them comes and goes, and the route of a private one; the others stay.
    after = {key_of(each): each for each in new}
    kept = [each for each in old if each["kind"] != "HTTPRoute" or "HTTPRoute" in after]
    assert len(kept) >= 2
    for one in kept:
        for path in IMMUTABLE[one["kind"]]:
            assert at(one, path) == at(after[key_of(one)], path)


def at(manifest, path):
    for key in path.split("."):
        manifest = manifest.get(key, {})
    return manifest


def behind(**fields: Any) -> EnvironmentSpec:
    gateway = ENVIRONMENT.required_gateway.model_copy(update=fields)
    return ENVIRONMENT.model_copy(update={"gateway": gateway})


def made(environment: EnvironmentSpec = ENVIRONMENT, **fields: Any) -> dict[str, Any]:
    """Return the specs of a group's objects by kind and name."""
    found = objects(SPEC.model_copy(update=fields), environment, "id", {})
    return {f"{each['kind']}/{each['metadata']['name']}": each["spec"] for each in found}


@pytest.mark.parametrize(("protocol", "said"), [("http", None), ("h2c", H2C), ("grpc", H2C)])
def test_the_port_says_what_the_pods_speak_beyond_http1(protocol: str, said: str | None):
    [port] = made(protocol=protocol)["Service/inference"]["ports"]

    assert port.get("appProtocol") == said


def test_a_timeout_is_one_for_the_request_and_for_each_try():
    [rule] = made(request_timeout=90)["HTTPRoute/inference"]["rules"]

    assert rule["timeouts"] == {"request": "90s", "backendRequest": "90s"}
    assert gateway_time(0) == "0s"
    assert gateway_time(100_001) == "1666m41s"
    assert "timeouts" not in made()["HTTPRoute/inference"]["rules"][0]
    assert (
        "timeouts"
        not in made(behind(gke_policies=True), request_timeout=90)["HTTPRoute/inference"]["rules"][0]
    )


def test_a_grpcroute_stands_in_the_place_of_the_own_httproute():
    """What it has beside its kind is the same: host, listener, Service."""
    http, grpc = made(protocol="grpc"), made(behind(grpc_routes=True), protocol="grpc")

    assert "HTTPRoute/inference" not in grpc
    old, new = http["HTTPRoute/inference"], grpc["GRPCRoute/inference"]
    assert {**new, "rules": old["rules"]} == old
    assert new["rules"] == [{"backendRefs": old["rules"][0]["backendRefs"]}]
    assert made(behind(grpc_routes=True), protocol="h2c") == made(protocol="h2c")


def test_a_listener_for_http_gets_a_route_that_redirects():
    found = made(behind(http_section="web"))
    [parent] = found["HTTPRoute/inference-redirect"]["parentRefs"]
    [rule] = found["HTTPRoute/inference-redirect"]["rules"]

    assert (parent["name"], parent["sectionName"]) == ("public", "web")
    assert rule["filters"][0]["requestRedirect"] == {"scheme": "https", "statusCode": 301}
    assert found["HTTPRoute/inference-redirect"]["hostnames"] == found["HTTPRoute/inference"]["hostnames"]
    assert made(behind(http_section="web", gke_policies=True), route="private").keys() == {
        "Deployment/inference",
        "Service/inference",
    }


@pytest.mark.parametrize(
    "gateway", [{}, {"grpc_routes": True}, {"http_section": "web", "gke_policies": True}]
)
@pytest.mark.parametrize("fields", [{}, {"protocol": "grpc", "request_timeout": 5}, {"route": "private"}])
def test_what_a_group_owns_is_what_is_made(gateway: dict[str, Any], fields: dict[str, Any]):
    spec, environment = SPEC.model_copy(update=fields), behind(**gateway)

    owned = [f"{kind}/{name}" for kind, name in owned_objects(spec, environment)]
    assert owned == list(made(environment, **fields))


PATHS = {
    "hostnames": ["api.example.com", "chat.example.com/v1", "b.example.com/v1", "api.example.com/v1/chat"]
}


def test_each_other_path_has_a_route_of_its_own_since_hostnames_are_those_of_all_rules():
    group = GroupInputs(
        "0b3f9b1e", group_spec({"image": "a", "name": "llm", "port": 1, **PATHS}), ENVIRONMENT
    )

    own, longest, shorter = routes(group)

    assert own["spec"]["hostnames"] == [
        f"{ENVIRONMENT.id}-llm.{ENVIRONMENT.gateway.domain}",
        "api.example.com",
    ]
    assert longest["spec"]["hostnames"] == ["api.example.com"]
    assert shorter["spec"]["hostnames"] == ["chat.example.com", "b.example.com"]
    values = [each["spec"]["rules"][0]["matches"][0]["path"]["value"] for each in (own, longest, shorter)]
    assert values == ["/", "/v1/chat", "/v1"]
    assert [each["metadata"]["name"] for each in (own, shorter)] == ["llm", "llm-2d234c97"]
    for further in (longest, shorter):
        assert further["metadata"]["labels"] == own["metadata"]["labels"]
        assert further["spec"]["parentRefs"] == own["spec"]["parentRefs"]
        assert further["spec"]["rules"][0]["backendRefs"] == own["spec"]["rules"][0]["backendRefs"]


@given(groups())
def test_what_a_group_owns_is_what_is_made_of_it(values):
    spec = group_spec(values)
    made = [
        ObjectRef(each["kind"], each["metadata"]["name"]) for each in objects(spec, ENVIRONMENT, "id", {})
    ]

    assert owned_objects(spec, ENVIRONMENT) == made
