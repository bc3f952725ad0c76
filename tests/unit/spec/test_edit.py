"""Edits of a spec: what is given changes, the rest stays."""

from __future__ import annotations

from typing import Any

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.change import changes_between, one_line
from scaling_group.spec.edit import Edit
from scaling_group.spec.group import group_spec

BASE = group_spec(
    {
        "image": "a:1",
        "name": "web",
        "port": 80,
        "gpu": "nvidia-l4:1",
        "memory": "8Gi",
        "tags": {"team": "ml"},
        "env": {"A": "1", "B": "2"},
        "entrypoint": ["run"],
    }
)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Edit(), ""),
        (Edit({"replicas": 2}), "replicas 1 → 2"),
        (Edit({"cpu": "1000m"}), "cpu (unset) → 1"),
        (Edit({"memory": "8192Mi"}), ""),
        (Edit({"env": {"B": "3", "C": "4"}}), "env.B 2 → 3, env.C (unset) → 4"),
        (Edit({"tags": {"owner": "x"}}), "tags.owner (unset) → x, tags.team ml → (unset)"),
        (Edit(tags={"owner": "x"}), "tags.owner (unset) → x"),
        (Edit(untag=("team",)), "tags.team ml → (unset)"),
        (Edit(unset=("gpu", "entrypoint")), 'gpu nvidia-l4:1 → (unset), entrypoint ["run"] → (unset)'),
        (Edit(unset=("env.A",)), "env.A 1 → (unset)"),
        (Edit({"mounts": ["empty-dir:/a"]}), 'mounts (unset) → ["empty-dir:/a"]'),
        (Edit({"shutdown_delay": "20s"}), "shutdown_delay 10 → 20"),
    ],
)
def test_an_edit_changes_what_it_names_and_nothing_else(edit: Edit, said: str) -> None:
    assert one_line(changes_between(BASE, edit.apply(BASE))) == said


@pytest.mark.parametrize(
    ("edit", "fields"),
    [
        (Edit(unset=("image",)), [("unset", "a group must have image.")]),
        (Edit(unset=("gpus",)), [("unset", "no such field 'gpus'. Did you mean 'gpu'?")]),
        (Edit(unset=("env.C",)), [("unset", "there is no 'env.C'.")]),
        (Edit(untag=("owner",)), [("untag", "there is no tag 'owner'.")]),
    ],
)
def test_what_cannot_be_taken_away_is_named(edit: Edit, fields: list[Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        edit.apply(BASE)
    assert [(fault.field, fault.message) for fault in caught.value.faults] == fields


def test_faults_of_values_and_of_names_are_reported_together() -> None:
    with pytest.raises(InvalidInput) as caught:
        Edit({"cpu": "0", "replicas": -1}, unset=("name",)).apply(BASE)
    assert [fault.field for fault in caught.value.faults] == ["unset", "replicas", "cpu"]


def test_a_long_value_is_cut_in_history() -> None:
    edited = Edit({"env": {"A": "x" * 100}}).apply(BASE)
    assert one_line(changes_between(BASE, edited)) == f"env.A 1 → {'x' * 60}…"
