"""Questions that are asked at the same time."""

from __future__ import annotations

import threading

import pytest

from scaling_group.errors import NotFound, Unreachable
from scaling_group.operations.at_once import at_once


def raising(error: BaseException):
    def question() -> None:
        raise error

    return question


def test_every_question_is_asked_before_one_is_answered():
    met = threading.Barrier(3, timeout=60)

    assert at_once(dict.fromkeys("abc", met.wait)).keys() == set("abc")


def test_answers_are_in_the_order_of_the_questions():
    assert list(at_once({"b": lambda: 1, "a": lambda: 2})) == ["b", "a"]
    assert at_once({}) == {}


@pytest.mark.parametrize("others", [{}, {"well": lambda: 1}])
def test_what_the_first_that_fails_raises_is_raised(others):
    questions = {"first": raising(NotFound("no namespace")), **others, "last": raising(Unreachable("away"))}

    with pytest.raises(NotFound):
        at_once(questions)


def test_ctrl_c_in_one_of_them_is_one():
    with pytest.raises(KeyboardInterrupt):
        at_once({"one": raising(KeyboardInterrupt()), "other": lambda: 1})


def test_ctrl_c_waits_for_no_answer():
    released = threading.Event()

    with pytest.raises(KeyboardInterrupt):
        at_once({"slow": released.wait, "interrupted": raising(KeyboardInterrupt())})
    released.set()
