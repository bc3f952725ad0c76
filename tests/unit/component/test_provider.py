"""The component for other languages, without the engine: names, numbers, schema."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pulumi
import pytest
from packaging.requirements import Requirement

from scaling_group.component.inputs import InvalidArgs
from scaling_group.component.provider import ScalingGroupProvider, readable
from scaling_group.errors import Fault
from scaling_group.spec.group import GroupSpec
from tests.unit.component.mocked import group, run

ROOT = Path(__file__).parents[3]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
COMPONENT = "scaling-group:index:ScalingGroup"


@pytest.fixture(scope="module")
def provider() -> ScalingGroupProvider:
    return ScalingGroupProvider("1.2.3")


@pytest.fixture
def schema(provider: ScalingGroupProvider) -> dict[str, Any]:
    return json.loads(provider.schema or "")


def mapped(provider: ScalingGroupProvider, inputs: dict[str, Any]) -> dict[str, Any]:
    return dict(provider.map_inputs(inputs, provider._component_defs["ScalingGroup"]))


def test_inputs_get_their_names_in_python(provider):
    given = {
        "image": "a/b:1",
        "shmSize": "1Gi",
        "secretEnv": {"apiKey": "credentials:api-key"},
        "environment": {"id": "abc", "labelDomain": "example.com", "gateway": {"name": "g"}},
    }

    assert mapped(provider, given) == {
        "image": "a/b:1",
        "shm_size": "1Gi",
        "secret_env": {"apiKey": "credentials:api-key"},
        "environment": {"id": "abc", "label_domain": "example.com", "gateway": {"name": "g"}},
    }


def test_what_scales_a_group_gets_its_names_in_python(provider):
    schedule = [{"from": "0 8 * * *", "to": "0 18 * * *", "replicas": 2.0}]
    given = {
        "autoscale": {"max": 8.0, "pods": {"maxWaiting": "5"}, "scaleUp": {"pods": 4.0}, "schedule": schedule}
    }

    # Of what stands in a list, whole numbers are told by the rule itself.
    assert mapped(provider, given) == {
        "autoscale": {"max": 8, "pods": {"maxWaiting": "5"}, "scale_up": {"pods": 4}, "schedule": schedule}
    }


def test_mappings_in_place_of_texts_get_their_names_in_python(provider):
    given = {
        "gpu": {"type": "nvidia-l4", "count": 2.0},
        "mounts": ["pvc:data:/data", {"pvc": "models", "path": "/models", "readOnly": True}],
        "secretEnv": {"apiKey": {"secret": "hf", "key": "token"}, "readOnly": "a:b"},
        "readiness": "tcp",
    }

    assert mapped(provider, given) == {
        "gpu": {"type": "nvidia-l4", "count": 2},
        "mounts": ["pvc:data:/data", {"pvc": "models", "path": "/models", "read_only": True}],
        "secret_env": {"apiKey": {"secret": "hf", "key": "token"}, "readOnly": "a:b"},
        "readiness": "tcp",
    }


def test_a_mapping_that_is_known_later_gets_its_names_too(provider):
    def program():
        mount = {"pvc": "models", "path": "/models", "readOnly": True}
        return group(**mapped(provider, {"mounts": pulumi.Output.from_input([mount])}))

    [deployment] = [r for kind, r in run(program).resources.items() if kind.endswith(":Deployment")]
    [container] = deployment.inputs["spec"]["template"]["spec"]["containers"]
    assert container["volumeMounts"] == [{"name": "pvc-0", "mountPath": "/models", "readOnly": True}]


def test_a_field_with_two_syntaxes_says_both_in_the_schema(schema):
    properties = schema["resources"][COMPONENT]["inputProperties"]

    def either(name):
        return [{"type": "string"}, {"$ref": f"#/types/scaling-group:index:{name}"}]

    assert properties["gpu"]["oneOf"] == either("GpuArgs")
    assert properties["mounts"]["items"]["oneOf"] == either("MountArgs")
    assert properties["secretEnv"]["additionalProperties"]["oneOf"] == either("SecretKeyArgs")
    assert "readOnly" in schema["types"]["scaling-group:index:MountArgs"]["properties"]
    # The analyzer reads it as text alone.
    assert "type" not in properties["gpu"]


def test_what_is_unknown_is_left_for_the_component_to_refuse(provider):
    given = {"replcas": 1, "environment": {"namspace": "a"}}

    assert mapped(provider, given) == given


@pytest.mark.parametrize(("sent", "number"), [(3.0, 3), (0.0, 0), (1.5, 1.5), (8080, 8080)])
def test_whole_numbers_come_as_floats_and_go_on_as_integers(provider, sent, number):
    found = mapped(provider, {"port": sent})["port"]

    assert (found, type(found)) == (number, type(number))


def test_a_number_that_is_known_later_is_a_whole_one_too(provider):
    def program():
        later = mapped(provider, {"replicas": pulumi.Output.from_input(3.0)})["replicas"]
        return group(replicas=later)

    [deployment] = [r for kind, r in run(program).resources.items() if kind.endswith(":Deployment")]
    assert deployment.inputs["spec"]["replicas"] == 3


def test_faults_are_named_as_other_languages_write_the_fields():
    faults = [Fault("secret_env.my_key", "no."), Fault("environment.label_domain", "no either.")]
    error = readable(InvalidArgs("it", faults))

    assert error.message == "it is not valid:\n  secretEnv.my_key: no.\n  environment.labelDomain: no either."
    # With details of its own the engine would print the property's value.
    assert error.errors == []


def test_every_property_has_a_description(schema):
    resource = schema["resources"][COMPONENT]
    types = [kind["properties"] for kind in schema["types"].values()]

    for properties in (resource["properties"], resource["inputProperties"], *types):
        for name, definition in properties.items():
            assert definition.get("description"), name
            assert "\n " not in definition["description"], name


def test_the_inputs_are_the_fields_of_a_group(schema):
    resource = schema["resources"][COMPONENT]
    known = {re.sub(r"_(\w)", lambda found: found[1].upper(), name) for name in GroupSpec.model_fields}

    assert set(resource["inputProperties"]) == known | {"environment", "id"}
    assert resource["requiredInputs"] == ["environment", "image", "port"]


def test_what_shapes_names_and_selectors_is_plain(schema):
    properties = schema["resources"][COMPONENT]["inputProperties"]

    plain = {n for n, d in properties.items() if d.get("plain")}
    # What decides which objects there are must be known; the numbers of autoscale need not.
    assert plain == {"name", "port", "environment", "id", "autoscale", "route", "protocol", "service"}
    scaling = schema["types"]["scaling-group:index:AutoscaleArgs"]["properties"].values()
    assert not any(definition.get("plain") for definition in scaling)
    for name in ("EnvironmentArgs", "GatewayArgs"):
        kind = schema["types"][f"scaling-group:index:{name}"]
        assert all(definition["plain"] for definition in kind["properties"].values())


OUTPUTS = {"groupId", "hostname", "url", "urls", "address", "routeKind", "routeName", "serviceName"}


def test_the_id_of_the_group_does_not_take_the_place_of_a_resources_own(schema):
    resource = schema["resources"][COMPONENT]

    assert set(resource["properties"]) == OUTPUTS == {*resource["required"]}


def test_the_plugin_has_the_version_of_the_package():
    text = (ROOT / "components" / "__main__.py").read_text(encoding="utf-8")

    assert re.search(r'^VERSION = "(.+)"$', text, re.M)[1] == PYPROJECT["project"]["version"]


def test_the_plugin_installs_what_the_package_needs_within_the_same_bounds():
    text = (ROOT / "components" / "requirements.txt").read_text(encoding="utf-8")
    given = [Requirement(line) for line in text.splitlines() if not line.startswith("#")]
    package = {r.name: r for r in map(Requirement, PYPROJECT["project"]["dependencies"])}

    for requirement in given:
        lowest = next(s.version for s in requirement.specifier if s.operator == ">=")
        assert package[requirement.name].specifier.contains(lowest)
        assert str(requirement.specifier).split(",")[0] in str(package[requirement.name].specifier)


def test_the_plugin_needs_no_more_than_it_installs():
    """The rest of the package's dependencies are the command line's."""
    absent = ("click", "filelock", "orjson", "platformdirs", "psutil", "python_socks", "rich")
    program = f"import sys; sys.modules |= dict.fromkeys({absent}); import scaling_group.component.provider"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
