"""Results: a table for people, data for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.autoscaler import AutoscalerView, MetricView
from scaling_group.cli.options import DryRun
from scaling_group.cli.output import (
    age,
    group_line,
    print_group,
    print_groups,
    print_plan,
    that_fit,
    timestamp,
    with_age,
)
from scaling_group.client.applying import by_group
from scaling_group.records import Diagnosis, GroupView, Replicas, Status, Step
from scaling_group.reports import Plan
from scaling_group.spec.entrypoint import entrypoint_text, parse_entrypoint
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.tree import (
    ConditionView,
    ParentView,
    PodView,
    ReplicaSetView,
    RouteView,
    ServiceView,
    Tree,
)

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
    assert found["Entrypoint"] == "a,b"
    assert (found["CPU"], found["Memory"]) == ("4", "default (request 256Mi, limit 1Gi)")
    assert (found["GPU"], found["Reason"], found["Revision"]) == ("nvidia-l4:1", "too slow", "2")


def test_one_group_for_people_leaves_out_what_says_nothing(capsys):
    print_group(view(revision=0, created=None), "table")

    found = fields_of(capsys)
    absent = {"Reason", "GPU", "Entrypoint", "Revision", "Created", "Updated", "Deleted"}
    assert absent.isdisjoint(found)
    assert found["Tags"] == "none"
    assert found["CPU"] == "default (request 100m, limit 1)"


PULL = Diagnosis(
    category="image-not-found",
    summary="1 of 1 replicas cannot pull the image a/b:1",
    detail="pod x: ErrImagePull",
    resolution="Give an image that exists with --image.",
    terminal=True,
)


def test_a_list_has_a_column_for_what_is_wrong_only_where_something_is(capsys):
    wrong = view(status=Status.PENDING, reason="0 of 1 replicas available", diagnoses=(PULL,))
    vague = view(status=Status.DEGRADED, reason="no gateway has answered")
    print_groups([view(), wrong, vague], "table")

    heading, fine, first, second = printed(capsys)
    assert heading.split() == [*HEADING, "REASON"]
    assert fine.endswith("2026-01-02T03:04:05Z")
    assert first.endswith("  image-not-found")
    assert second.endswith("  no gateway has answered")


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (200, HEADING),
        (103, ["NAME", "IMAGE", "STATUS", "REPLICAS", "URL"]),
        (102, ["NAME", "STATUS", "REPLICAS", "URL"]),
        (80, ["NAME", "STATUS", "REPLICAS", "URL"]),
        (40, ["NAME", "STATUS", "REPLICAS"]),
    ],
)
def test_a_narrow_terminal_shows_the_columns_that_fit(columns, shown):
    created = "2026-01-02T03:04:05Z"
    found = view(spec={"image": "registry.example.com/server:v1"})
    row = [found.id, found.name, found.image, found.status.value, "2/3", found.url, created]

    titles, (fitting,) = that_fit(HEADING, [row], columns)

    assert titles == shown
    assert fitting == [row[HEADING.index(title)] for title in shown]


def test_one_group_in_a_line_for_those_who_watch():
    wrong = view(status=Status.PENDING, reason="0 of 1 replicas available", diagnoses=(PULL,))

    assert group_line(view()) == "Available  2/3"
    assert group_line(wrong) == "Pending  2/3  1 of 1 replicas cannot pull the image a/b:1"


def test_one_group_for_people_shows_causes_in_place_of_the_reason(capsys):
    print_group(view(reason="0 of 1 replicas available", diagnoses=(PULL,)), "table")

    text = capsys.readouterr().out
    assert "Reason:" not in text
    for part in (PULL.summary, PULL.detail, PULL.resolution, PULL.category):
        assert part in text


def tree() -> Tree:
    # Half an hour past: "20h" from the start of this test to its end, whenever it runs.
    created = datetime.now(UTC) - timedelta(hours=20, minutes=30)
    pods = [
        PodView(name=name, state=state, ready=ready, restarts=restarts, node=node, created=created)
        for name, state, ready, restarts, node in (
            ("web-1-a", "Running", True, 0, "node1"),
            ("web-1-long", "CrashLoopBackOff", False, 1, ""),
        )
    ]
    new = ReplicaSetView(
        name="web-1",
        revision=4,
        number=2,
        current=True,
        desired=2,
        ready=1,
        created=created,
        pods=tuple(pods),
    )
    said = ConditionView(type="Accepted", status="False", reason="NoMatchingParent", message="no listener")
    parent = ParentView(gateway="gateway-system/gateway", section="https", conditions=(said,))
    return Tree(
        replica_sets=(new,),
        service=ServiceView(name="web", ready=1, not_ready=1),
        route=RouteView(name="web", hostnames=("web.example.com",), parents=(parent,)),
    )


def test_a_tree_shows_what_a_group_consists_of(capsys):
    print_group(view(tree=tree()), "table")

    text = capsys.readouterr().out
    assert text[text.index("\nDeployment") + 1 :] == (
        "Deployment inference: 1 of 3 available\n"
        "└─ ReplicaSet web-1: 1 of 2 ready (revision 4, the newest, 20h)\n"
        "   ├─ Pod web-1-a     Running, ready, 0 restarts, node1, 20h\n"
        "   └─ Pod web-1-long  CrashLoopBackOff, not ready, 1 restart, no node, 20h\n"
        "Service web: 1 address ready, 1 not ready\n"
        "HTTPRoute web: web.example.com\n"
        "└─ Gateway gateway-system/gateway (listener https): Accepted=False\n"
        "   └─ Accepted: NoMatchingParent: no listener\n"
    )


def test_a_route_that_no_gateway_has_answered_for_is_said_so(capsys):
    silent = RouteView(name="web", hostnames=(), parents=())
    print_group(view(tree=tree().model_copy(update={"route": silent, "service": None})), "table")

    assert printed(capsys)[-1] == "└─ no gateway has answered"


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=-5), "0s"),
        (timedelta(seconds=119), "119s"),
        (timedelta(minutes=59), "59m"),
        (timedelta(hours=9, minutes=59), "9h59m"),
        (timedelta(hours=23), "23h"),
        (timedelta(days=2, hours=3), "2d3h"),
        (timedelta(days=3, hours=3), "3d"),
        (timedelta(days=40), "40d"),
    ],
)
def test_an_age_is_as_exact_as_it_needs_to_be(ago, text):
    assert age(datetime.now(UTC) - ago) == text
    assert age(None) == "unknown"


def test_a_warning_about_one_of_many_groups_begins_as_one():
    said: list[str] = []
    told = by_group(said.append)
    for message in ("updating", "warning: changed by hand", "warning: changed by hand"):
        told("web", message)

    assert said == ["web: updating", "warning: web: changed by hand"]


def test_times_are_in_utc():
    east = timezone(timedelta(hours=2))

    assert timestamp(datetime(2026, 1, 2, 1, 0, 0, tzinfo=east)) == "2026-01-01T23:00:00Z"
    assert timestamp(None) == ""


EVERY_FIELD = Path(__file__).parents[2] / "golden" / "spec" / "every-field.yaml"


def test_one_group_for_people_shows_every_field_that_is_set(capsys):
    spec = group_spec(yaml.safe_load(EVERY_FIELD.read_text()))
    more = {"shutdown_delay": 20, "termination_grace": 90, "progress_deadline": 1200}
    spec = group_spec({**spec.model_dump(exclude_defaults=True), **more})
    print_group(view().model_copy(update={"spec": spec}), "table")

    text = capsys.readouterr().out
    left_out = [
        name
        for name in GroupSpec.model_fields
        if name not in ("name", "autoscale", "route")
        and not all(part in text for part in texts_of(getattr(spec, name)))
    ]
    assert left_out == []


def texts_of(value: object) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}={text}" for key, text in value.items()]
    return [str(item) for item in value] if isinstance(value, tuple) else [str(value)]


@given(arguments=st.lists(st.text(), min_size=1).map(tuple))
def test_the_entrypoint_is_shown_in_the_form_that_its_flag_takes(arguments):
    assert parse_entrypoint([entrypoint_text(arguments)]) == arguments


@pytest.mark.parametrize(("form", "lines"), [("name", ["inference"])])
def test_one_group_by_its_name_alone(capsys, form, lines):
    print_group(view(), form)

    assert printed(capsys) == lines


class Terminal:
    """Both streams as a terminal of so many columns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)


def test_a_terminal_is_told_which_columns_it_has_no_room_for(capsys, monkeypatch):
    Terminal(monkeypatch, 80)
    print_groups([view()], "table")

    captured = capsys.readouterr()
    assert "https://abc123-inference.gw.example.com" in captured.out
    assert captured.err == "ID, CREATED: columns do not fit; see all with: scaling-group list -o wide\n"


def test_a_wide_list_has_every_column_on_a_narrow_terminal_too(capsys, monkeypatch):
    Terminal(monkeypatch, 40)
    print_groups([view()], "wide")

    heading, row = printed(capsys)
    assert heading.split() == [*HEADING, "NAMESPACE", "REASON"]
    assert row.split() == [*rest_of(view()), "default"]


def rest_of(found: GroupView) -> list[str]:
    return [found.id, found.name, found.image, "Available", "2/3", found.url, "2026-01-02T03:04:05Z"]


def test_a_list_says_of_an_available_group_that_somebody_has_changed_it(capsys):
    print_groups([view(drift=("Deployment spec.replicas 4 → 1",))], "table")

    assert printed(capsys)[1].endswith("  changed by hand: Deployment spec.replicas 4 → 1")


def test_a_list_of_all_namespaces_says_which(capsys):
    print_groups([view()], "table", namespaces=True)

    assert printed(capsys)[0].split() == [*HEADING, "NAMESPACE"]


def test_the_pods_of_a_programs_group_are_of_a_rollout_and_of_no_revision(capsys):
    (newest,) = tree().replica_sets
    of_program = newest.model_copy(update={"revision": None})
    print_group(view(tree=tree().model_copy(update={"replica_sets": (of_program,)})), "table")

    assert "ReplicaSet web-1: 1 of 2 ready (rollout 2, the newest, 20h)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({}, "web: would update (its pods are replaced)"),
        (
            {"leaves_gap": True},
            "web: would update (its pods are replaced, and nothing serves until the new one is ready)",
        ),
        (
            {"loses_requests": True},
            "web: would update (its pods are replaced, and requests fail meanwhile because old pods do not "
            "listen on the new port)",
        ),
    ],
)
def test_a_plan_says_what_becomes_of_requests_while_pods_are_replaced(capsys, plan, said):
    planned = Plan(name="web", action=Step.UPDATE, replaces_pods=True, **plan)

    print_plan(planned, "table", DryRun(wanted=True, exit_code=False))

    assert capsys.readouterr().out.splitlines() == [said]


def test_a_terminal_says_how_long_ago_a_change_was_made(monkeypatch):
    at = (datetime.now(UTC) - timedelta(minutes=3, seconds=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    change = f"Deployment spec.replicas 1 → 3 (kubectl-edit, {at})"
    assert with_age(change) == change
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert with_age(change) == "Deployment spec.replicas 1 → 3 (kubectl-edit, 3m ago)"
    assert with_age("Service present → missing") == "Service present → missing"


def scaled_by(**changes: Any) -> AutoscalerView:
    fields: dict[str, Any] = {
        "kind": "HorizontalPodAutoscaler",
        "name": "inference",
        "own": True,
        "min": 1,
        "max": 8,
        "desired": 5,
        "metrics": [
            MetricView(name="cpu", source="resource", target="70%", current="93%"),
            MetricView(name="vllm:num_requests_waiting", source="pods", target="5", current=None),
        ],
        "last_scaled": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "last_reason": "to 5: cpu above target",
        "conditions": (),
    }
    return AutoscalerView(**{**fields, **changes})


def test_what_scales_a_group_is_shown_in_lines_that_fit_a_terminal(capsys):
    other = scaled_by(own=False, others=("ScaledObject/inference",), name="team-hpa")
    print_group(view(autoscaler=scaled_by()), "table")
    lines = printed(capsys)
    print_group(view(autoscaler=other), "table")

    assert [line for line in lines if line.startswith(("Replicas", "Autoscaler", "Metric", "Last"))] == [
        "Replicas:    3 desired, 2 ready, 1 available",
        "Autoscaler:  1 to 8 replicas, wants 5 (HorizontalPodAutoscaler inference)",
        "Metric:      cpu 93% of 70%",
        "Metric:      vllm:num_requests_waiting unknown of 5",
        "Last scaled: 2026-01-02T03:04:05Z to 5: cpu above target",
    ]
    assert max(map(len, lines)) <= 80
    theirs = printed(capsys)
    assert "Autoscaler:  1 to 8 replicas, wants 5" in theirs
    assert "Scaled by:   HorizontalPodAutoscaler team-hpa, which is not this group's" in theirs
    assert "Besides:     ScaledObject/inference scales it too" in theirs


def test_a_list_shows_between_what_an_autoscaler_moves_replicas(capsys):
    print_groups([view(autoscaler=scaled_by()), view()], "table")

    assert [line.split()[4:6] for line in printed(capsys)[1:]] == [
        ["2/3", "(1-8)"],
        ["2/3", "https://abc123-inference.gw.example.com"],
    ]
    assert group_line(view(autoscaler=scaled_by())) == "Available  2/3 (1-8)"
