"""The long syntax of values that are usually written as text."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scaling_group.spec.group import GroupSpec
from scaling_group.spec.schema import group_schema
from scaling_group.spec.syntax import syntax_in
from scaling_group.spec.written import short
from tests.unit.spec.fields import faults, spec_with

VALIDATOR = Draft202012Validator(group_schema())
LEGAL: list[tuple[str, Any, Any]] = [
    ("gpu", {"type": "nvidia-l4", "count": 2}, "nvidia-l4:2"),
    ("gpu", {"type": "nvidia-l4"}, "nvidia-l4:1"),
    ("gpu", {"count": 4}, "4"),
    ("readiness", {"http": "/ready", "delay": 10}, "http:/ready,delay=10"),
    ("liveness", {"tcp": True, "period": 5, "failures": 9}, "tcp,failures=9"),
    ("startup", {"grpc": True, "timeout": 2}, "grpc,timeout=2"),
    (
        "mounts",
        [
            {"pvc": "models", "path": "/models/", "read_only": True},
            {"secret": "tls", "path": "/etc/tls"},
            {"configmap": "settings", "path": "/etc/settings"},
            {"empty_dir": "1024Mi", "path": "/scratch"},
            {"empty_dir": "", "path": "/tmp/a"},  # noqa: S108 - in a container
            "pvc:data:/data",
        ],
        [
            "pvc:models:/models:ro",
            "secret:tls:/etc/tls",
            "configmap:settings:/etc/settings",
            "empty-dir:1Gi:/scratch",
            "empty-dir:/tmp/a",
            "pvc:data:/data",
        ],
    ),
    (
        "tolerations",
        [{"key": "a"}, {"key": "b", "value": "", "effect": "NoSchedule"}],
        ["a", "b=:NoSchedule"],
    ),
    ("secret_env", {"TOKEN": {"secret": "hf", "key": "token"}}, {"TOKEN": "hf:token"}),
    ("env_from", [{"secret": "a"}, {"configmap": "b"}], ["secret:a", "configmap:b"]),
    (
        "hostnames",
        [{"host": "api.example.com", "path": "/v1/"}, {"host": "llm.example.com"}],
        ["api.example.com/v1", "llm.example.com"],
    ),
    ("peers", {"A": {"group": "a"}, "B": {"group": "b", "port": 80}}, {"A": "a", "B": "b:80"}),
    ("disruptions", {"max_unavailable": 1}, "max_unavailable=1"),
    ("disruptions", {"max_unavailable": "25%"}, "max_unavailable=25%"),
    ("disruptions", {"max_unavailable": 1.0}, "max_unavailable=1"),
]


@pytest.mark.parametrize(("field", "long", "text"), LEGAL)
def test_a_mapping_is_the_same_as_its_text(field, long, text):
    assert short(getattr(spec_with(**{field: long}), field)) == text
    assert spec_with(**{field: long}) == spec_with(**{field: text})


@pytest.mark.parametrize(("field", "long", "text"), LEGAL)
def test_the_schema_takes_both(field, long, text):
    for value in (long, text):
        VALIDATOR.validate({"image": "a/b:1", "name": "inference", "port": 8080, field: value})


def test_each_field_with_two_syntaxes_is_tried():
    kinds = {name for name, field in GroupSpec.model_fields.items() if syntax_in(field.annotation)}

    assert kinds == {field for field, _, _ in LEGAL}


@pytest.mark.parametrize(
    ("field", "long", "message"),
    [
        ("gpu", {}, "is an empty mapping. Write {type: nvidia-l4, count: 1}."),
        ("gpu", {"type": "l4", "cuont": 1}, "cuont: no such field. Did you mean 'count'? Write {type:"),
        ("gpu", {"type": "l4", "count": 0}, "'l4:0': the count must be a whole number from 1 to 1024."),
        ("gpu", {"type": "a:b"}, "'a:b:1': the count must be a whole number"),
        ("readiness", {"delay": 1}, "name one of http, tcp, grpc. Write {http: /ready, delay: 10"),
        ("readiness", {"http": "/a", "tcp": True}, "name one of http, tcp, grpc."),
        ("readiness", {"http": "ready"}, "'http:ready' names no path. Did you mean http:/ready?"),
        ("readiness", {"http": "/a,delay=3"}, "as text it is 'http:/a,delay=3', which means another one."),
        # As a pod of Kubernetes has it.
        ("readiness", {"httpGet": {"path": "/a", "port": 80}}, "httpGet: no such field."),
        ("readiness", {"httpGet": {"path": "/a", "port": 80}}, "Write {http: /ready, delay: 10"),
        ("mounts.0", {"name": "models", "mountPath": "/a"}, "Write {pvc: models, path: /models"),
        ("mounts.0", {"pvc": "models"}, "path: is required."),
        ("mounts.0", {"pvc": "models", "path": "/a:ro"}, "which means another one."),
        (
            "mounts.0",
            {"secret": "a", "path": "/a", "read_only": False},
            "only a pvc can be read_only or not.",
        ),
        ("mounts.0", {"empty_dir": "1Gib", "path": "/a"}, "'1Gib' is not a quantity. Did you mean 1Gi?"),
        ("tolerations.0", {"key": "a", "effect": "NoSchedul"}, "Did you mean 'NoSchedule'?"),
        ("secret_env.A", {"secretKeyRef": {"name": "a"}}, "Write {secret: credentials, key: api-key}."),
        ("env_from.0", {"secretRef": {"name": "a"}}, "Write {secret: credentials}."),
        ("env_from.0", {"secret": "a", "configmap": "b"}, "name one of secret, configmap."),
    ],
)
def test_a_mapping_that_is_none_is_told_by_its_field_with_the_right_form(field, long, message):
    name, _, item = field.partition(".")
    value = {"": long, "A": {"A": long}}.get(item, [long])

    found = faults(**{name: value})

    assert [*found] == [field]
    assert message in found[field]


@pytest.mark.parametrize("bad", [3.5, True, ["l4"], None])
def test_what_is_neither_text_nor_mapping_is_refused(bad):
    assert faults(tolerations=[bad]) == {
        "tolerations.0": f"must be text, not {bad!r}; put quotes around it.",
    }


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("env", [{"name": "A", "value": "b"}], "write {A: value}."),
        ("secret_env", [{"name": "A", "valueFrom": {}}], "write {A: value}."),
        ("tags", ["a=b"], "must be a mapping, not ['a=b']."),
        ("resources", {"limits": {}}, "no such field. A group says cpu, memory, gpu in its place."),
        ("command", ["python"], "no such field. A group says entrypoint in its place."),
        ("nodeSelector", {}, "no such field. A group says node_selector in its place."),
        ("volumeMounts", [], "no such field. A group says mounts in its place."),
    ],
)
def test_what_is_written_as_in_a_pod_is_told_with_our_form(field, value, message):
    assert message in faults(**{field: value})[field]


def test_a_list_of_variables_is_refused_without_their_values():
    assert "hunter2" not in faults(env=[{"name": "API_KEY", "value": "hunter2"}])["env"]
