"""Errors: exit codes are a promise to scripts."""

from __future__ import annotations

import pytest

from scaling_group import errors
from scaling_group.errors import ExitCode, Fault, InvalidInput, ScalingGroupError


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("DONE", 0),
        ("FAILED", 1),
        ("USAGE", 2),
        ("NOT_FOUND", 3),
        ("CONFLICT", 4),
        ("UNREACHABLE", 5),
        ("INTERRUPTED", 130),
    ],
)
def test_exit_codes_are_pinned(name, code):
    assert ExitCode[name] == code


def test_there_are_no_other_exit_codes():
    assert len(ExitCode) == 7


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ScalingGroupError, 1),
        (errors.Failed, 1),
        (errors.InvalidInput, 2),
        (errors.NotFound, 3),
        (errors.Conflict, 4),
        (errors.Unreachable, 5),
        (errors.Interrupted, 130),
    ],
)
def test_each_error_has_its_exit_code(error, code):
    assert error("said").exit_code == code


def test_an_error_reads_as_message_detail_and_resolution():
    error = ScalingGroupError("what", detail="why", resolution="what to do")

    assert str(error) == "what\nwhy\nwhat to do"
    assert str(ScalingGroupError("what", resolution="what to do")) == "what\nwhat to do"
    assert (error.message, error.detail, error.resolution) == ("what", "why", "what to do")


def test_invalid_input_lists_its_faults():
    error = InvalidInput("not valid:", [Fault("port", "is required."), Fault("gateway.name", "too long.")])

    assert str(error) == "not valid:\n  port: is required.\n  gateway.name: too long."
    assert error.faults == (Fault("port", "is required."), Fault("gateway.name", "too long."))


def test_a_detail_of_its_own_takes_the_place_of_the_list():
    assert str(InvalidInput("not valid:", [Fault("port", "no")], detail="because")) == "not valid:\nbecause"
