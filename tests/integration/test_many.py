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


def test_one_group_that_fails_does_not_stop_the_others(terminal: Terminal) -> None:
    write(terminal, [GROUPS[0], {"name": "broken", "image": "simulate/image-pull-backoff:1", "port": 80}])
    done = terminal.group("apply", "-f", "groups.yaml", "--timeout=6s", "-o", "json")
    assert done.returncode == 1
    plain, broken = json.loads(done.stdout)
    assert plain["group"]["status"] == "Available"
    assert "ImagePull" in broken["error"]["error"]


def test_one_invalid_group_stops_all_before_any_is_touched(terminal: Terminal) -> None:
    write(terminal, [GROUPS[0], {"name": "Bad_Name", "image": "a", "port": 0}])
    done = terminal.group("apply", "-f", "groups.yaml")
    assert done.returncode == 2
    for field in ("name", "port"):
        assert f": {field}: " in done.stderr
    assert terminal.names() == []


def test_lists_can_be_filtered_and_shaped(terminal: Terminal) -> None:
    write(terminal, GROUPS)
    assert terminal.group("apply", "-f", "groups.yaml", "--no-wait").returncode == 0
    assert [group["name"] for group in terminal.data("list", "-l", "team=ml")] == ["tagged"]
    assert terminal.data("list", "-l", "team=ml,tier=silver") == []
    assert [group["name"] for group in terminal.data("list", "-l", "tier")] == ["tagged"]
    assert terminal.data("list", "--status", "Failed") == []
    assert terminal.group("list", "-o", "name", "--sort", "image").stdout == "plain\ntagged\ngpu\n"
    assert "NAME" not in terminal.group("list", "--no-headers").stdout


def test_get_of_a_revision_is_what_was_applied_then(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    terminal.data("update", "web", "--replicas=3", "--no-wait")
    assert yaml.safe_load(terminal.group("get", "web", "--revision=1").stdout) == {
        "name": "web",
        "image": "my-registry/server:v1",
        "port": 8080,
    }
    assert terminal.data("get", "web", "--revision=2")["replicas"] == 3
    assert terminal.group("get", "web", "--revision=9").returncode == 3


def test_what_was_changed_by_hand_is_shown_and_set_back(terminal: Terminal) -> None:
    terminal.create("web")
    assert terminal.data("get", "web")["drift"] == []
    terminal.kubectl("scale", "deployment", "web", "--replicas=3")
    terminal.kubectl("delete", "httproute", "web")
    assert terminal.data("get", "web")["drift"] == [
        "Deployment spec.replicas 1 → 3",
        "HTTPRoute present → missing",
    ]
    updated = terminal.data("update", "web")
    assert updated["revision"] == 2
    assert terminal.data("get", "web")["drift"] == []


def test_a_purged_name_was_never_used(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait")
    done = terminal.group("delete", "web", "--purge")
    assert done.returncode == 0, done.stderr
    assert "history of 2 operations" in done.stdout
    assert terminal.data("list", "--include-deleted") == []
    assert terminal.group("history", "web").returncode == 3
    left = [str(file) for file in terminal.data_dir.rglob("*") if "web" in file.name]
    assert left == []
    assert terminal.create("web", "--no-wait")["revision"] == 1
