"""Models without pydantic: what is taken there, pydantic takes too, and makes the same of it."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from scaling_group.naming import PROJECT
from scaling_group.records import Action, GroupView, Interruption, Record, Replicas, Status
from scaling_group.spec.environment import EnvironmentSpec, GatewaySpec
from scaling_group.spec.group import GroupSpec, environment_spec, group_spec
from scaling_group.spec.model import Model
from scaling_group.spec.plain import checked_plain
from scaling_group.spec.twin import twin_of
from scaling_group.spec.written import short
from tests.strategies import OPTIONAL, REQUIRED, environments, groups

ENVIRONMENT = {"id": "abc123", "gateway": {"name": "g", "namespace": "n", "domain": "gw.example.com"}}
RECORD = Record(
    id="0b3f9b1e",
    spec=group_spec({"image": "a/b:1", "name": "web", "port": 80}),
    environment=environment_spec(ENVIRONMENT),
    namespace_uid="d9a4e881",
    revision=2,
    created=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    action=Action.CREATE,
    interrupted=(Interruption(revision=1),),
)


@st.composite
def junk(draw: st.DrawFn) -> Any:
    """Draw what a file or an annotation may hold in the place of anything."""
    scalars = [
        None,
        True,
        False,
        0,
        1,
        -1,
        70000,
        2**70,
        1.0,
        0.5,
        "",
        "1",
        "web",
        "A b",
        "1Gi",
        "\x00",
        "🦙",
    ]
    scalar = st.sampled_from(scalars) | st.text(max_size=5)
    names = st.sampled_from(["web", "A", "secret", "path", "min", "max"])
    return draw(scalar | st.lists(scalar, max_size=3) | st.dictionaries(names, scalar, max_size=2))


def data_of(fields: dict[str, Any]) -> str:
    return json.dumps({name: short(value) for name, value in fields.items()})


def the_same(model: type[Model], values: Any) -> bool:
    """Return whether values were taken without pydantic, which has to make the same of them then."""
    found = checked_plain(model, copy.deepcopy(values))
    if found is None:
        return False
    expected = dict(twin_of(model).model_validate(values))
    assert found == expected
    assert list(found) == list(expected)
    assert data_of(found) == data_of(expected)
    return True


@given(groups())
def test_a_legal_group_is_the_same_without_pydantic(values):
    the_same(GroupSpec, values)


@given(groups())
def test_what_files_and_state_hold_of_a_group_is_taken_without_pydantic(values):
    assert the_same(GroupSpec, json.loads(json.dumps(short(group_spec(values)))))


@given(environments())
def test_what_they_hold_of_an_environment_is_as_well(values):
    held = json.loads(json.dumps(short(environment_spec(values))))

    assert the_same(EnvironmentSpec, held) or "gpu_names" in held


@given(groups(), st.sampled_from([*REQUIRED, *OPTIONAL, "unknown"]), junk())
def test_nothing_is_taken_that_pydantic_refuses(values, name, broken):
    the_same(GroupSpec, {**short(group_spec(values)), name: broken})


@given(st.sampled_from([*EnvironmentSpec.defined, *GatewaySpec.defined, "unknown"]), junk())
def test_nothing_of_an_environment_is(name, broken):
    gateway = {**ENVIRONMENT["gateway"], **({name: broken} if name in GatewaySpec.defined else {})}
    the_same(EnvironmentSpec, {**ENVIRONMENT, "gateway": gateway})
    the_same(EnvironmentSpec, {**ENVIRONMENT, name: broken})


@given(st.sampled_from([*Record.defined, "cluster", "unknown"]), junk())
def test_nothing_of_a_record_is(name, broken):
    the_same(Record, {**RECORD.to_config(), name: broken})


def test_a_record_is_taken_from_its_json():
    assert the_same(Record, RECORD.to_config())
    assert Record.model_validate(RECORD.to_config()) == RECORD


def test_two_groups_share_no_mapping():
    one, other = (GroupSpec.model_validate({"image": "a/b:1", "name": "web", "port": 80}) for _ in range(2))

    assert one == other
    assert one.tags is not other.tags


@pytest.mark.parametrize("name", ["namespace_uid", "cluster"])
def test_a_field_with_another_name_in_files_has_both(name):
    values = {key: value for key, value in RECORD.to_config().items() if key != "cluster"}

    assert Record.model_validate({**values, name: "u"}).namespace_uid == "u"


def test_both_names_at_once_are_as_pydantic_has_it():
    values = {**RECORD.to_config(), "namespace_uid": "u"}
    with pytest.raises(ValidationError):
        Record.model_validate(values)


@given(groups())
def test_it_is_written_as_pydantic_writes_it(values):
    record = RECORD.with_(spec=group_spec(values))

    assert json.dumps(short(record)) == json.dumps(record.model_dump(mode="json", exclude_none=True))


def test_it_is_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        RECORD.revision = 3
    assert RECORD.revision == 2


def test_every_fault_of_a_constructor_is_told():
    with pytest.raises(ValidationError) as caught:
        Replicas(desired="many", other=1)
    assert {error["loc"] for error in caught.value.errors()} == {("desired",), ("other",)}


def test_equal_ones_are_one_key_and_copies_are_equal():
    environment = RECORD.environment
    assert {environment: 1}[environment_spec(ENVIRONMENT)] == 1
    assert environment != environment.model_copy(update={"namespace": "other"})
    for other in (copy.deepcopy(RECORD), pickle.loads(pickle.dumps(RECORD))):  # noqa: S301 - our own
        assert other == RECORD
    assert repr(Replicas(ready=1)) == "Replicas(desired=0, updated=0, ready=1, available=0)"


def test_models_of_pydantic_hold_it():
    adapter = TypeAdapter(tuple[GroupView, ...])
    view = GroupView(
        id=RECORD.id,
        name=RECORD.name,
        environment="abc123",
        namespace="default",
        image=RECORD.spec.image,
        status=Status.AVAILABLE,
        replicas=Replicas(desired=1),
        url=RECORD.url,
        address=RECORD.address,
        revision=2,
        created=RECORD.created,
        updated=None,
        spec=RECORD.spec,
        source=f"{PROJECT}/abc123.web",
    )

    [read] = adapter.validate_json(adapter.dump_json((view,)))
    assert read == view
    assert type(read.spec) is GroupSpec
    assert adapter.validate_python([view]) == (view,)
