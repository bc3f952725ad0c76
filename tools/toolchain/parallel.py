"""Several jobs at once, in the order given; the first failure ends them all."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

from .errors import Stopped

POLL_SECONDS = 0.2
Job = Callable[[], None]


def run_all(jobs: Sequence[Job], at_once: int, stop: threading.Event, patience: float) -> None:
    """Run every job; raise what the first failed one raised, once `stop` has told the others.

    A job that waits for a server looks at `stop` late: `patience` is how many seconds the others get.
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    outcomes: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    arguments = (waiting, outcomes, stop)
    workers = [
        threading.Thread(target=_work, args=arguments, daemon=True) for _ in range(min(at_once, len(jobs)))
    ]
    for worker in workers:
        worker.start()
    try:
        for _ in jobs:
            failure = _next(outcomes, stop)
            if failure is not None:
                raise failure
    except BaseException:
        stop.set()
        end = time.monotonic() + patience
        for worker in workers:
            worker.join(max(0.0, end - time.monotonic()))
        raise


def _work(
    waiting: queue.SimpleQueue[Job], outcomes: queue.SimpleQueue[BaseException | None], stop: threading.Event
) -> None:
    while not stop.is_set():
        try:
            job = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            job()
            outcomes.put(None)
        except BaseException as error:  # noqa: BLE001
            # Whoever waits raises it; nothing more is begun.
            outcomes.put(error)
            stop.set()


def _next(outcomes: queue.SimpleQueue[BaseException | None], stop: threading.Event) -> BaseException | None:
    while True:
        try:
            return outcomes.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if stop.is_set():
                raise Stopped from None
