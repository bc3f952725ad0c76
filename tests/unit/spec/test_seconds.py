"""Lengths of time: numbers and texts with a unit, their bounds, and how they fit one another."""

from __future__ import annotations

import pytest

from scaling_group.spec.group import group_spec
from tests.unit.spec.fields import BASE, faults, spec_with

FORM = "is not a length of time; write it like 30, 30s, 5m or 1h."


def test_the_defaults():
    spec = group_spec(BASE)

    assert (spec.shutdown_delay, spec.termination_grace, spec.progress_deadline) == (10, None, None)


@pytest.mark.parametrize("field", ["shutdown_delay", "termination_grace", "progress_deadline"])
@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (30, 30),
        ("30", 30),
        ("30s", 30),
        ("5m", 300),
        ("1h", 3600),
        ("24h", 86_400),
        (86_400, 86_400),
        (60.0, 60),
        ("0060", 60),
    ],
)
def test_legal_lengths_of_time(field, given, seconds):
    spec = spec_with(**{"shutdown_delay": 0, field: given})

    assert getattr(spec, field) == seconds
    assert type(getattr(spec, field)) is int


@pytest.mark.parametrize("field", ["shutdown_delay", "termination_grace", "progress_deadline"])
@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("", f"'' {FORM}"),
        ("5 m", f"'5 m' {FORM}"),
        ("5min", f"'5min' {FORM}"),
        ("1d", f"'1d' {FORM}"),
        ("1.5m", f"'1.5m' {FORM}"),
        ("-1", f"'-1' {FORM}"),
        ("1_0", f"'1_0' {FORM}"),
        ("5M", f"'5M' {FORM}"),
        ("٣", FORM),
        (True, "must be a length of time, not True."),
        (False, "must be a length of time, not False."),
        (-1, "input should be greater than or equal to"),
        (1.5, "got a number with a fractional part, not 1.5."),
        (86_401, "input should be less than or equal to 86400, not 86401."),
        ("25h", "input should be less than or equal to 86400, not 90000."),
        ("999999999h", "input should be less than or equal to 86400"),
        pytest.param("9" * 5000, FORM, id="huge text"),
        pytest.param(10**5000, "a number of thousands of digits", id="huge"),
        ([1], "not [1]."),
    ],
)
def test_illegal_lengths_of_time_are_refused(field, given, part):
    found = faults(**{field: given})

    assert found.keys() == {field}
    assert part in found[field]
    assert len(found[field]) < 200


def test_a_delay_of_zero_is_legal_and_a_deadline_of_zero_is_not():
    assert spec_with(shutdown_delay="0s").shutdown_delay == 0
    assert faults(progress_deadline=0) == {
        "progress_deadline": "input should be greater than or equal to 1, not 0."
    }


@pytest.mark.parametrize(("delay", "grace"), [(10, 11), (0, 1), ("5m", "6m")])
def test_the_grace_holds_the_delay(delay, grace):
    assert spec_with(shutdown_delay=delay, termination_grace=grace).termination_grace


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"termination_grace": 10}, "10 s must be more than the shutdown delay of 10 s."),
        (
            {"termination_grace": "1m", "shutdown_delay": "1h"},
            "60 s must be more than the shutdown delay of 3600 s.",
        ),
        ({"termination_grace": 0, "shutdown_delay": 0}, "0 s must be more than the shutdown delay of 0 s."),
    ],
)
def test_a_grace_within_the_delay_is_refused(fields, message):
    assert faults(**fields) == {"termination_grace": message}


@pytest.mark.parametrize(("given", "deadline"), [(600, None), ("11m", 660)])
def test_pods_have_to_be_ready_for_long_enough_before_the_deadline(given, deadline):
    least = deadline or 600
    assert faults(min_ready=given, progress_deadline=deadline) == {
        "min_ready": f"{least} s must be less than the progress deadline of {least} s."
    }
    assert spec_with(min_ready=given, progress_deadline=least + 1).min_ready == least
