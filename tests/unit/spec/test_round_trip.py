"""Whatever form a group takes on its way, it is the same group afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.manifests.group import record_text
from scaling_group.records import Record
from scaling_group.spec.documents import parse_documents, specs_of
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, environment_spec, group_spec
from tests.strategies import OPTIONAL, REQUIRED, environments, groups

specs = groups().map(group_spec)


@st.composite
def records(draw: st.DrawFn) -> Record:
    time = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
    seconds = time.map(lambda moment: moment.replace(microsecond=0))
    return Record(
        id=draw(st.sampled_from(["", "0b3f9b1e-1111-4222-8333-444455556666"])),
        spec=draw(specs),
        environment=draw(environments().map(environment_spec)),
        revision=draw(st.integers(0, 9)),
        created=draw(st.none() | seconds),
        actor=draw(st.sampled_from(["", "ünï@host"])),
    )


def test_the_strategies_know_every_field():
    assert REQUIRED.keys() | OPTIONAL.keys() == GroupSpec.model_fields.keys()
    assert REQUIRED.keys() == {name for name, field in GroupSpec.model_fields.items() if field.is_required()}


def test_the_strategies_draw_every_field_away_from_its_default():
    seen: set[str] = set()

    @given(specs)
    def draw(spec: GroupSpec) -> None:
        seen.update(spec.model_dump(exclude_defaults=True))

    draw()
    assert seen == set(GroupSpec.model_fields)


@given(groups())
def test_a_group_as_people_write_it_is_the_same_from_yaml(values: dict[str, Any]):
    content = yaml.safe_dump(values).encode()

    assert specs_of(parse_documents(content, "group.yaml")) == [group_spec(values)]


@given(specs)
def test_spec_to_yaml_to_spec(spec: GroupSpec):
    content = yaml.safe_dump(spec.model_dump(mode="json", exclude_none=True)).encode()

    assert specs_of(parse_documents(content, "group.yaml")) == [spec]


@given(records())
def test_record_to_annotation_to_record(record: Record):
    text = record_text(record.to_config())

    assert Record.model_validate_json(text) == record


@given(records())
def test_record_to_stack_settings_to_record(record: Record):
    text = yaml.safe_dump({"config": {"scaling-group:record": record.to_config()}})

    assert Record.model_validate(yaml.safe_load(text)["config"]["scaling-group:record"]) == record


@given(specs)
def test_what_is_normalised_stays_as_it_is(spec: GroupSpec):
    assert GroupSpec.model_validate(spec.model_dump()) == spec
    assert GroupSpec.model_validate(spec.model_dump(mode="json")) == spec


@given(environments().map(environment_spec))
def test_an_environment_stays_as_it_is(environment: EnvironmentSpec):
    assert EnvironmentSpec.model_validate(environment.model_dump(mode="json")) == environment
