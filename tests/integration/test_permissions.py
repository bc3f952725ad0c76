"""The commands under a user who may do what docs/rbac.yaml grants, and nothing else."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator

import pytest

from scaling_group.manifests.gateway_api import GKE_GROUP
from scaling_group.manifests.permissions import RULES, Permission, permissions_of
from scaling_group.spec.environment import EnvironmentSpec, GatewaySpec
from tests.integration.access import LOST, Recorder, granted, recorded, restricted, without
from tests.integration.terminal import Terminal, read_until
from tests.integration.test_create import FLAGS, untouched
from tests.integration.test_wait import LIMIT
from tests.integration.waiting import Eventually
from tools.local_cluster.settings import DOMAIN, GATEWAY, GATEWAY_NAMESPACE

pytestmark = pytest.mark.integration

#: This cluster has no KEDA, and is not GKE's.
ELSEWHERE = ("keda.sh", GKE_GROUP)
#: A group that has what few groups have.
YAML = """\
name: talk
image: my-registry/server:v1
port: 8080
protocol: grpc
disruptions: {max_unavailable: 1}
"""


@pytest.fixture
def restricted_terminal(terminal: Terminal) -> Iterator[Terminal]:
    """The terminal of a user who is bound to the roles of docs/rbac.yaml alone."""
    with granted(terminal):
        yield restricted(terminal)


def done(terminal: Terminal, *arguments: str, code: int = 0) -> str:
    found = terminal.group(*arguments)
    assert found.returncode == code, (arguments, found.stdout, found.stderr)
    assert "Traceback" not in found.stderr
    return found.stdout


def look(user: Terminal, recorder: Recorder, eventually: Eventually) -> None:
    """Watch the group until all that only a watch asks for has been asked for."""
    namespace = user.namespace
    alone = {
        Permission("watch", "", "services", namespace),
        Permission("watch", "discovery.k8s.io", "endpointslices", namespace),
    }
    watch = user.start("get", "web", "--watch")
    read_until(watch.stdout, "Available  2/2")
    eventually(lambda: alone <= recorder.permissions)
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=300)
    assert watch.returncode == 130


def live(user: Terminal, admin: Terminal, watch: Callable[[], None]) -> None:
    """Do with groups what one can; the admin is the one who changes things by hand."""
    done(user, *FLAGS, "--dry-run")
    user.create("web", "--replicas=2")
    assert [group["status"] for group in user.data("list")] == ["Available"]
    assert user.data("get", "web")["drift"] == []
    assert done(user, "events", "web")
    watch()
    user.data("update", "web", "--replicas=3")
    done(user, "wait", "--name=web", "--for=available", LIMIT)
    admin.kubectl("scale", "deployment", "web", "--replicas=1")
    assert done(user, "diff", "--live", "--name=web")
    user.data("update", "web")
    user.data("rollback", "web")
    user.data("update", "web", "--max-replicas=4")
    user.data("update", "web", "--no-autoscale", "--replicas=3")
    assert len(user.data("history", "web")) == 6
    speak(user)
    done(user, "delete", "web", "--dry-run")
    done(user, "delete", "web")
    done(user, "restore", "web")
    done(user, "delete", "web", "--purge", "--yes")
    fail(user)


def speak(user: Terminal) -> None:
    """Do the same with another group, which comes from a file."""
    (user.folder / "talk.yaml").write_text(YAML)
    done(user, "apply", "-f", "talk.yaml")
    user.data("update", "talk", "--replicas=2")
    assert len(user.data("list")) == 2
    done(user, "doctor")
    done(user, "export", "--all")
    done(user, "delete", "talk")


def fail(user: Terminal) -> None:
    """Make groups that do not come up, and look at why."""
    volume = ("--mount=pvc:models:/models", LIMIT)
    done(user, "create", "--name=unbound", "--image=a", "--port=80", *volume, code=1)
    flags = ("--image=simulate/crash-loop:1", "--port=80", LIMIT)
    done(user, "create", "--name=crash", *flags, code=1)
    done(user, "get", "crash", "-o", "snapshot")
    user.group("logs", "crash")
    assert len(user.data("list")) == 2


def test_every_command_works_with_these_rights_and_uses_each(
    terminal: Terminal, restricted_terminal: Terminal, eventually: Eventually
) -> None:
    with recorded(restricted_terminal) as (user, recorder):
        live(user, terminal, lambda: look(user, recorder, eventually))
        done(user, "doctor")
        done(user, "gpus")
    gateway = GatewaySpec(name=GATEWAY, namespace=GATEWAY_NAMESPACE, domain=DOMAIN)
    environment = EnvironmentSpec(id=terminal.environment, namespace=terminal.namespace, gateway=gateway)
    permissions = {p for rule in RULES for p in permissions_of(rule, environment) if p.group not in ELSEWHERE}
    # Whoever is known to the cluster may ask what they may.
    used = {permission for permission in recorder.permissions if permission.group != "authorization.k8s.io"}
    assert {*map(str, used - permissions)} == set()
    assert {*map(str, permissions - used)} == set()


def test_doctor_finds_nothing_missing(restricted_terminal: Terminal) -> None:
    results = {result["id"]: result for result in restricted_terminal.data("doctor")}
    assert results["rights"]["outcome"] == "ok"
    assert {r["outcome"] for r in results.values()} <= {"ok", "warning"}


def test_a_right_that_is_needed_and_missing_is_named_before_anything_is_made(terminal: Terminal) -> None:
    with granted(terminal, without("httproutes", "patch")):
        user = restricted(terminal)
        missing = f"patch httproutes.gateway.networking.k8s.io in namespace {terminal.namespace}"
        found = json.loads(done(user, "doctor", "-o", "json", code=1))
        [failed] = [result for result in found if result["outcome"] == "failed"]
        assert (failed["id"], failed["detail"]) == ("rights", missing)

        refused = user.group(*FLAGS)
        assert refused.returncode == 5
        assert missing in refused.stderr
        assert "docs/rbac.yaml" in refused.stderr
        untouched(terminal)


def test_without_the_optional_rights_commands_work_and_doctor_says_what_is_lost(terminal: Terminal) -> None:
    optional = [rule for rule in RULES if rule.without and rule.group != GKE_GROUP]

    def change(documents: list) -> None:
        for rule in optional:
            for document in documents:
                wanted = "Role" if rule.scope.value.startswith("the namespace") else "ClusterRole"
                if document["kind"] == wanted:
                    rules = document["rules"]
                    document["rules"] = [r for r in rules if r["resources"] != [rule.resource]]

    with granted(terminal, change):
        user = restricted(terminal)
        user.create("web")
        user.data("get", "web")
        user.data("update", "web", "--replicas=2")
        assert len(user.data("list")) == 1
        done(user, "delete", "web")
        results = {result["id"]: result for result in user.data("doctor")}
        told = results["rights"]["detail"].splitlines()
        assert results["rights"]["outcome"] == "warning"
        assert len(told) == sum(len(rule.verbs) for rule in optional)
        assert LOST in told
        assert results["gateway"]["outcome"] == "skipped"
        assert results["gateway"]["summary"] == "this user may not read Gateways in gateway-system"
