"""Times of the week with more Pods, as KEDA's cron trigger keeps them.

https://keda.sh/docs/latest/scalers/cron/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Annotated, Self

from scaling_group.spec.marks import After, Bounds
from scaling_group.spec.model import Model, field, model_validator
from scaling_group.spec.numbers import MOST_REPLICAS, Whole
from scaling_group.spec.rejection import reject, shown

#: minute, hour, day of month, month, day of week
CRON_FIELDS = 5
LONGEST_CRON = 256
#: Schedules repeat within a week, or with a date within a year; windows are compared from here on, so many
#: of each. Any day would do, one that is the same for everybody makes the same warning everywhere.
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
WINDOWS = 60


def check_cron(text: str) -> str:
    """Return a time of the week in cron's form with single blanks; raises a pydantic error otherwise."""
    from cronsim import CronSim, CronSimError

    form = " ".join(text.split())
    example = "write minute, hour, day, month and weekday, like '0 8 * * 1-5'."
    if len(text) > LONGEST_CRON or len(form.split()) != CRON_FIELDS:
        raise reject("cron", f"{shown(text)} is not a time of cron; {example}")
    try:
        next(CronSim(form, BEGIN))
    except CronSimError as error:
        raise reject("cron", f"{shown(text)} is not a time of cron: {error}; {example}") from None
    except StopIteration:
        raise reject("cron", f"{shown(text)} never comes.") from None
    return form


def check_timezone(name: str) -> str:
    """Return the name of a time zone of the IANA's database."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise reject(
            "timezone", f"{shown(name)} is not a time zone; write it like Europe/Berlin or UTC."
        ) from None
    return name


Cron = Annotated[str, After(check_cron)]


class ScheduledReplicas(Model):
    """A time span with a fewest number of Pods of its own."""

    start: Cron = field(written="from", description="When it begins, in cron's form: '0 8 * * 1-5'.")
    end: Cron = field(written="to", description="When it ends, in cron's form.")
    replicas: Annotated[int, Bounds(1, MOST_REPLICAS), Whole] = field(description="Fewest Pods in this time.")
    timezone: Annotated[str, After(check_timezone)] = field(
        default="UTC", description="Time zone of both, a name of the IANA's database."
    )

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.start == self.end:
            raise reject("schedule", f"from and to are the same time, {shown(self.start)}.")
        return self

    def __str__(self) -> str:
        return f"{self.replicas} from {self.start!r} to {self.end!r} ({self.timezone})"


def overlapping(schedules: Sequence[ScheduledReplicas]) -> tuple[ScheduledReplicas, ScheduledReplicas] | None:
    """Return the first two of which one begins before the other has ended, None where there are none."""
    if len(schedules) < 2:
        return None
    windows = sorted((*window, at) for at, each in enumerate(schedules) for window in _windows(each))
    for (_, end, one), (start, _, other) in pairwise(windows):
        if one != other and start < end:
            return schedules[one], schedules[other]
    return None


def _windows(schedule: ScheduledReplicas) -> Iterator[tuple[datetime, datetime]]:
    from zoneinfo import ZoneInfo

    from cronsim import CronSim

    zone = ZoneInfo(schedule.timezone)
    ends_before = BEGIN + timedelta(days=366)
    for start in islice(CronSim(schedule.start, BEGIN.astimezone(zone)), WINDOWS):
        if start > ends_before:
            return
        yield start.astimezone(UTC), next(CronSim(schedule.end, start)).astimezone(UTC)
