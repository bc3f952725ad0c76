"""An API server that stops answering while an engine works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scaling_group.errors import Failed, Unreachable, Unreadable
from scaling_group.operations.context import Context
from scaling_group.operations.presence import AWAY
from scaling_group.records import Record

#: Seconds before the API server is first asked, when most engines have ended, and between two requests.
PAUSE_SECONDS = 5.0
#: Seconds without an answer after which an engine is stopped.
PATIENCE_SECONDS = 30.0


class Outage:
    """Stops the engine of one group once the API server has not answered for too long; says so in `error`."""

    def __init__(self, context: Context, record: Record) -> None:
        self._context = context
        self._record = record
        self.error: Unreachable | None = None

    def look_until(self, over: Callable[[float], bool], now: Callable[[], float] = time.monotonic) -> None:
        """Ask again and again. over: waits for so many seconds at most, and returns whether it is over."""
        answered = now()
        while not over(PAUSE_SECONDS):
            away = self._away()
            if away is None:
                answered = now()
            # It can be over while an answer is waited for.
            elif not over(0.0):
                self._context.report(AWAY)
                if now() - answered >= PATIENCE_SECONDS:
                    self._stop(away)

    def _away(self) -> Unreachable | None:
        """Return why the API server does not serve: an error of a proxy before it is no answer either."""
        try:
            # As with every operation: what each user may read, and what an API server reads from etcd.
            self._context.cluster.namespace_uid(self._record.environment.namespace)
        except Unreadable:
            return None
        except Unreachable as away:
            return away
        return None

    def _stop(self, away: Unreachable) -> None:
        self.error = Unreachable(
            f"the API server has not answered for {PATIENCE_SECONDS:g} s, and the engine was stopped",
            detail="\n".join(filter(None, (away.message, away.detail))),
        )
        self._context.writer.stop(self._record.stack)


@contextmanager
def ended_by_outage(context: Context, record: Record) -> Iterator[None]:
    """Raise Unreachable where the API server stops answering while the engine works.

    Its provider waits ten minutes until what it deletes is gone, whether anybody answers or not.
    """
    over, outage = threading.Event(), Outage(context, record)
    threading.Thread(target=outage.look_until, args=(over.wait,), daemon=True).start()
    try:
        yield
    except (Failed, Unreachable) as error:
        raise (outage.error or error) from None
    finally:
        over.set()
