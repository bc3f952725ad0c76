"""Who has changed an object: somebody by hand, an autoscaler, or admission on the way of our own apply."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.integration.terminal import Terminal
from tests.integration.waiting import Eventually

pytestmark = pytest.mark.integration

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
GROUP = {"name": "web", "image": "my-registry/server:v1", "port": 8080}


@pytest.fixture
def raises_requests(terminal: Terminal, eventually: Eventually) -> Iterator[None]:
    """A policy that raises the CPU request of every Deployment of the namespace, as GKE Autopilot does."""
    name = f"autopilot-{terminal.namespace}"
    path = "/spec/template/spec/containers/0/resources/requests/cpu"
    rules = {"apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments"]}
    here = {"matchLabels": {"kubernetes.io/metadata.name": terminal.namespace}}
    apply = {"patchType": "JSONPatch"}
    apply |= {"jsonPatch": {"expression": f'[JSONPatch{{op: "replace", path: "{path}", value: "1"}}]'}}
    policy = _of_admission("MutatingAdmissionPolicy", name) | {
        "spec": {
            "reinvocationPolicy": "Never",
            "failurePolicy": "Fail",
            "matchConstraints": {
                "namespaceSelector": here,
                "resourceRules": [{**rules, "operations": ["CREATE", "UPDATE"]}],
            },
            "mutations": [apply],
        }
    }
    binding = _of_admission("MutatingAdmissionPolicyBinding", name) | {"spec": {"policyName": name}}
    terminal.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all([policy, binding]))
    tried = terminal.group("render", "--name=tried", "--image=a:1", "--port=80").stdout
    [deployment] = [o for o in yaml.safe_load_all(tried) if o["kind"] == "Deployment"]

    (terminal.folder / "tried.yaml").write_text(yaml.safe_dump(deployment))
    trying = f"kubectl --namespace {terminal.namespace} create --dry-run=server -o json -f tried.yaml"

    def raised() -> bool:
        done = terminal.shell(trying)
        return done.returncode == 0 and requested(json.loads(done.stdout)) == "1"

    eventually(raised)
    yield
    terminal.kubectl("delete", "mutatingadmissionpolicybinding,mutatingadmissionpolicy", name)


def _of_admission(kind: str, name: str) -> dict[str, Any]:
    return {"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": {"name": name}}


def requested(deployment: dict[str, Any]) -> str:
    """Return the CPU that a Deployment's containers request."""
    return str(deployment["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"])


@pytest.mark.usefixtures("raises_requests")
def test_what_admission_makes_of_our_apply_is_no_change_by_hand(terminal: Terminal) -> None:
    (terminal.folder / "web.yaml").write_text(yaml.safe_dump(GROUP))
    assert [each["action"] for each in terminal.data("apply", "-f", "web.yaml")] == ["create"]
    assert requested(terminal.objects("web")["deployment"]) == "1"

    assert [each["action"] for each in terminal.data("apply", "-f", "web.yaml")] == ["unchanged"]
    assert terminal.data("get", "web")["drift"] == []
    assert terminal.data("diff", "web", "--live") == []
    assert terminal.group("update", "web", "--dry-run", "--exit-code").returncode == 0
    checks = {each["id"]: each for each in json.loads(terminal.group("doctor", "-o", "json").stdout)}
    assert checks["drift"]["summary"] == "every group is as recorded (1)"

    # What kubectl sets is its own from then on, also where admission makes the same of it as of ours.
    terminal.kubectl("set", "resources", "deployment/web", "--requests=cpu=700m")
    assert terminal.data("diff", "web", "--live") == []
    assert [each["action"] for each in terminal.data("apply", "-f", "web.yaml")] == ["unchanged"]

    terminal.kubectl("set", "image", "deployment/web", "main=somebody/elses:v9")
    # A read has no right to ask what admission would make of an apply: by the owner alone it is kubectl's.
    changed, raised = terminal.data("get", "web")["drift"]
    assert ".requests.cpu 100m → 1 (kubectl-set, " in raised
    assert re.fullmatch(
        rf"Deployment spec\.template\.spec\.containers\[0\]\.image my-registry/server:v1 → somebody/elses:v9 "
        rf"\(kubectl-set, {TIME}\)",
        changed,
    )
    [live] = terminal.data("diff", "web", "--live")
    assert (live["manager"], bool(re.fullmatch(TIME, live["time"]))) == ("kubectl-set", True)
    done = terminal.group("apply", "-f", "web.yaml", "-o", "json")
    assert "this is reverted: Deployment spec.template.spec.containers[0].image" in done.stderr
    assert "requests.cpu" not in done.stderr
    assert requested(terminal.objects("web")["deployment"]) == "1"
    assert terminal.data("get", "web")["drift"] == []
