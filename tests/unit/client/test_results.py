"""What the client returns: views, and tables in which no text does anything."""

from __future__ import annotations

import scaling_group
from scaling_group import (
    Applied,
    AppliedGroups,
    Changes,
    Events,
    EventView,
    Failed,
    GroupList,
    GroupView,
    History,
    HistoryEntry,
    Step,
    Updated,
)
from scaling_group.records import Action, Diagnosis, Replicas, Result, Status
from scaling_group.spec.change import Change
from scaling_group.spec.group import group_spec

HOSTILE = "<script>alert('1')</script>\u202e&"


def view(name: str = "inference", **more: object) -> GroupView:
    tags = {"team": "ml"} if name == "inference" else {}
    spec = group_spec({"name": name, "image": "a/b:1", "port": 8080, "tags": tags})
    fields = {
        "id": "1",
        "name": name,
        "environment": "abc123",
        "namespace": "default",
        "image": "a/b:1",
        "status": Status.AVAILABLE,
        "replicas": Replicas(desired=2, ready=1),
        "url": f"https://abc123-{name}.gw.example.com",
        "address": f"{name}.default.svc:8080",
        "revision": 4,
        "created": None,
        "updated": None,
        "spec": spec,
        "source": "scaling-group/abc123.inference",
    }
    return GroupView(**{**fields, **more})


def test_a_notebook_shows_a_group_as_a_table():
    table = view()._repr_html_()

    for cell in ("inference", "Available", "1/2", "https://abc123-inference.gw.example.com", "team=ml"):
        assert f">{cell}</td>" in table


def test_text_from_elsewhere_does_nothing_in_a_table():
    cause = Diagnosis(category="x", summary=HOSTILE, resolution=HOSTILE, terminal=True)
    shown = view(status=Status.FAILED, diagnoses=(cause,), drift=(HOSTILE,))
    entry = HistoryEntry(
        name="inference",
        revision=1,
        time=None,
        action=Action.CREATE,
        result=Result.SUCCEEDED,
        available=True,
        actor=HOSTILE,
        message=HOSTILE,
        change="",
        id="1",
    )

    event = EventView(
        time=None, first=None, count=1, type="Warning", reason="Failed", object="Pod/a", message=HOSTILE
    )
    failed = Applied("inference", Step.CREATE, error=Failed(HOSTILE))
    results = (
        shown,
        GroupList([shown]),
        History([entry]),
        Changes([Change("image", "a/b:1", HOSTILE)]),
        Events([event]),
        AppliedGroups([failed, Applied("other", Step.UPDATE, view())]),
    )

    for table in (each._repr_html_() for each in results):
        assert "&lt;script&gt;" in table
        assert "<script" not in table
        assert "\u202e" not in table


def test_groups_are_chosen_by_tags_and_status():
    groups = GroupList([view(), view("other", status=Status.FAILED)])

    def names(**chosen: object) -> list[str]:
        return [each.name for each in groups.where(**chosen)]

    assert names() == ["inference", "other"]
    assert names(tags={"team": "ml"}) == names(tags={"team": None}) == ["inference"]
    assert names(tags={"team": "web"}) == []
    assert names(status=["Failed"]) == names(status="Failed") == ["other"]


def test_an_update_is_a_group_that_says_what_it_did():
    change = Change("replicas", 1, 2)
    updated = Updated.of(view(), [change], applied=True)

    assert (updated.changes, updated.applied, updated.revision, updated.tags) == (
        (change,),
        True,
        4,
        {"team": "ml"},
    )
    assert updated.model_dump() == view().model_dump()


def test_every_public_name_is_there_and_no_other():
    assert set(scaling_group.__all__) == {name for names in scaling_group._MODULES.values() for name in names}
    assert [name for name in scaling_group.__all__ if getattr(scaling_group, name) is None] == []
    assert set(scaling_group.__all__) <= set(dir(scaling_group))
    assert not hasattr(scaling_group, "no_such_name")
