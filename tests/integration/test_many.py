"""Many groups at once: apply, export, lists; and forgetting a group."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration

GROUPS = [
    {"name": "plain", "image": "my-registry/a:v1", "port": 80},
    {"name": "tagged", "image": "my-registry/b:v1", "port": 80, "tags": {"team": "ml", "tier": "gold"}},
    {"name": "gpu", "image": "my-registry/c:v1", "port": 80, "gpu": "nvidia-l4:1", "memory": "8Gi"},
]


def write(terminal: Terminal, groups: list[dict[str, object]]) -> None:
    (terminal.folder / "groups.yaml").write_text(yaml.safe_dump_all(groups))


def test_apply_creates_then_finds_nothing_to_do_then_updates_what_differs(terminal: Terminal) -> None:
    write(terminal, GROUPS)
    planned = terminal.data("apply", "-f", "groups.yaml", "--dry-run")
    assert [group["action"] for group in planned] == ["create"] * 3
    assert terminal.names() == []
    applied = terminal.data("apply", "-f", "groups.yaml")
    assert [(group["name"], group["group"]["status"]) for group in applied] == [
        ("plain", "Available"),
        ("tagged", "Available"),
        ("gpu", "Available"),
    ]

    same = terminal.shell("scaling-group export --all | scaling-group apply -f - --dry-run --exit-code")
    assert same.returncode == 0, same.stdout + same.stderr

    changed = [{**GROUPS[0], "replicas": 2}, *GROUPS[1:]]
    write(terminal, changed)
    assert terminal.group("apply", "-f", "groups.yaml", "--dry-run", "--exit-code").returncode == 10
    applied = terminal.data("apply", "-f", "groups.yaml")
    assert [group["action"] for group in applied] == ["update", "unchanged", "unchanged"]
    assert [group["revision"] for group in terminal.data("list")] == [1, 2, 1]


#: Each of 20 groups has something that the others do not have.
VARIED: list[dict[str, object]] = [
    {},
    {"replicas": 0},
    {"replicas": 3, "cpu": "1500m", "memory": "1.5Gi"},
    {"cpu": 2, "memory": 2147483648},
    {"gpu": 1, "memory": "8Gi"},
    {"gpu": "nvidia-l4", "memory": "8Gi", "tolerations": ["spot", "dedicated=ml:NoSchedule"]},
    {"tags": {"team": "ML-platform", "version": "2.10", "experimental": ""}},
    {"entrypoint": ["python", "-m", "server", "--greeting=hello, world", "--path=$(MODEL_PATH)"]},
    {"env": {"MODEL_PATH": "/models", "EMPTY": "", "GREETING": "grüß dich 🦙", "NUMBER": "1e3", "ON": "yes"}},
    {"env": {"MAX_TOKEN": "4096"}, "not_secret": ["MAX_TOKEN"]},
    {"secret_env": {"HF_TOKEN": "hugging-face:token"}, "env_from": ["configmap:settings", "secret:more"]},
    {"mounts": ["pvc:models:/models:ro", "empty-dir:10Gi:/scratch", "secret:tls:/etc/tls"]},
    {"shm_size": "2Gi"},
    {"readiness": "http:/ready,period=10,timeout=2", "liveness": "grpc,failures=6"},
    {"readiness": "none", "startup": "tcp,failures=60"},
    {"shutdown_delay": 0},
    {"shutdown_delay": "15s", "termination_grace": "2m", "progress_deadline": "30m"},
    {"service_account": "default", "image_pull_secrets": ["one", "two"]},
    {"node_selector": {"topology.kubernetes.io/zone": "europe-west4-a"}},
    {
        "annotations": {"prometheus.io/scrape": "true"},
        "image": f"registry.example.com:5000/a@sha256:{'0' * 64}",
    },
]


def folded(varied: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return fewer groups with all that these have: each takes what says nothing of its fields."""
    fewer: list[dict[str, object]] = []
    for more in varied:
        taken = next((group for group in fewer if group and group.keys().isdisjoint(more)), None)
        if taken is None:
            fewer.append(dict(more))
        else:
            taken |= more
    return fewer


def test_what_20_varied_groups_export_is_what_applies_without_a_change(
    terminal: Terminal, request: pytest.FixtureRequest
) -> None:
    varied = VARIED if request.config.getoption("--long") else folded(VARIED)
    groups = [
        {"name": f"group-{n}", "image": "my-registry/a:v1", "port": 8000 + n, **more}
        for n, more in enumerate(varied)
    ]
    write(terminal, groups)
    applied = terminal.data("apply", "-f", "groups.yaml", "--no-wait")
    assert [(group["action"], group["error"]) for group in applied] == [("create", None)] * len(groups)
    same = terminal.shell("scaling-group export --all | scaling-group apply -f - --dry-run --exit-code")
    assert same.returncode == 0, same.stdout + same.stderr
    assert same.stdout.count("unchanged") == len(groups)
    # The engine agrees: it has nothing to do.
    touched = terminal.data("update", "group-1", "--dry-run")
    assert (touched["action"], {each["action"] for each in touched["objects"]}) == (
        "unchanged",
        {"unchanged"},
    )


def test_one_group_that_fails_does_not_stop_the_others(terminal: Terminal) -> None:
    broken = [
        {"name": "broken", "image": "simulate/image-pull-backoff:1", "port": 80},
        {"name": "crashing", "image": "simulate/crash-loop:1", "port": 80},
    ]
    write(terminal, [GROUPS[0], *broken, GROUPS[1]])
    done = terminal.group("apply", "-f", "groups.yaml", "--timeout=120s", "-o", "json")
    assert done.returncode == 1
    plain, unpulled, crashing, tagged = json.loads(done.stdout)
    assert [group["group"]["status"] for group in (plain, tagged)] == ["Available", "Available"]
    assert "simulate/image-pull-backoff:1" in unpulled["error"]["error"]
    assert "exits with code 3" in crashing["error"]["error"]

    # What stays broken is no success because it stays as it is.
    again = terminal.group("apply", "-f", "groups.yaml", "--timeout=120s", "-o", "json")
    assert again.returncode == 1
    same = json.loads(again.stdout)
    assert [group["action"] for group in same] == ["unchanged"] * 4
    assert [group["error"] and group["error"]["error"] for group in same] == [
        group["error"] and group["error"]["error"] for group in (plain, unpulled, crashing, tagged)
    ]
    touched = terminal.group("update", "crashing", "--timeout=120s")
    assert (touched.returncode, "exits with code 3" in touched.stderr) == (1, True)
    assert terminal.group("apply", "-f", "groups.yaml", "--no-wait").returncode == 0


def test_one_invalid_group_stops_all_before_any_is_touched(terminal: Terminal) -> None:
    write(terminal, [GROUPS[0], {"name": "Bad_Name", "image": "a", "port": 0}])
    done = terminal.group("apply", "-f", "groups.yaml")
    assert done.returncode == 2
    for field in ("name", "port"):
        assert f": {field}: " in done.stderr
    assert terminal.names() == []


def test_a_fault_in_any_file_of_a_folder_stops_before_anything(terminal: Terminal) -> None:
    folder = terminal.folder / "groups"
    folder.mkdir()
    (folder / "a.yaml").write_text(yaml.safe_dump(GROUPS[0]))
    (folder / "b.yml").write_text("name: [")
    (folder / "notes.txt").write_text("not a group")
    assert terminal.group("apply", "-f", "groups").returncode == 2
    (folder / "b.yml").write_text(yaml.safe_dump({**GROUPS[1], "name": GROUPS[0]["name"]}))
    twice = terminal.group("apply", "-f", "groups")
    assert twice.returncode == 2
    assert "plain" in twice.stderr
    assert terminal.names() == []
    (folder / "b.yml").write_text(yaml.safe_dump(GROUPS[1]))
    done = terminal.group("apply", "-f", "groups", "--no-wait")
    assert done.returncode == 0, done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:]] == [
        ["plain", "create"],
        ["tagged", "create"],
    ]


def test_an_object_of_somebody_else_stops_an_apply_before_anything(terminal: Terminal) -> None:
    terminal.kubectl("create", "service", "clusterip", "gpu", "--tcp=80")
    write(terminal, GROUPS)
    done = terminal.group("apply", "-f", "groups.yaml")
    assert done.returncode == 4
    assert f"Service {terminal.namespace}/gpu" in done.stderr
    assert terminal.names() == ["service/gpu"]


def test_lists_can_be_filtered_and_shaped(terminal: Terminal) -> None:
    write(terminal, GROUPS)
    assert terminal.group("apply", "-f", "groups.yaml", "--no-wait").returncode == 0
    assert [group["name"] for group in terminal.data("list", "-l", "team=ml")] == ["tagged"]
    assert terminal.data("list", "-l", "team=ml,tier=silver") == []
    assert [group["name"] for group in terminal.data("list", "-l", "tier")] == ["tagged"]
    assert terminal.data("list", "--status", "Failed") == []
    assert terminal.group("list", "-o", "name", "--sort", "image").stdout == "plain\ntagged\ngpu\n"
    assert "NAME" not in terminal.group("list", "--no-headers").stdout


def test_a_purged_name_was_never_used(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    done = terminal.group("delete", "web", "--purge", "--yes")
    assert done.returncode == 0, done.stderr
    assert "history of 2 operations" in done.stdout
    assert terminal.data("list", "--include-deleted") == []
    assert terminal.group("history", "web").returncode == 3
    left = [str(file) for file in terminal.data_dir.rglob("*") if "web" in file.name]
    assert left == []
    assert terminal.create("web", "--no-wait")["revision"] == 1
