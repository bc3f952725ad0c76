"""The life of a group: update, history, rollback, delete, restore."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.integration.terminal import ROOT, TIME, UUID, Terminal

pytestmark = pytest.mark.integration

GOLDEN = ROOT / "tests" / "golden" / "life" / "history.json"


def template(terminal: Terminal, name: str = "web") -> Any:
    return terminal.objects(name)["deployment"]["spec"]["template"]


def pod_uids(terminal: Terminal) -> list[str]:
    return sorted(pod["metadata"]["uid"] for pod in terminal.pods())


def test_a_whole_life_is_in_the_history(terminal: Terminal, request: pytest.FixtureRequest) -> None:
    created = terminal.create("web", "--tags=team=ml")
    terminal.data("update", "web", "--replicas=2", "-m", "more traffic")
    terminal.data("update", "web", "--image=my-registry/server:v2", "--env=MODE=fast")
    terminal.data("update", "web", "--untag=team", "--tag=owner=search", "--unset=env")
    failed = terminal.group("update", "web", "--image=simulate/image-pull-backoff:1", "--timeout=120s")
    assert failed.returncode == 1
    assert "ImagePull" in failed.stderr
    rolled = terminal.data("rollback", "web", "-m", "back to what worked")
    assert rolled["image"] == "my-registry/server:v2"
    assert rolled["spec"]["tags"] == {"owner": "search"}
    terminal.data("delete", "web")
    [deleted] = terminal.data("list", "--include-deleted")
    assert (deleted["id"], deleted["status"]) == (created["id"], "Deleted")
    restored = terminal.data("restore", "web")
    assert restored["id"] == created["id"]
    assert restored["status"] == "Available"
    assert restored["deleted"] is None

    assert terminal.data("history", "--all") == terminal.data("history", "web")
    assert terminal.group("history", "--all").stdout.startswith("NAME  REVISION")
    text = json.dumps(terminal.data("history", "web"), indent=1)
    entries = json.loads(TIME.sub("TIME", UUID.sub("ID", text)))
    for entry in entries:
        assert "@" in entry.pop("actor")
    if request.config.getoption("--update-goldens"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(entries, indent=1) + "\n")
    assert entries == json.loads(GOLDEN.read_text())

    purged = terminal.group("delete", "web", "--purge", "--yes")
    assert "deleted web and its history of 9 operations" in purged.stdout
    assert terminal.group("history", "web").returncode == 3
    assert terminal.data("list", "--include-deleted") == []
    assert terminal.names() == []


def uids(terminal: Terminal, name: str = "web") -> dict[str, str]:
    return {kind: found["metadata"]["uid"] for kind, found in terminal.objects(name).items()}


def test_replicas_alone_restart_no_pod(terminal: Terminal) -> None:
    terminal.create("web", "--replicas=2")
    before, pods = template(terminal), pod_uids(terminal)
    updated = terminal.data("update", "web", "--replicas=3")
    assert (updated["revision"], updated["replicas"]["available"]) == (2, 3)
    assert template(terminal) == before
    assert set(pods) < set(pod_uids(terminal))


def test_nothing_to_change_and_faults_make_no_revision(terminal: Terminal) -> None:
    terminal.create("web", "--cpu=1")
    before = terminal.objects("web")
    done = terminal.group("update", "web", "--cpu=1000m", "-o", "json")
    assert done.returncode == 0
    assert "nothing to change" in done.stderr
    assert json.loads(done.stdout)["revision"] == 1
    assert terminal.objects("web") == before

    done = terminal.group("update", "web", "--cpu=0", "--unset=image,gpus", "--untag=nope")
    assert done.returncode == 2
    for part in ("cpu: ", "a group must have image", "no such field 'gpus'. Did you mean 'gpu'?", "'nope'"):
        assert part in done.stderr
    assert terminal.objects("web") == before
    assert len(terminal.data("history", "web")) == 1


def test_revisions_are_told_apart_and_a_slower_colleague_is_refused(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.data("update", "web", "--replicas=2", "--no-wait")
    done = terminal.group("update", "web", "--replicas=3", "--if-revision=1")
    assert done.returncode == 4
    assert "at revision 2, not at 1" in done.stderr
    assert terminal.data("get", "web")["replicas"]["desired"] == 2

    terminal.data("update", "web", "--image=my-registry/server:v2", "--no-wait")
    diff_names_each_field(terminal)
    get_of_a_revision_is_what_was_applied_then(terminal)


def diff_names_each_field(terminal: Terminal) -> None:
    assert (
        terminal.group("diff", "--name=web").stdout == "image my-registry/server:v1 → my-registry/server:v2\n"
    )
    assert terminal.group("diff", "--name=web", "1", "2").stdout == "replicas 1 → 2\n"
    nobody = {"manager": "", "time": None}
    assert terminal.data("diff", "--name=web", "1") == [
        {"field": "image", "before": "my-registry/server:v1", "after": "my-registry/server:v2", **nobody},
        {"field": "replicas", "before": 1, "after": 2, **nobody},
    ]


def get_of_a_revision_is_what_was_applied_then(terminal: Terminal) -> None:
    assert yaml.safe_load(terminal.group("get", "web", "--revision=1").stdout) == {
        "name": "web",
        "image": "my-registry/server:v1",
        "port": 8080,
    }
    assert terminal.data("get", "web", "--revision=2")["replicas"] == 2
    assert terminal.group("get", "web", "--revision=9").returncode == 3


def test_changes_by_hand_are_repaired_and_nothing_is_replaced(terminal: Terminal) -> None:
    terminal.create("web", "--replicas=2")
    before = uids(terminal)
    terminal.kubectl("scale", "deployment", "web", "--replicas=5")
    terminal.kubectl("set", "image", "deployment/web", "main=somebody/elses:v9")
    terminal.kubectl("delete", "service", "web")
    drift = terminal.data("get", "web")["drift"]
    assert drift[0] == "Deployment spec.replicas 2 → 5 (kubectl)"
    assert [change.partition(" (")[0] for change in drift] == [
        "Deployment spec.replicas 2 → 5",
        "Deployment spec.template.spec.containers[0].image my-registry/server:v1 → somebody/elses:v9",
        "Service present → missing",
    ]
    assert "Changed by hand: Service present → missing" in terminal.group("get", "web").stdout
    done = terminal.group("update", "web", "--tag=a=b", "-o", "json")
    assert "web was changed by hand; this is reverted: Deployment spec.replicas 5 → 2, " in done.stderr
    updated = json.loads(done.stdout)
    found = terminal.objects("web")
    assert updated["status"] == "Available"
    shown = terminal.data("get", "web")
    assert shown["drift"] == []
    assert [found["revision"] for found in shown["tree"]["replica_sets"] if found["current"]] == [2]
    after = uids(terminal)
    assert {kind: after[kind] for kind in ("deployment", "httproute")} == {
        kind: before[kind] for kind in ("deployment", "httproute")
    }
    assert found["deployment"]["spec"]["replicas"] == 2
    assert (
        found["deployment"]["spec"]["template"]["spec"]["containers"][0]["image"] == "my-registry/server:v1"
    )
    assert "service" in found

    terminal.kubectl("delete", "httproute", "web")
    assert terminal.data("get", "web")["drift"] == ["HTTPRoute present → missing"]
    assert terminal.data("update", "web")["revision"] == 3
    assert (terminal.data("get", "web")["drift"], "httproute" in terminal.objects("web")) == ([], True)


def test_an_object_made_anew_by_somebody_else_is_not_taken_over(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.kubectl("delete", "service", "web")
    terminal.kubectl("create", "service", "clusterip", "web", "--tcp=80")
    done = terminal.group("update", "web", "--replicas=2")
    assert done.returncode == 4
    assert f"the Service {terminal.namespace}/web does not belong to this group" in done.stderr
    assert terminal.objects("web")["deployment"]["spec"]["replicas"] == 1


REFUSED = [
    (("update", "gone", "--replicas=2"), 3, "already deleted"),
    (("rollback", "gone"), 3, "already deleted"),
    (("rollback", "live", "--to=9"), 3, "no revision 9"),
    (("rollback", "live"), 3, "no earlier revision"),
    (("restore", "live"), 4, "is not deleted"),
    (("restore", "never"), 3, "no scaling group 'never'"),
    (("update", "never", "--replicas=2"), 3, "no scaling group 'never'"),
    (("diff", "--name=live", "1", "7"), 3, "no revision 7"),
    (("history", "never"), 3, "no scaling group 'never'"),
]


def test_what_cannot_be_is_refused(terminal: Terminal) -> None:
    terminal.create("live", "--no-wait")
    terminal.create("gone", "--no-wait")
    terminal.data("delete", "gone", "--no-wait")
    before = terminal.objects("live")
    for arguments, code, said in REFUSED:
        done = terminal.group(*arguments)
        assert (done.returncode, said in done.stderr) == (code, True), (arguments, done.stderr)
        assert "Traceback" not in done.stderr
    assert terminal.objects("live")["deployment"]["spec"] == before["deployment"]["spec"]
    assert terminal.objects("gone") == {}


def test_a_revision_that_the_engine_could_not_apply_is_not_gone_back_to(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    terminal.quota("none", "services=0")
    terminal.kubectl("delete", "service", "web")
    failed = terminal.group("update", "web", "--image=my-registry/server:v2")
    assert failed.returncode == 1
    assert "exceeded quota: none" in failed.stderr
    terminal.kubectl("delete", "quota", "none")
    terminal.data("update", "web", "--image=my-registry/server:v3", "--no-wait")
    assert [entry["result"] for entry in terminal.data("history", "web")] == [
        "succeeded",
        "failed",
        "succeeded",
    ]
    done = terminal.group("rollback", "web", "--to=2")
    assert done.returncode == 4
    assert "revision 2 of web failed" in done.stderr
    assert terminal.data("get", "web")["image"] == "my-registry/server:v3"
    assert terminal.data("rollback", "web", "--to=1")["image"] == "my-registry/server:v1"


EVERY_FLAG = (
    *(
        "--image=other/server:v2",
        "--port=9090",
        "--replicas=2",
        "--cpu=2",
        "--memory=4Gi",
        "--gpu=nvidia-l4:1",
    ),
    *("--tags=team=ml,tier=gold", "--entrypoint=python,-m,server", "--env=MODE=fast"),
    *("--secret-env=TOKEN=secret:token", "--env-from=configmap:settings", "--mount=empty-dir:/scratch"),
    *("--shm-size=1Gi", "--readiness=http:/ready", "--liveness=grpc", "--startup=tcp", "--shutdown-delay=1s"),
    *("--termination-grace=40s", "--progress-deadline=5m", "--service-account=default"),
    *("--image-pull-secret=registry", "--node-selector=zone=a", "--toleration=spot", "--annotation=a/b=c"),
)


def test_no_change_of_a_spec_replaces_an_object(terminal: Terminal) -> None:
    """So there is nothing to announce or to ask for: name, namespace and selector are fixed."""
    terminal.create("web", "--no-wait")
    before = uids(terminal)
    plan = terminal.data("update", "web", *EVERY_FLAG, "--dry-run")
    assert {each["action"] for each in plan["objects"]} == {"update"}
    terminal.data("update", "web", *EVERY_FLAG, "--no-wait")
    assert uids(terminal) == before
    assert terminal.objects("web")["service"]["spec"]["ports"][0]["port"] == 9090
    assert terminal.group("update", "web", "--name=api").returncode == 2
    terminal.data("rollback", "web", "--to=1", "--no-wait")
    assert uids(terminal) == before


def test_the_gap_of_a_group_with_one_gpu_pod_is_said_before(terminal: Terminal) -> None:
    terminal.create("web", "--gpu=nvidia-l4:1", "--memory=8Gi")
    flags = ("update", "web", "--image=my-registry/server:v2")
    said = "would update (its pods are replaced, and nothing serves until the new one is ready)"
    assert said in terminal.group(*flags, "--dry-run").stdout
    lines = terminal.group(*flags).stderr.splitlines()
    warned = next(i for i, line in enumerate(lines) if line.startswith("warning: web does not serve until"))
    assert warned < lines.index("updating Deployment")


def test_export_is_what_validate_reads(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait", "--gpu=nvidia-l4:1", "--memory=8Gi", "--env=A=b")
    exported = terminal.group("export", "--all")
    assert exported.returncode == 0
    (terminal.folder / "groups.yaml").write_text(exported.stdout)
    done = terminal.group("validate", "-f", "groups.yaml")
    assert (done.returncode, done.stdout) == (0, "1 group is valid\n")
    assert "gpu: nvidia-l4:1" in terminal.group("export", "web").stdout
