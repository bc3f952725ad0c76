"""A field whose model is loaded later reads, writes and fails as one of the model itself."""

from __future__ import annotations

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.autoscale import Autoscale
from scaling_group.spec.group import GroupSpec, group_spec

BASE = {"image": "a:1", "name": "web", "port": 80}


def test_it_holds_the_model_and_is_written_as_it_is():
    spec = group_spec({**BASE, "autoscale": {"max": "4", "pods": {"waiting": 5}}})

    assert isinstance(spec.autoscale, Autoscale)
    assert spec.model_dump(exclude_defaults=True)["autoscale"] == {"max": 4, "pods": {"waiting": "5"}}
    assert spec.model_dump(mode="json", exclude_none=True)["autoscale"]["min"] == 1
    assert '"autoscale":null' in group_spec(BASE).model_dump_json()
    assert GroupSpec.model_validate_json(spec.model_dump_json()) == spec


def test_every_fault_within_it_has_its_path():
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, "port": 0, "autoscale": {"min": -1, "schedule": [{"from": "x"}]}})

    assert [fault.field for fault in caught.value.faults] == [
        "port",
        "autoscale.min",
        "autoscale.max",
        "autoscale.schedule.0.from",
        "autoscale.schedule.0.to",
        "autoscale.schedule.0.replicas",
    ]
