"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scaling_group.check_result import Outcome
from scaling_group.operations.checks.context import CheckContext
from scaling_group.rollout import finding


@dataclass(frozen=True)
class CheckFinding:
    """What a check has found; the fields are those of records.CheckResult."""

    outcome: Outcome
    summary: str
    detail: str = ""
    resolution: str = ""
    category: str = ""


@dataclass(frozen=True)
class Check:
    """One check. needs: ids of checks that must not have failed for it to make sense.

    about: what is looked at and what makes it fail, for the reference. run: raises any
    ScalingGroupError, which is a failure with its message, detail and resolution. of_group: made only
    where a group is named.
    """

    id: str
    title: str
    about: str
    run: Callable[[CheckContext], CheckFinding]
    needs: tuple[str, ...] = ()
    of_group: bool = False


def ok(summary: str, detail: str = "") -> CheckFinding:
    return CheckFinding(Outcome.OK, summary, detail)


def warning(summary: str, *, detail: str = "", resolution: str) -> CheckFinding:
    return CheckFinding(Outcome.WARNING, summary, detail, resolution)


def failed(summary: str, *, detail: str = "", resolution: str) -> CheckFinding:
    return CheckFinding(Outcome.FAILED, summary, detail, resolution)


def skipped(summary: str) -> CheckFinding:
    return CheckFinding(Outcome.SKIPPED, summary)


def worst(found: Sequence[CheckFinding]) -> CheckFinding:
    """Return the worst of what was found of several hosts, and others as bad in its evidence."""
    order = (Outcome.FAILED, Outcome.WARNING, Outcome.SKIPPED, Outcome.OK)
    outcome = next(each for each in order if any(one.outcome is each for one in found))
    first, *others = (one for one in found if one.outcome is outcome)
    more = [one.summary for one in others if one.summary != first.summary]
    if outcome is Outcome.OK:
        return replace(first, summary="; ".join(dict.fromkeys((first.summary, *more))))
    return replace(first, detail="\n".join(dict.fromkeys(filter(None, (first.detail, *more)))))


def judged(fault: finding.Finding | None, good: str) -> CheckFinding:
    """Return the failure that a cause of trouble is, or what is good where there is none."""
    if fault is None:
        return ok(good)
    return CheckFinding(Outcome.FAILED, fault.said, fault.detail, fault.resolution, fault.cause.category)
