"""Questions that are asked at the same time."""

from __future__ import annotations

import threading

import pytest

from scaling_group.at_once import at_once, in_shares
from scaling_group.errors import NotFound, Unreachable


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


def test_of_many_questions_so_many_are_asked_at_the_same_time_and_no_more():
    guard, asked, most = threading.Lock(), [], []
    full = threading.Barrier(4, timeout=60)

    def ask(key: int) -> int:
        with guard:
            asked.append(key)
            most.append(len(asked))
        if key < 4:
            full.wait()
        with guard:
            asked.remove(key)
        return key * 2

    assert in_shares(range(10), ask, 4) == {key: key * 2 for key in range(10)}
    assert max(most) == 4
    assert in_shares([], ask, 4) == {}
