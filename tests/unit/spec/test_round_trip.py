"""Whatever form a group takes on its way, it is the same group afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scaling_group.manifests.group import record_text
from scaling_group.records import Record
from scaling_group.spec.documents import parse_documents, specs_of
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, environment_spec, group_spec
from scaling_group.spec.schema import group_schema
from tests.strategies import OPTIONAL, REQUIRED, environments, groups

VALIDATOR = Draft202012Validator(group_schema())
RecordOf = Callable[[GroupSpec], Record]


@st.composite
def records(draw: st.DrawFn) -> RecordOf:
    """Draw all of a record but its group."""
    time = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
    seconds = time.map(lambda moment: moment.replace(microsecond=0))
    return partial(
        _record,
        id=draw(st.sampled_from(["", "0b3f9b1e-1111-4222-8333-444455556666"])),
        environment=draw(environments().map(environment_spec)),
        revision=draw(st.integers(0, 9)),
        created=draw(st.none() | seconds),
        actor=draw(st.sampled_from(["", "ünï@host"])),
    )


def _record(spec: GroupSpec, **fields: Any) -> Record:
    return Record(spec=spec, **fields)


def test_the_strategies_know_every_field():
    assert REQUIRED.keys() | OPTIONAL.keys() == GroupSpec.model_fields.keys()
    assert REQUIRED.keys() == {name for name, field in GroupSpec.model_fields.items() if field.is_required()}


def text_of(data: dict[str, Any]) -> str:
    """Return YAML as libyaml writes it, ten times as fast."""
    return yaml.dump(data, Dumper=yaml.CSafeDumper)


def the_same_from_yaml(values: dict[str, Any], spec: GroupSpec) -> None:
    as_written = text_of(values).encode()
    normalised = text_of(spec.model_dump(mode="json", exclude_none=True)).encode()

    assert specs_of(parse_documents(as_written, "group.yaml")) == [spec]
    assert specs_of(parse_documents(normalised, "group.yaml")) == [spec]


def the_same_once_normalised(spec: GroupSpec) -> None:
    assert GroupSpec.model_validate(spec.model_dump()) == spec
    assert GroupSpec.model_validate(spec.model_dump(mode="json")) == spec


def legal_by_the_schema(values: dict[str, Any], spec: GroupSpec) -> None:
    VALIDATOR.validate(values)
    VALIDATOR.validate(spec.model_dump(mode="json"))
    VALIDATOR.validate(spec.model_dump(mode="json", exclude_none=True))


def the_same_from_the_annotation(record: Record) -> None:
    assert Record.model_validate_json(record_text(record.to_config())) == record


def the_same_from_the_stack_settings(record: Record) -> None:
    text = text_of({"config": {"scaling-group:record": record.to_config()}})
    read = yaml.load(text, yaml.CSafeLoader)

    assert Record.model_validate(read["config"]["scaling-group:record"]) == record


def test_a_group_is_the_same_in_every_form_and_every_field_is_tried():
    """One property: to draw a group takes longer than to try it in all of its forms."""
    seen: set[str] = set()

    @given(groups(), records())
    def draw(values: dict[str, Any], record_of: RecordOf) -> None:
        spec = group_spec(values)
        record = record_of(spec)
        the_same_from_yaml(values, spec)
        the_same_once_normalised(spec)
        legal_by_the_schema(values, spec)
        the_same_from_the_annotation(record)
        the_same_from_the_stack_settings(record)
        seen.update(spec.model_dump(exclude_defaults=True))

    draw()
    assert seen == set(GroupSpec.model_fields)


@given(environments().map(environment_spec))
def test_an_environment_stays_as_it_is(environment: EnvironmentSpec):
    assert EnvironmentSpec.model_validate(environment.model_dump(mode="json")) == environment
