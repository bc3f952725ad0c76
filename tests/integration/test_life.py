"""The life of a group: update, history, rollback, delete, restore."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.terminal import ROOT, TIME, UUID, Terminal

pytestmark = pytest.mark.integration

GOLDEN = ROOT / "tests" / "golden" / "life" / "history.json"


def template(terminal: Terminal, name: str = "web") -> Any:
    return terminal.objects(name)["deployment"]["spec"]["template"]


def pod_uids(terminal: Terminal) -> list[str]:
    listed = json.loads(terminal.kubectl("get", "pods", "-o", "json"))["items"]
    return sorted(pod["metadata"]["uid"] for pod in listed)


def test_a_whole_life_is_in_the_history(terminal: Terminal, request: pytest.FixtureRequest) -> None:
    created = terminal.create("web", "--tags=team=ml")
    terminal.data("update", "web", "--replicas=2", "-m", "more traffic")
    terminal.data("update", "web", "--image=my-registry/server:v2", "--env=MODE=fast")
    terminal.data("update", "web", "--untag=team", "--tag=owner=search", "--unset=env")
    failed = terminal.group("update", "web", "--image=simulate/image-pull-backoff:1", "--timeout=5s")
    assert failed.returncode == 1
    assert "ImagePull" in failed.stderr
    rolled = terminal.data("rollback", "web", "-m", "back to what worked")
    assert rolled["image"] == "my-registry/server:v2"
    assert rolled["spec"]["tags"] == {"owner": "search"}
    terminal.data("delete", "web")
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


def test_replicas_alone_restart_no_pod(terminal: Terminal) -> None:
    terminal.create("web", "--replicas=2")
    before, pods = template(terminal), pod_uids(terminal)
    updated = terminal.data("update", "web", "--replicas=3")
    assert (updated["revision"], updated["replicas"]["available"]) == (2, 3)
    assert template(terminal) == before
    assert set(pods) < set(pod_uids(terminal))


def test_nothing_to_change_makes_no_revision(terminal: Terminal) -> None:
    terminal.create("web", "--cpu=1")
    before = terminal.objects("web")
    done = terminal.group("update", "web", "--cpu=1000m", "-o", "json")
    assert done.returncode == 0
    assert "nothing to change" in done.stderr
    assert json.loads(done.stdout)["revision"] == 1
    assert terminal.objects("web") == before
    assert len(terminal.data("history", "web")) == 1


def test_faults_of_an_update_are_all_named_and_change_nothing(terminal: Terminal) -> None:
    terminal.create("web")
    before = terminal.objects("web")
    done = terminal.group("update", "web", "--cpu=0", "--unset=image,gpus", "--untag=nope")
    assert done.returncode == 2
    for part in ("cpu: ", "cannot be without image", "no such field 'gpus'. Did you mean 'gpu'?", "'nope'"):
        assert part in done.stderr
    assert terminal.objects("web") == before


def test_a_slower_colleague_is_refused(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.data("update", "web", "--replicas=2")
    done = terminal.group("update", "web", "--replicas=3", "--if-revision=1")
    assert done.returncode == 4
    assert "at revision 2, not at 1" in done.stderr
    assert terminal.data("get", "web")["replicas"]["desired"] == 2


def test_changes_by_hand_are_repaired_and_nothing_is_replaced(terminal: Terminal) -> None:
    terminal.create("web", "--replicas=2")
    uid = terminal.objects("web")["deployment"]["metadata"]["uid"]
    terminal.kubectl("scale", "deployment", "web", "--replicas=5")
    terminal.kubectl("set", "image", "deployment/web", "main=somebody/elses:v9")
    terminal.kubectl("delete", "service", "web")
    updated = terminal.data("update", "web", "--tag=a=b")
    found = terminal.objects("web")
    assert updated["status"] == "Available"
    assert found["deployment"]["metadata"]["uid"] == uid
    assert found["deployment"]["spec"]["replicas"] == 2
    assert (
        found["deployment"]["spec"]["template"]["spec"]["containers"][0]["image"] == "my-registry/server:v1"
    )
    assert "service" in found


def test_an_object_made_anew_by_somebody_else_is_not_taken_over(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.kubectl("delete", "service", "web")
    terminal.kubectl("create", "service", "clusterip", "web", "--tcp=80")
    done = terminal.group("update", "web", "--replicas=2")
    assert done.returncode == 4
    assert f"the Service {terminal.namespace}/web is not the one of this group" in done.stderr
    assert terminal.objects("web")["deployment"]["spec"]["replicas"] == 1


REFUSED = [
    (("update", "gone", "--replicas=2"), 3, "deleted already"),
    (("rollback", "gone"), 3, "deleted already"),
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


def test_diff_names_each_field(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.data("update", "web", "--replicas=2", "--no-wait")
    terminal.data("update", "web", "--image=my-registry/server:v2", "--no-wait")
    assert (
        terminal.group("diff", "--name=web").stdout == "image my-registry/server:v1 → my-registry/server:v2\n"
    )
    assert terminal.group("diff", "--name=web", "1", "2").stdout == "replicas 1 → 2\n"
    assert terminal.data("diff", "--name=web", "1") == [
        {"field": "image", "before": "my-registry/server:v1", "after": "my-registry/server:v2"},
        {"field": "replicas", "before": 1, "after": 2},
    ]


def test_export_is_what_validate_reads(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait", "--gpu=nvidia-l4:1", "--memory=8Gi", "--env=A=b")
    exported = terminal.group("export", "--all")
    assert exported.returncode == 0
    (terminal.folder / "groups.yaml").write_text(exported.stdout)
    done = terminal.group("validate", "-f", "groups.yaml")
    assert (done.returncode, done.stdout) == (0, "1 group is valid\n")
    assert "gpu: nvidia-l4:1" in terminal.group("export", "web").stdout
