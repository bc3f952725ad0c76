"""Look for what would stop commands from working; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaling_group.check_result import CheckResult, Outcome
from scaling_group.errors import ScalingGroupError
from scaling_group.masking import masked
from scaling_group.operations.checks import (
    answer,
    autoscaling,
    cluster,
    drift,
    engine,
    gateway,
    gpus,
    host,
    limits,
    settings,
)
from scaling_group.operations.checks.check import Check, CheckFinding, failed, skipped
from scaling_group.operations.checks.context import CheckContext

#: In the order in which they are made: what a check needs comes before it.
CHECKS: tuple[Check, ...] = (
    *settings.CHECKS,
    *engine.CHECKS,
    *cluster.CHECKS,
    *gateway.CHECKS,
    *host.CHECKS,
    *gpus.CHECKS,
    *autoscaling.CHECKS,
    *limits.CHECKS,
    *drift.CHECKS,
    *answer.CHECKS,
)


def doctor(context: CheckContext, checks: tuple[Check, ...] = CHECKS) -> Iterator[CheckResult]:
    """Yield the result of each check once it is made; one that needs a failed one is skipped."""
    done: dict[str, CheckResult] = {}
    for check in checks:
        if check.of_group and not context.name:
            continue
        found = _finding(check, context, done)
        result = CheckResult(
            id=check.id,
            title=check.title,
            outcome=found.outcome,
            # The address of a backend or of a cluster may hold a password.
            summary=masked(found.summary),
            detail=masked(found.detail),
            resolution=masked(found.resolution),
            category=found.category,
        )
        done[check.id] = result
        yield result


def _finding(check: Check, context: CheckContext, done: Mapping[str, CheckResult]) -> CheckFinding:
    for need in check.needs:
        if done[need].outcome in (Outcome.FAILED, Outcome.SKIPPED):
            return skipped(f"needs: {done[need].title}")
    try:
        return check.run(context)
    except ScalingGroupError as error:
        return failed(error.message, detail=error.detail, resolution=error.resolution)
