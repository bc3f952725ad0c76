"""Who decides on the number of Pods: the group's autoscaler, somebody else's, or nobody but the group."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.project import Project
from tests.integration.terminal import ROOT, Terminal
from tests.integration.test_killed import kill_during
from tests.integration.waiting import Eventually

pytestmark = pytest.mark.integration

HPA = "horizontalpodautoscaler"
Counted = Callable[[], list[int]]


@pytest.fixture
def counted(terminal: Terminal, tmp_path: Path, eventually: Eventually) -> Iterator[Counted]:
    """The numbers of Pods that Deployments were to have, one after the other, as a watch saw them."""
    file = tmp_path / "counts"
    arguments = (
        "get",
        "deployment",
        "--watch",
        "-o",
        "jsonpath={.spec.replicas} {.metadata.resourceVersion}\n",
    )
    with file.open("w") as seen:
        watch = subprocess.Popen(
            ["kubectl", "--namespace", terminal.namespace, *arguments], env=terminal.environ(), stdout=seen
        )

    def counts() -> list[int]:
        newest = terminal.objects("web")["deployment"]["metadata"]["resourceVersion"]
        eventually(lambda: any(line.endswith(f" {newest}") for line in file.read_text().splitlines()))
        each = (int(line.split()[0]) for line in file.read_text().splitlines())
        return [count for count, _ in itertools.groupby(each)]

    yield counts
    watch.terminate()
    watch.wait()


def replicas(terminal: Terminal) -> int:
    return int(terminal.objects("web")["deployment"]["spec"]["replicas"])


def autoscaler(terminal: Terminal) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(terminal.kubectl("get", HPA, "web", "-o", "json"))
    return found


def test_no_change_of_a_group_lowers_the_number_of_its_pods(terminal: Terminal, counted: Counted) -> None:
    terminal.create("web", "--replicas=3", "--no-wait")
    terminal.data("update", "web", "--min-replicas=2", "--max-replicas=8", "--no-wait")
    bounds = autoscaler(terminal)["spec"]
    assert (bounds["minReplicas"], bounds["maxReplicas"], counted()) == (2, 8, [3])

    # As an autoscaler does: through the subresource that is its way too.
    terminal.kubectl("scale", "deployment/web", "--replicas=5")
    terminal.data("update", "web", "--image=my-registry/server:v2", "--no-wait")
    assert terminal.data("get", "web")["drift"] == []
    assert terminal.data("update", "web", "--no-wait")["revision"] == 3
    terminal.data("rollback", "web", "--to=2", "--no-wait")
    terminal.data("update", "web", "--no-autoscale", "--no-wait")
    assert terminal.data("get", "web")["spec"]["replicas"] == 5
    assert terminal.kubectl("get", HPA) == ""

    kill_during(terminal, 0.5, "update", "web", "--max-replicas=9", "--no-wait")
    assert terminal.data("update", "web", "--max-replicas=9", "--no-wait")["spec"]["autoscale"]["max"] == 9
    assert counted() == [3, 5]

    terminal.data("delete", "web")
    assert terminal.names() == []
    terminal.data("restore", "web", "--revision=3", "--no-wait")
    assert replicas(terminal) == 2


def test_a_number_and_autoscaling_exclude_each_other(terminal: Terminal) -> None:
    terminal.create("web", "--max-replicas=4", "--no-wait")
    refused = terminal.group("update", "web", "--replicas=3")
    assert refused.returncode == 2
    assert "the group is autoscaled between 1 and 4 Pods" in refused.stderr
    assert "--no-autoscale --replicas=3" in refused.stderr

    assert terminal.group("scale", "web", "2").returncode == 2

    terminal.data("update", "web", "--no-autoscale", "--replicas=3", "--no-wait")
    assert replicas(terminal) == 3
    refused = terminal.group("scale", "web")
    assert (refused.returncode, "web was not scaled to 0" in refused.stderr) == (4, True)
    assert terminal.data("scale", "web", "0")["status"] == "ScaledToZero"
    assert (terminal.data("scale", "web")["spec"]["replicas"], replicas(terminal)) == (3, 3)


def test_an_autoscaler_of_somebody_else_is_left_alone(terminal: Terminal, eventually: Eventually) -> None:
    terminal.create("web", "--replicas=3")
    terminal.kubectl("autoscale", "deployment/web", "--name=theirs", "--min=5", "--max=9", "--cpu=50%")
    eventually(lambda: replicas(terminal) == 5)

    changed = terminal.group("update", "web", "--cpu=200m", "--replicas=4")
    assert changed.returncode == 0, changed.stderr
    told = f"the HorizontalPodAutoscaler {terminal.namespace}/theirs, which is not this group's, scales web"
    assert changed.stderr.count(told) == 1
    assert replicas(terminal) == 5
    seen = terminal.data("get", "web")
    assert (seen["autoscaler"]["name"], seen["autoscaler"]["own"], seen["drift"]) == ("theirs", False, [])
    assert terminal.group("update", "web", "--dry-run", "--exit-code").returncode == 0

    # Once it is gone, the group's own number counts again.
    terminal.kubectl("delete", HPA, "theirs")
    terminal.data("update", "web", "--cpu=300m")
    assert replicas(terminal) == 4


def test_what_cannot_scale_here_is_refused_before_anything_is_made(terminal: Terminal) -> None:
    scheduled = {"from": "0 8 * * *", "to": "0 18 * * *", "replicas": 2}
    for scaling, told in (
        ({"max": 2, "schedule": [scheduled]}, "web scales by schedule, which needs KEDA, and KEDA is not"),
        ({"min": 0, "max": 2, "external": {"queue": 5}}, "this cluster does not scale web to zero"),
    ):
        group = {"name": "web", "image": "my-registry/server:v1", "port": 8080, "autoscale": scaling}
        (terminal.folder / "web.yaml").write_text(yaml.safe_dump(group))
        refused = terminal.group("apply", "-f", "web.yaml")
        assert (refused.returncode, told in refused.stderr) == (1, True), refused.stderr
    terminal.kubectl("create", "deployment", "other", "--image=my-registry/other:v1")
    terminal.kubectl("autoscale", "deployment/other", "--name=web", "--max=9")
    refused = terminal.group(
        "create", "web", "--image=my-registry/server:v1", "--port=80", "--max-replicas=3"
    )
    assert refused.returncode == 4
    assert (
        f"the HorizontalPodAutoscaler {terminal.namespace}/web does not belong to this group"
        in refused.stderr
    )
    assert "web" not in terminal.objects("web")
    assert terminal.data("list") == []


def rendered(terminal: Terminal, group: dict[str, Any]) -> dict[str, Any]:
    """Return the spec of each object that the command line makes of a group, by kind."""
    (terminal.folder / "web.yaml").write_text(yaml.safe_dump(group))
    done = terminal.group("render", "-f", "web.yaml")
    assert done.returncode == 0, done.stderr
    return {each["kind"]: each["spec"] for each in yaml.safe_load_all(done.stdout)}


def test_a_program_leaves_the_number_of_pods_to_its_autoscaler(terminal: Terminal, counted: Counted) -> None:
    project = Project.copy_of(ROOT / "tests" / "integration" / "programs" / "scaled", terminal)
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}
    environment = {"id": terminal.environment, "namespace": terminal.namespace, "gateway": gateway}

    def up(*flags: str, succeeds: bool = True, **args: Any) -> str:
        given = {"image": "my-registry/server:v1", "port": 8080, **args}
        project.configure({"args": given, "environment": environment})
        return project.up(*flags, succeeds=succeeds)

    scaling = {"min": 2, "max": 6, "cpu": 50, "pods": {"waiting": "5"}}
    up(replicas=3)
    up(autoscale=scaling)
    assert project.outputs() == {"scaled_by": "web"}
    group = {"name": "web", "image": "my-registry/server:v1", "port": 8080, "autoscale": scaling}
    assert (
        autoscaler(terminal)["spec"].items() >= rendered(terminal, group)["HorizontalPodAutoscaler"].items()
    )
    terminal.kubectl("scale", "deployment/web", "--replicas=5")
    assert "unchanged" in up("--refresh", "--expect-no-changes", autoscale=scaling)
    up(autoscale=scaling, cpu="200m")
    assert counted() == [3, 5]

    # A number that is not the one that is there is somebody else's field: the engine says so.
    refused = up(replicas=4, cpu="200m", succeeds=False)
    assert "conflict" in refused
    forced = project.terminal.with_variables(PULUMI_K8S_ENABLE_PATCH_FORCE="true")
    Project(forced, project.folder).up()
    assert (counted(), terminal.kubectl("get", HPA)) == ([3, 5, 4], "")
    project.destroy()
    assert terminal.names() == []
