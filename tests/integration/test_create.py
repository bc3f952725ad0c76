"""Creating groups: what stops it before anything has changed, and what fails afterwards."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.terminal import Terminal, read_until

pytestmark = pytest.mark.integration

FLAGS = ("create", "--name=web", "--image=my-registry/server:v1", "--port=8080")


def untouched(terminal: Terminal) -> None:
    """No stack and no object was made."""
    assert not list(terminal.data_dir.glob("state/.pulumi/stacks/**/*.json"))
    assert terminal.names() == []


def test_every_fault_is_named_by_its_flag_and_nothing_is_made(terminal: Terminal) -> None:
    done = terminal.group(
        "create",
        "--image=registry/Upper",
        "--name=My_Group",
        "--port=99999",
        "--memory=8GB",
        "--gpu=l4:",
        "--cpu=0",
    )
    assert done.returncode == 2
    assert done.stdout == ""
    for flag in ("--image", "--name", "--port", "--memory", "--gpu", "--cpu"):
        assert f"{flag}:" in done.stderr
    assert "Traceback" not in done.stderr
    untouched(terminal)


def test_a_second_create_is_refused_and_changes_nothing(terminal: Terminal) -> None:
    first = terminal.create("web")
    before = terminal.objects("web")
    done = terminal.group(*FLAGS, "--replicas=5")
    assert done.returncode == 4
    assert "web already exists" in done.stderr
    assert first["id"] in done.stderr
    assert terminal.objects("web") == before


def test_of_two_creates_at_once_one_wins(terminal: Terminal) -> None:
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: terminal.group(*FLAGS), range(2)))
    assert sorted(result.returncode for result in done) == [0, 4]
    assert len(terminal.data("list")) == 1


def test_a_name_used_again_has_a_new_id_and_keeps_the_old_history(terminal: Terminal) -> None:
    first = terminal.create("web")
    terminal.data("delete", "web")
    second = terminal.create("web")
    assert second["id"] != first["id"]
    assert (first["revision"], second["revision"]) == (1, 2)
    listed = terminal.data("list", "--include-deleted")
    assert [(group["id"], group["status"]) for group in listed] == [
        (second["id"], "Available"),
        (first["id"], "Deleted"),
    ]


@pytest.mark.parametrize("kind", ["service", "deployment", "httproute"])
def test_an_object_of_somebody_else_is_never_taken_over(terminal: Terminal, kind: str) -> None:
    if kind == "service":
        terminal.kubectl("create", "service", "clusterip", "web", "--tcp=80")
    elif kind == "deployment":
        terminal.kubectl("create", "deployment", "web", "--image=other:v1", "--replicas=0")
    else:
        terminal.kubectl("apply", "-f", "-", stdin=route_of("web", "elsewhere.example.com"))
    before = terminal.objects("web")[kind]
    done = terminal.group(*FLAGS)
    assert done.returncode == 4
    shown = {"service": "Service", "deployment": "Deployment", "httproute": "HTTPRoute"}[kind]
    assert f"{shown} {terminal.namespace}/web" in done.stderr
    after = terminal.objects("web")
    assert list(after) == [kind]
    assert after[kind]["spec"] == before["spec"]
    assert terminal.data("list", "--include-deleted") == []


def route_of(name: str, host: str) -> str:
    return json.dumps(
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": name},
            "spec": {"hostnames": [host]},
        }
    )


def test_a_hostname_of_another_route_is_refused(terminal: Terminal) -> None:
    other = route_of("somebody-elses", f"{terminal.environment}-web.gw.localhost")
    terminal.kubectl("apply", "-f", "-", stdin=other)
    done = terminal.group(*FLAGS)
    assert done.returncode == 4
    assert f"{terminal.namespace}/somebody-elses" in done.stderr
    assert "web" not in terminal.objects("web")


def test_a_hostname_of_a_group_of_another_environment_is_refused(terminal: Terminal) -> None:
    """Environment x with group api-v2 and environment x-api with group v2 are one hostname."""
    terminal.create("api-v2", "--no-wait")
    other = f"--environment={terminal.environment}-api"
    done = terminal.group("create", "--name=v2", "--image=a:1", "--port=80", other)
    assert done.returncode == 4
    assert f"{terminal.environment}-api-v2.gw.localhost is taken" in done.stderr
    assert f"{terminal.namespace}/api-v2" in done.stderr
    assert terminal.objects("v2") == {}
    assert terminal.data("list", other) == []


def test_a_missing_namespace_is_named(terminal: Terminal) -> None:
    done = terminal.group(*FLAGS, "--namespace=no-such-place")
    assert done.returncode == 3
    assert "no-such-place" in done.stderr
    assert "kubectl create namespace" in done.stderr
    untouched(terminal)


def test_an_unknown_context_gets_the_near_miss(terminal: Terminal) -> None:
    done = terminal.group(*FLAGS, "--context=scaling-group-locl")
    assert done.returncode == 3
    assert "Did you mean 'scaling-group-local'?" in done.stderr


def test_a_cluster_that_does_not_answer_is_exit_5_and_nothing_is_made(
    terminal: Terminal, tmp_path: Path, unused_port: int
) -> None:
    broken = tmp_path / "kubeconfig"
    text = terminal.cluster.kubeconfig.read_text()
    server = json.loads(text)["clusters"][0]["cluster"]["server"]
    broken.write_text(text.replace(server, f"https://127.0.0.1:{unused_port}"))
    done = terminal.with_variables(KUBECONFIG=str(broken)).group(*FLAGS)
    assert done.returncode == 5
    assert "cannot reach cluster https://127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr
    untouched(terminal)


def test_a_refusal_of_the_api_server_is_told_once_and_leaves_a_record(terminal: Terminal) -> None:
    terminal.quota("none", "count/deployments.apps=0")
    done = terminal.group(*FLAGS)
    assert done.returncode == 1
    assert done.stderr.count("exceeded quota: none") == 1
    assert "Traceback" not in done.stderr
    [record] = terminal.data("list")
    assert (record["name"], record["status"]) == ("web", "Failed")
    assert terminal.group(*FLAGS).returncode == 4
    assert terminal.group("delete", "web").returncode == 0
    assert terminal.objects("web") == {}


def test_zero_replicas_is_a_group_without_pods(terminal: Terminal) -> None:
    group = terminal.create("web", "--replicas=0")
    assert (group["status"], group["replicas"]["desired"]) == ("ScaledToZero", 0)


def test_interrupted_while_waiting_leaves_a_group_that_can_be_used(terminal: Terminal) -> None:
    process = terminal.start(*FLAGS[:2], "--image=simulate/slow-start:900s", "--port=80")
    # That none is available, or why.
    read_until(process.stderr, "of 1 replicas")
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "interrupted" in rest
    assert terminal.data("get", "web")["status"] == "Pending"
    assert terminal.group("delete", "web").returncode == 0


def test_what_is_kept_is_private_and_holds_no_credentials(terminal: Terminal) -> None:
    terminal.create("web")
    passphrase = terminal.data_dir / "passphrase"
    assert passphrase.stat().st_mode & 0o777 == 0o600
    assert not list(terminal.data_dir.rglob("kubeconfig"))
    secret = passphrase.read_text()
    key = next(
        line for line in terminal.cluster.kubeconfig.read_text().splitlines() if "client-key-data" in line
    )
    for file in terminal.data_dir.rglob("*"):
        if file.is_file() and file != passphrase:
            text = file.read_text(errors="replace")
            assert secret not in text
            assert key not in text
