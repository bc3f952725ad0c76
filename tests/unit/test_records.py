"""The record survives every round trip: as configuration, as JSON text, as the annotation."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import orjson
import pytest
import yaml
from pydantic import ValidationError

from scaling_group.records import Record, Status, now
from scaling_group.spec.group import GroupSpec

ENVIRONMENT = {
    "id": "abc123",
    "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"},
}
PLAIN = {"spec": {"image": "a/b:1", "name": "inference", "port": 8080}, "environment": ENVIRONMENT}
FULL = {
    "id": "0b3f9b1e-1111-4222-8333-444455556666",
    "spec": {
        "image": "my-registry/llm-serving:v3",
        "name": "llm-inference",
        "port": 8080,
        "replicas": 0,
        "cpu": "8",
        "memory": "32Gi",
        "gpu": "nvidia-l4:1",
        "tags": {"model": "llama3", "team": "ml-platform", "empty": ""},
        "entrypoint": ["python", "-m", "vllm", ""],
        "env": {"MODE": "prod", "EMPTY": "", "NOT_A_TOKEN": "x"},
        "not_secret": ["NOT_A_TOKEN"],
        "secret_env": {"API_TOKEN": "credentials:token"},
        "env_from": ["secret:more", "configmap:settings"],
        "mounts": ["pvc:models:/models:ro", "empty-dir:1Gi:/cache"],
        "shm_size": "2Gi",
        "readiness": "http:/ready,period=3",
        "liveness": "tcp",
        "startup": "grpc",
        "shutdown_delay": 0,
        "termination_grace": 60,
        "progress_deadline": 1200,
        "service_account": "robot",
        "priority_class": "high",
        "image_pull_secrets": ["registry"],
        "node_selector": {"disk": "ssd"},
        "tolerations": ["dedicated=ml:NoSchedule"],
        "surge": 1,
        "spot": True,
        "architecture": "arm64",
        "annotations": {"example.com/note": "x"},
        "hostnames": ["llm.example.com", "api.example.com/v1"],
        "protocol": "grpc",
        "request_timeout": 0,
        "service": "cluster-ip",
        "peers": {"EMBEDDINGS": "embeddings:9000"},
        "disruptions": "max_unavailable=25%",
        "min_ready": 20,
    },
    "backend": "s3://states?region=eu-west-1",
    "adopted": 2,
    "environment": {
        "id": "abc123",
        "namespace": "ml",
        "label_domain": "example.org",
        "gateway": {
            "name": "gateway",
            "namespace": "gateway-system",
            "section": "tls",
            "domain": "gw.example.com",
        },
    },
    "source": "platform/prod",
    "cluster": "5d0f4f0e-aaaa-bbbb-cccc-000011112222",
    "revision": 7,
    "created": "2026-01-02T03:04:05Z",
    "updated": "2026-02-03T04:05:06Z",
    "deleted": "2026-03-04T05:06:07Z",
    "action": "create",
    "actor": "ada@workstation",
    "message": "more memory",
    "last_available": 6,
    "scaled_by_others": True,
    "interrupted": [
        {"revision": 5, "action": "update", "time": "2026-02-01T00:00:00Z", "actor": "ada@workstation"}
    ],
}


@pytest.mark.parametrize("given", [PLAIN, FULL], ids=["plain", "full"])
@pytest.mark.parametrize(
    "through",
    [
        lambda config: config,
        lambda config: json.loads(json.dumps(config)),
        lambda config: orjson.loads(orjson.dumps(config)),
        lambda config: yaml.safe_load(yaml.safe_dump(config)),
    ],
    ids=["as it is", "json", "orjson", "yaml"],
)
def test_a_record_survives_the_round_trip(given, through):
    record = Record.model_validate(given)

    assert Record.model_validate(through(record.to_config())) == record


def test_a_full_record_is_written_as_it_was_given():
    assert Record.model_validate(FULL).to_config() == FULL


def test_every_field_is_in_the_round_trip_above_and_differs_from_its_default():
    assert set(FULL) == {field.serialization_alias or name for name, field in Record.model_fields.items()}
    spec, plain = Record.model_validate(FULL).spec, Record.model_validate(PLAIN).spec
    same = {field for field in GroupSpec.model_fields if getattr(spec, field) == getattr(plain, field)}
    # A group that is autoscaled has no number of replicas, and a private one no hostnames.
    assert same == {"port", "autoscale", "route"}


def test_defaults_in_force_stay_in_and_unset_fields_stay_out():
    assert Record.model_validate(PLAIN).to_config() == {
        "spec": {
            "image": "a/b:1",
            "name": "inference",
            "port": 8080,
            "replicas": 1,
            "readiness": "tcp",
            "liveness": "none",
            "startup": "none",
            "shutdown_delay": 10,
        },
        "environment": {
            "id": "abc123",
            "namespace": "default",
            "label_domain": "chalk.ai",
            "gateway": {
                "name": "gateway",
                "namespace": "gateway-system",
                "section": "https",
                "domain": "gw.example.com",
            },
        },
    }


def test_zero_replicas_are_not_taken_for_unset():
    spec = {**PLAIN["spec"], "replicas": 0}

    assert Record.model_validate({**PLAIN, "spec": spec}).to_config()["spec"]["replicas"] == 0


def test_what_a_record_derives():
    record = Record.model_validate(FULL)

    assert record.name == "llm-inference"
    assert record.stack == "abc123.llm-inference"
    assert record.url == "https://abc123-llm-inference.gw.example.com"
    assert record.address == "llm-inference-cluster-ip.ml.svc:8080"


def test_a_changed_copy_leaves_the_original():
    record = Record.model_validate(FULL)

    changed = record.with_(revision=8)

    assert (record.revision, changed.revision) == (7, 8)
    assert changed.with_(revision=7) == record


def test_an_unknown_field_is_refused():
    with pytest.raises(ValidationError):
        Record.model_validate({**PLAIN, "note": "x"})


def test_times_are_utc_to_the_second():
    time = now()

    assert time.tzinfo is UTC
    assert time.microsecond == 0
    assert Record.model_validate(FULL).created == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_statuses_are_pinned():
    assert [status.value for status in Status] == [
        "Pending",
        "Updating",
        "Available",
        "Degraded",
        "ScaledToZero",
        "Failed",
        "Deleted",
        "Unknown",
    ]
