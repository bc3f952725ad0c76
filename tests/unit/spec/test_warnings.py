"""What is legal and nearly always wrong."""

from __future__ import annotations

import pytest

from scaling_group.spec.group import group_spec
from scaling_group.spec.warnings import warnings_of

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}


def warnings(**fields: object) -> tuple[str, ...]:
    return warnings_of(group_spec({**BASE, **fields}))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"gpu": "nvidia-l4:1", "memory": "32Gi"},
        {"image": "a@sha256:" + "0" * 64},
        {"image": "registry:5000/a:v1"},
        {"image": "a:latest@sha256:" + "0" * 64},
        {"image": "a:latest-2"},
        {"entrypoint": ["server", "--port", "8080"]},
        {"entrypoint": ["server", "--port=8080"]},
        {"entrypoint": ["server", "--bind", "0.0.0.0:8080"]},
        {"entrypoint": ["server", "--port", "8080", "--metrics-port", "9090"]},
        {"entrypoint": ["server", "--ports", "1-3"]},
        {"entrypoint": ["server", "--image", "a:v1", "--time", "12"]},
        {"entrypoint": ["sh", "-c", "exec server --port $PORT"]},
    ],
)
def test_nothing_to_say(fields):
    assert warnings(**fields) == ()


def test_a_gpu_group_with_the_default_memory():
    assert warnings(gpu="nvidia-l4") == (
        "a GPU group (nvidia-l4:1) with the default memory limit of 1Gi is killed as soon as it loads a "
        "model; set --memory",
    )


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ("a", "no tag, which means latest"),
        ("registry:5000/a", "no tag, which means latest"),
        ("a:latest", "the tag latest"),
        ("registry:5000/a:latest", "the tag latest"),
    ],
)
def test_a_tag_that_moves(image, said):
    assert warnings(image=image) == (
        f"{image} has {said}: replicas can run different images; name a version or a digest",
    )


def test_no_replicas():
    assert warnings(replicas=0) == ("0 replicas: the URL answers 503 until there are some",)


@pytest.mark.parametrize(
    ("entrypoint", "ports"),
    [
        (["server", "--port", "80"], "80"),
        (["server", "--port=80"], "80"),
        (["server", "--http-port=80"], "80"),
        (["server", "--http_port", "80"], "80"),
        (["server", "--bind", "0.0.0.0:80"], "80"),
        (["server", "--bind", "[::]:80"], "80"),
        (["server", "--port", "9000", "--bind=127.0.0.1:81"], "81, 9000"),
        (["sh", "-c", "exec server --port 80"], "80"),
    ],
)
def test_another_port_in_the_entrypoint(entrypoint, ports):
    assert warnings(entrypoint=entrypoint) == (
        f"the entrypoint names port {ports}, and requests go to port 8080",
    )


def test_all_of_them_together():
    found = warnings(image="a", gpu=1, replicas=0, entrypoint=["a", "--port", "1"])

    assert len(found) == 4
