"""doctor: what is broken is named with its fix, and create refuses it before anything is made."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scaling_group.engine.owner import record_owner
from tests.integration.access import LOST, restricted
from tests.integration.terminal import Terminal
from tests.integration.test_bad_backend import with_mounts
from tests.integration.test_create import FLAGS, untouched

pytestmark = pytest.mark.integration

CLASS = "nobody"


def checked(terminal: Terminal, code: int) -> dict[str, Any]:
    """Return the results by id; doctor has to end with the code."""
    done = terminal.group("doctor", "-o", "json")
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stderr == ""
    results = json.loads(done.stdout)
    assert {tuple(result) for result in results} == {
        ("id", "title", "outcome", "summary", "detail", "resolution", "category")
    }
    return {result["id"]: result for result in results}


def named(results: dict[str, Any], outcome: str = "failed") -> list[str]:
    return [result["id"] for result in results.values() if result["outcome"] == outcome]


def test_where_all_is_well_every_check_is_ok(terminal: Terminal) -> None:
    trusting = terminal.with_variables(SSL_CERT_FILE=str(terminal.cluster.gateway_ca))
    results = checked(trusting, 0)
    assert {result["outcome"] for result in results.values()} == {"ok"}
    assert "nvidia-l4:8" in results["gpus"]["summary"]
    assert "release v1." in results["gateway-api"]["summary"]

    done = trusting.group("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    *rows, total = done.stdout.splitlines()
    assert all(row.startswith("ok       ") for row in rows)
    assert total == f"{len(results)} ok"


def test_an_authority_that_nobody_knows_here_is_a_warning_and_nothing_is_left(terminal: Terminal) -> None:
    results = checked(terminal, 0)
    assert named(results, "warning") == ["certificate"]
    assert "SSL_CERT_FILE" in results["certificate"]["resolution"]
    untouched(terminal)
    assert not terminal.data_dir.joinpath("state").exists()


def refused(terminal: Terminal, code: int, *parts: str) -> None:
    """Create has to be refused with these words, and to leave nothing."""
    done = terminal.group(*FLAGS)
    assert done.returncode == code, done.stderr
    assert [part for part in parts if part not in done.stderr] == [], done.stderr
    assert "Traceback" not in done.stderr
    untouched(terminal)


def test_a_gateway_that_is_not_there(terminal: Terminal) -> None:
    broken = terminal.with_variables(SCALING_GROUP_GATEWAY_NAME="nowhere")
    results = checked(broken, 1)
    assert named(results) == ["gateway"]
    assert results["https-listener"]["summary"] == "needs: Gateway"
    refused(broken, 3, "there is no Gateway gateway-system/nowhere", "gateway.name")


def test_a_listener_that_is_not_there(terminal: Terminal) -> None:
    broken = terminal.with_variables(SCALING_GROUP_GATEWAY_SECTION="tls")
    results = checked(broken, 1)
    assert named(results) == ["https-listener"]
    assert results["https-listener"]["detail"] == "Its listeners: https (HTTPS)"
    assert results["https-listener"]["resolution"] == "Set gateway.section_name to 'https' in the settings."
    refused(broken, 3, "has no listener 'tls'", "Its listeners: https (HTTPS)")

    table = broken.group("doctor").stdout
    assert "failed   HTTPS listener" in table
    assert "    fix: Set gateway.section_name to 'https' in the settings." in table


def test_a_wrong_domain(terminal: Terminal) -> None:
    broken = terminal.with_variables(SCALING_GROUP_GATEWAY_DOMAIN="gw.invalid")
    results = checked(broken, 1)
    assert named(results) == ["hostname-covered", "certificate"]
    assert "Set gateway.domain to 'gw.localhost'" in results["hostname-covered"]["resolution"]
    assert named(results, "warning") == ["dns"]
    refused(broken, 4, "does not cover the host", "It serves *.gw.localhost.")


@pytest.fixture
def odd_gateway(terminal: Terminal) -> Terminal:
    """A Gateway of the test's own, of a class without a controller, with an HTTP listener."""
    listeners = [
        {"name": "http", "port": 80, "protocol": "HTTP"},
        {
            "name": "closed",
            "port": 443,
            "protocol": "HTTPS",
            "tls": {"certificateRefs": [{"name": "cert"}]},
            "allowedRoutes": {
                "namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "ml"}}}
            },
        },
    ]
    gateway = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "odd"},
        "spec": {"gatewayClassName": CLASS, "listeners": listeners},
    }
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps(gateway))
    return terminal.with_variables(
        SCALING_GROUP_GATEWAY_NAME="odd", SCALING_GROUP_GATEWAY_NAMESPACE=terminal.namespace
    )


def test_a_gateway_without_a_controller_and_a_listener_without_tls(odd_gateway: Terminal) -> None:
    broken = odd_gateway.with_variables(SCALING_GROUP_GATEWAY_SECTION="http")
    results = checked(broken, 1)
    assert named(results) == ["gateway-controller", "https-listener"]
    assert results["gateway-controller"]["summary"].startswith(f"there is no GatewayClass '{CLASS}'")
    assert "is HTTP, not HTTPS" in results["https-listener"]["summary"]
    assert results["https-listener"]["resolution"] == "Set gateway.section_name to 'closed' in the settings."
    refused(broken, 4, "is HTTP, not HTTPS")


def test_a_listener_that_does_not_admit_the_namespace(odd_gateway: Terminal) -> None:
    closed = odd_gateway.with_variables(SCALING_GROUP_GATEWAY_SECTION="closed")
    results = checked(closed, 1)
    assert named(results) == ["gateway-controller", "namespace-admitted"]
    assert results["namespace-admitted"]["detail"] == "It admits namespaces with the labels team=ml."
    assert results["certificate"]["summary"] == "the Gateway reports no address"
    refused(closed, 4, "admits no routes from namespace", "the labels team=ml")

    closed.kubectl("label", "namespace", closed.namespace, "team=ml")
    assert named(checked(closed, 1)) == ["gateway-controller"]


def test_a_user_without_any_right(terminal: Terminal) -> None:
    nobody = restricted(terminal)
    results = checked(nobody, 1)
    assert named(results) == ["namespace", "rights"]
    missing = results["rights"]["detail"].splitlines()
    assert f"patch deployments.apps in namespace {terminal.namespace}" in missing
    assert f"list pods in namespace {terminal.namespace}" in missing
    assert LOST in missing
    assert "docs/rbac.yaml" in results["rights"]["resolution"]
    done = nobody.group(*FLAGS)
    assert (done.returncode, "Traceback" in done.stderr) == (5, False)
    untouched(terminal)


def test_a_cluster_that_does_not_answer(terminal: Terminal, tmp_path: Path, unused_port: int) -> None:
    kubeconfig = json.loads(terminal.cluster.kubeconfig.read_text())
    kubeconfig["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{unused_port}"
    file = tmp_path / "dead.kubeconfig"
    file.write_text(json.dumps(kubeconfig))
    results = checked(terminal.with_variables(KUBECONFIG=str(file)), 1)
    assert named(results) == ["cluster"]
    assert f"https://127.0.0.1:{unused_port}" in results["cluster"]["summary"]
    assert "--context" in results["cluster"]["resolution"]
    assert named(results, "ok") == ["settings", "engine", "plugin", "backend", "locks"]


def test_without_a_kubeconfig(terminal: Terminal, tmp_path: Path) -> None:
    results = checked(terminal.with_variables(KUBECONFIG=str(tmp_path / "none")), 1)
    assert named(results) == ["cluster"]
    assert "Set KUBECONFIG" in results["cluster"]["resolution"]


def on_path(terminal: Terminal, script: str) -> Terminal:
    """Return a terminal that finds this script first when it looks for pulumi."""
    folder = terminal.folder / "bin"
    folder.mkdir()
    file = folder / "pulumi"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return terminal.with_variables(PATH=os.pathsep.join([str(folder), terminal.environ()["PATH"]]))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo cannot start >&2; exit 1", "does not run: it reports no version"),
        ("echo v3.100.0", "is 3.100.0, which is too old"),
    ],
)
def test_an_engine_that_cannot_be_used(terminal: Terminal, script: str, said: str) -> None:
    results = checked(on_path(terminal, script), 1)
    assert named(results) == ["engine"]
    assert results["engine"]["summary"].endswith(said)
    assert "Install Pulumi" in results["engine"]["resolution"]
    assert results["plugin"]["summary"] == "needs: Engine"


def test_a_plugin_that_is_missing_and_may_not_be_downloaded(terminal: Terminal, tmp_path: Path) -> None:
    results = checked(terminal.with_variables(PULUMI_HOME=str(tmp_path / "home")), 1)
    assert named(results) == ["plugin"]
    assert "pulumi plugin install resource kubernetes 4.25.0" in results["plugin"]["resolution"]


def test_a_backend_that_cannot_be_written(terminal: Terminal) -> None:
    terminal.data_dir.mkdir()
    done = with_mounts(
        terminal,
        "mount --bind data data",
        "mount -o remount,ro,bind data",
        "scaling-group doctor",
    )
    assert done.returncode == 1
    [line] = [line for line in done.stdout.splitlines() if line.startswith("failed")]
    assert "cannot be written: Read-only file system" in line
    assert "Traceback" not in done.stderr


def test_a_lock_of_a_run_that_was_killed(terminal: Terminal) -> None:
    stack = f"{terminal.environment}.web"
    work = terminal.data_dir / "work" / stack
    work.mkdir(parents=True)
    with subprocess.Popen(["sleep", "600"]) as engine:
        owner = record_owner(work, engine.pid)
        engine.kill()
    assert owner
    folder = terminal.data_dir / "state" / ".pulumi" / "locks" / "organization" / "scaling-group" / stack
    folder.mkdir(parents=True)
    began = datetime.fromtimestamp(owner.began, UTC).isoformat()
    lock = {"pid": owner.pid, "username": "ada", "hostname": owner.hostname, "timestamp": began}
    (folder / "x.json").write_text(json.dumps(lock))
    results = checked(terminal, 0)
    assert results["locks"]["outcome"] == "warning"
    assert results["locks"]["resolution"].endswith("scaling-group unlock --name=web")
    assert terminal.group("unlock", "web").returncode == 0
    assert checked(terminal, 0)["locks"]["outcome"] == "ok"


def test_a_group_that_was_changed_by_hand(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    assert checked(terminal, 0)["drift"]["summary"] == "every group is as recorded (1)"
    terminal.kubectl("scale", "deployment", "web", "--replicas=3")
    drift = checked(terminal, 0)["drift"]
    assert (drift["outcome"], drift["detail"]) == ("warning", "web: Deployment spec.replicas (kubectl)")
    terminal.data("update", "web")
    assert checked(terminal, 0)["drift"]["outcome"] == "ok"


def test_limits_of_the_namespace(terminal: Terminal) -> None:
    terminal.quota("none", "pods=0")
    limits = [{"type": "Container", "max": {"memory": "512Mi"}}]
    limit_range = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "small"}}
    terminal.kubectl("apply", "-f", "-", stdin=json.dumps({**limit_range, "spec": {"limits": limits}}))
    terminal.kubectl(
        "label", "namespace", terminal.namespace, "pod-security.kubernetes.io/enforce=restricted"
    )
    results = checked(terminal, 1)
    assert results["limits"]["outcome"] == "warning"
    assert results["limits"]["detail"].splitlines() == [
        "quota none: pods is used up (0 of 0)",
        "limit range small: the default memory limit 1Gi is more than 512Mi",
    ]
    assert named(results) == ["pod-security"]
