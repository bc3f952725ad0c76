"""Results: a table for people, data for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml

from scaling_group.cli.output import print_group, print_groups, timestamp
from scaling_group.records import GroupView, Replicas, Status
from scaling_group.spec.group import group_spec

HEADING = ["ID", "NAME", "IMAGE", "STATUS", "REPLICAS", "URL", "CREATED"]


def view(**changes: Any) -> GroupView:
    spec = {"image": "a/b:1", "name": "inference", "port": 8080, **changes.pop("spec", {})}
    fields = {name: None for name, field in GroupView.model_fields.items() if field.is_required()}
    fields |= {
        "id": "0b3f9b1e-1111-4222-8333-444455556666",
        "name": spec["name"],
        "environment": "abc123",
        "namespace": "default",
        "image": spec["image"],
        "status": Status.AVAILABLE,
        "replicas": Replicas(desired=3, updated=3, ready=2, available=1),
        "url": "https://abc123-inference.gw.example.com",
        "address": "inference.default.svc:8080",
        "revision": 2,
        "created": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "updated": None,
        "spec": group_spec(spec),
        "source": "scaling-group/abc123.inference",
    }
    return GroupView(**{**fields, **changes})


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out.splitlines()


def test_a_table_has_a_row_for_each_group(capsys):
    print_groups([view(), view(spec={"name": "other"}, status=Status.DELETED)], "table")

    heading, first, second = printed(capsys)
    assert heading.split() == HEADING
    assert first.split() == [
        "0b3f9b1e-1111-4222-8333-444455556666",
        "inference",
        "a/b:1",
        "Available",
        "2/3",
        "https://abc123-inference.gw.example.com",
        "2026-01-02T03:04:05Z",
    ]
    assert second.split()[1:4] == ["other", "a/b:1", "Deleted"]


def test_a_table_is_never_cut_off_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    image = f"registry.example.com/{'x' * 200}@sha256:{'0' * 64}"

    print_groups([view(spec={"image": image})] * 2, "table")

    heading, *rows = printed(capsys)
    assert [row.split()[2] for row in rows] == [image, image]
    assert rows[0].index("Available") == heading.index("STATUS")


def test_text_that_looks_like_markup_is_printed_as_it_is(capsys):
    print_groups([view(url="https://[bold]x")], "table")

    assert "https://[bold]x" in printed(capsys)[1]


def test_an_empty_table_is_its_heading(capsys):
    print_groups([], "table")

    (heading,) = printed(capsys)
    assert heading.split() == HEADING


def test_an_empty_list_for_programs_is_an_empty_list(capsys):
    print_groups([], "json")
    assert printed(capsys) == ["[]"]

    print_groups([], "yaml")
    assert printed(capsys) == ["[]"]


@pytest.mark.parametrize(("form", "load"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_programs_get_every_field(capsys, form, load):
    print_groups([view()], form)
    (found,) = load("\n".join(printed(capsys)))

    assert found == view().model_dump(mode="json")
    assert found["status"] == "Available"
    assert found["created"] == "2026-01-02T03:04:05Z"
    assert found["replicas"] == {"desired": 3, "updated": 3, "ready": 2, "available": 1}


@pytest.mark.parametrize(("form", "load"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_one_group_for_programs_is_one_object(capsys, form, load):
    print_group(view(), form)

    assert load("\n".join(printed(capsys))) == view().model_dump(mode="json")


def fields_of(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in printed(capsys))
    return {label: value.strip() for label, value in pairs}


def test_one_group_for_people_shows_what_is_known(capsys):
    spec = {"cpu": "4", "gpu": "nvidia-l4:1", "tags": {"team": "ml", "v": "2"}, "entrypoint": ["a", "b"]}
    print_group(view(spec=spec, reason="too slow"), "table")

    found = fields_of(capsys)
    assert found["Environment"] == "abc123 (namespace default)"
    assert found["Replicas"] == "3 desired, 2 ready, 1 available"
    assert found["Web URL"] == "https://abc123-inference.gw.example.com"
    assert found["In cluster"] == "inference.default.svc:8080"
    assert found["Tags"] == "team=ml, v=2"
    assert found["Entrypoint"] == "a b"
    assert (found["CPU"], found["Memory"]) == ("4", "default (request 256Mi, limit 1Gi)")
    assert (found["GPU"], found["Reason"], found["Revision"]) == ("nvidia-l4:1", "too slow", "2")


def test_one_group_for_people_leaves_out_what_says_nothing(capsys):
    print_group(view(revision=0, created=None), "table")

    found = fields_of(capsys)
    absent = {"Reason", "GPU", "Tags", "Entrypoint", "Revision", "Created", "Updated", "Deleted"}
    assert absent.isdisjoint(found)
    assert found["CPU"] == "default (request 100m, limit 1)"


def test_times_are_in_utc():
    east = timezone(timedelta(hours=2))

    assert timestamp(datetime(2026, 1, 2, 1, 0, 0, tzinfo=east)) == "2026-01-01T23:00:00Z"
    assert timestamp(None) == ""
