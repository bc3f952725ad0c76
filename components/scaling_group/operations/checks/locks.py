"""Locks of stacks that nobody holds any more."""

from __future__ import annotations

from scaling_group.naming import stack_name
from scaling_group.operations.checks.check import Check, Finding, ok, skipped, warning
from scaling_group.operations.checks.place import Place


def _run(place: Place) -> Finding:
    held = place.engine.locks(place.environment.id)
    if held is None:
        return skipped("locks cannot be seen in this backend")
    if not held:
        return ok("no stack is locked")
    prefix = stack_name(place.environment.id, "")
    names = sorted({lock.stack.removeprefix(prefix) for lock in held if lock.abandoned})
    told = [f"{lock.stack}: {lock}" for lock in held]
    if names:
        return warning(
            f"runs that were killed have left the lock of {', '.join(names)}",
            detail="\n".join(told),
            resolution=f"The next change clears it; or: scaling-group unlock --name={names[0]}",
        )
    names = sorted({lock.stack.removeprefix(prefix) for lock in held})
    return warning(
        f"{', '.join(names)}: locked, by a run that may still be at work",
        detail="\n".join(told),
        resolution="Wait until it has ended. If its machine is gone: "
        f"scaling-group unlock --name={names[0]} --force",
    )


CHECK = Check(
    id="locks",
    title="Locks",
    about="No stack of the environment is locked by a run that was killed.",
    run=_run,
    needs=("backend",),
)
