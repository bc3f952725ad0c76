"""Requests that do not depend on each other, in one round trip."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


def at_once(questions: Mapping[Key, Callable[[], Answer]]) -> dict[Key, Answer]:
    """Return the answer to each question, all of them asked at the same time.

    Raises what the first question raises of those that raise. The last is asked by the caller's thread;
    the threads of the others are daemons: a Ctrl-C waits for no answer, which those of an executor do.
    """
    if not questions:
        return {}
    *others, last = questions
    asked = {key: _Asked(questions[key]) for key in others}
    for each in asked.values():
        each.start()
    error = None
    try:
        answer = questions[last]()
    except Exception as raised:  # noqa: BLE001 - raised again below
        error = raised
    answers = {key: each.answer() for key, each in asked.items()}
    if error is not None:
        raise error
    return {**answers, last: answer}


def in_shares(keys: Iterable[Key], ask: Callable[[Key], Answer], most: int) -> dict[Key, Answer]:
    """Return the answer for each key, at most so many of them asked at the same time; raises as at_once."""
    asked = list(keys)
    shares = {first: asked[first::most] for first in range(min(most, len(asked)))}

    def answers(share: list[Key]) -> dict[Key, Answer]:
        return {key: ask(key) for key in share}

    found = at_once({first: partial(answers, share) for first, share in shares.items()})
    return {key: answer for share in found.values() for key, answer in share.items()}


class _Asked(threading.Thread, Generic[Answer]):
    """One question, and its answer once there is one."""

    def __init__(self, question: Callable[[], Answer]) -> None:
        super().__init__(daemon=True)
        self._question = question
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._answer = self._question()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever wants the answer
            self._error = error

    def answer(self) -> Answer:
        self.join()
        if self._error is not None:
            raise self._error
        return self._answer
