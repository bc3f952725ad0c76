"""Warnings: legal, but likely not intended."""

from __future__ import annotations

import pytest

from scaling_group.spec.group import group_spec
from scaling_group.spec.warnings import ended_early, warnings_of

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
        {"entrypoint": ["[", "-f", "/x", "]"]},
        {"startup": "http:/health,period=10,failures=60"},
        {"startup": "http:/health,period=10,failures=200", "progress_deadline": 2000},
    ],
)
def test_nothing_to_say(fields):
    assert warnings(**fields) == ()


@pytest.mark.parametrize(
    ("gpu", "label", "told"),
    [
        (
            "amd.com/gpu",
            "nvidia.com/gpu.product",
            "amd.com/gpu is of another vendor than nodes with the label",
        ),
        ("1", "amd.com/gpu.product-name", "nvidia.com/gpu is of another vendor than nodes with the label"),
        ("1", "nvidia.com/gpu.product", ""),
        ("example.com/gpu", "nvidia.com/gpu.product", ""),
        ("claim_template=a", "amd.com/gpu.product-name", ""),
    ],
)
def test_gpus_of_one_vendor_on_nodes_of_another(gpu, label, told):
    found = warnings(gpu=gpu, memory="8Gi", node_selector={label: "x"})

    assert found == ((f"{told} {label}: none has both",) if told else ())


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


@pytest.mark.parametrize(
    ("entrypoint", "said"),
    [
        (
            ["python -m server --port 8080"],
            "the entrypoint is one argument with blanks: the container looks for a program of the name "
            "'python -m server --port 8080'; write --entrypoint=python,-m,server,--port,8080",
        ),
        (
            ["sh -c 'echo a,b'"],
            "the entrypoint is one argument with blanks: the container looks for a program of the name "
            '"sh -c \'echo a,b\'"; write --entrypoint=sh,-c,"echo a,b"',
        ),
        (
            ["it's one"],
            "the entrypoint is one argument with blanks: the container looks for a program of the name "
            "\"it's one\"; write --entrypoint=it's,one",
        ),
        (
            ['["vllm"', ' "serve"]'],
            "the entrypoint is a JSON array as text: the container looks for a program of the name "
            "'[\"vllm\"'; write --entrypoint=vllm,serve",
        ),
        (
            ['["vllm"]'],
            "the entrypoint is a JSON array as text: the container looks for a program of the name "
            "'[\"vllm\"]'; write --entrypoint=vllm",
        ),
    ],
)
def test_a_command_line_in_one_argument(entrypoint, said):
    assert warnings(entrypoint=entrypoint) == (said,)


@pytest.mark.parametrize(
    ("fields", "deadline"),
    [({}, 600), ({"progress_deadline": 1999}, 1999)],
)
def test_a_start_that_takes_longer_than_the_deadline_of_its_rollout(fields, deadline):
    assert warnings(startup="http:/health,period=10,failures=200", **fields) == (
        f"a pod may take 2000 s to start, but a rollout fails after {deadline} s without progress; "
        "set --progress-deadline=2030s or a shorter --startup",
    )


def test_a_request_that_may_outlive_its_pod():
    assert warnings(request_timeout="10m") == (
        "a request may take 600 s, but a Pod that is told to stop is killed after 40 s; "
        "set --termination-grace=611s or a shorter --request-timeout",
    )
    assert warnings(request_timeout="10m", termination_grace="611s") == ()
    assert warnings(request_timeout="20s") == warnings(request_timeout="0") == ()


@pytest.mark.parametrize(("timeout", "warned"), [(299.0, True), (300.0, False), (None, False)])
def test_a_wait_that_ends_before_a_pod_has_to_have_started(timeout, warned):
    spec = group_spec({**BASE, "startup": "http:/health,period=10,failures=30"})
    said = "a pod may take 300 s to start, but the wait ends after 299 s; set --timeout=300s"

    assert ended_early(spec, timeout) == (said if warned else "")


def test_all_of_them_together():
    found = warnings(image="a", gpu=1, replicas=0, entrypoint=["a", "--port", "1"])

    assert len(found) == 4
