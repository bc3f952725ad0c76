"""The JSON Schema and the model say the same; test_round_trip.py tries drawn groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from scaling_group.errors import InvalidInput
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.schema import group_schema
from scaling_group.spec.written import short

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}
SCHEMA = group_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
EVERY_FIELD = Path(__file__).parents[2] / "golden" / "spec" / "every-field.yaml"


def problems(**fields: Any) -> list[str]:
    return [".".join(map(str, error.path)) for error in VALIDATOR.iter_errors({**BASE, **fields})]


def test_it_is_a_schema_of_its_dialect():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


def test_it_has_the_fields_of_the_model():
    assert SCHEMA["properties"].keys() == GroupSpec.model_fields.keys()
    assert SCHEMA["required"] == [
        name for name, field in GroupSpec.model_fields.items() if field.is_required()
    ]
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize("field", GroupSpec.model_fields)
def test_a_field_has_the_description_and_default_of_the_model(field):
    described = SCHEMA["properties"][field]
    model = GroupSpec.model_fields[field]

    assert described["description"] == model.description
    assert described["description"].endswith(".")
    if model.is_required():
        assert "default" not in described
    else:
        default = model.get_default(call_default_factory=True)
        assert described.get("default", short(default)) == short(default)


def test_the_group_with_every_field_is_legal():
    VALIDATOR.validate(yaml.safe_load(EVERY_FIELD.read_text(encoding="utf-8")))


@pytest.mark.parametrize("field", ["imge", "volumes", "Image", ""])
def test_an_unknown_field_is_refused(field):
    [error] = VALIDATOR.iter_errors({**BASE, field: "x"})

    assert error.validator == "additionalProperties"


@pytest.mark.parametrize("field", BASE)
def test_a_required_field_is_required(field):
    [error] = VALIDATOR.iter_errors({key: value for key, value in BASE.items() if key != field})

    assert (error.validator, error.message) == ("required", f"{field!r} is a required property")


TEXTS = ["image", "name", "readiness", "liveness", "startup", "route", "protocol", "service"]
OPTIONAL_TEXTS = [
    "cpu",
    "memory",
    "gpu",
    "shm_size",
    "service_account",
    "priority_class",
    "disruptions",
    "architecture",
]
NUMBERS = [
    "port",
    "replicas",
    "shutdown_delay",
    "termination_grace",
    "progress_deadline",
    "request_timeout",
    "min_ready",
    "surge",
]
LISTS = ["entrypoint", "not_secret", "env_from", "mounts", "image_pull_secrets", "tolerations", "hostnames"]
MAPPINGS = ["tags", "env", "secret_env", "node_selector", "annotations", "peers"]


def test_every_field_is_of_one_kind():
    # What autoscale is made of, a group that is autoscaled tries; spot is true or false.
    assert sorted(["autoscale", "spot", *TEXTS, *OPTIONAL_TEXTS, *NUMBERS, *LISTS, *MAPPINGS]) == sorted(
        GroupSpec.model_fields
    )


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *((field, bad) for field in TEXTS for bad in (3, True, None, [], {})),
        *((field, bad) for field in OPTIONAL_TEXTS for bad in (-0.5, True, [], {})),
        *((field, bad) for field in NUMBERS for bad in (-1, 1.5, True, 2**31, [], {})),
        *((field, bad) for field in LISTS for bad in ("x", 3, True, {}, [3], [None])),
        *(
            (field, bad)
            for field in MAPPINGS
            for bad in ("x", 3, True, [], {"a": 3}, {"a": None}, {"a": True})
        ),
        *((field, bad) for field in ("port", "progress_deadline") for bad in (0, 65536 * 2)),
        *((field, bad) for field in ("cpu", "memory", "gpu") for bad in (0, -1)),
        *(
            (field, bad)
            for field in ("cpu", "memory", "shm_size")
            for bad in ("8GB", "1 Gi", "", "-1", "4gi")
        ),
        *(("gpu", bad) for bad in ("l4:", ":1", "", "a b", "a:b:1")),
        *(("name", bad) for bad in ("My_Group", "1a", "a-", "a" * 64)),
        *(("shutdown_delay", bad) for bad in ("1d", "5 m", "", "1.5m")),
    ],
)
def test_what_the_schema_refuses_the_model_refuses_too(field, bad):
    assert {path.partition(".")[0] for path in problems(**{field: bad})} == {field}
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, field: bad})
    assert {fault.field.partition(".")[0] for fault in caught.value.faults} == {field}
