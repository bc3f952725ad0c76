"""What is wrong with arguments that no model checks: each is an InvalidInput that names it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from scaling_group.errors import Fault, InvalidInput, did_you_mean
from scaling_group.records import Status
from scaling_group.spec.names import check_label, check_service_name
from scaling_group.spec.rejection import rejected, shown

#: A message goes into the record, which has to fit into an annotation.
LONGEST_MESSAGE = 1000
#: Groups that are changed at the same time; each has an engine at work.
MOST_PARALLEL = 64


def checked_name(name: str) -> str:
    """Return the name of a group; it becomes a part of paths, labels and the engine's arguments."""
    return _checked("name", name, check_service_name)


def checked_namespace(name: str | None) -> str | None:
    """Return a namespace, which becomes a part of paths."""
    return None if name is None else _checked("namespace", name, check_label)


def checked_message(message: str) -> str:
    """Return a message that fits into a record."""

    def fits(text: str) -> str:
        if len(text) > LONGEST_MESSAGE:
            raise _invalid("message", f"has {len(text)} characters; at most {LONGEST_MESSAGE}.")
        return text

    return _checked("message", message, fits)


def checked_statuses(status: Collection[str]) -> Collection[str]:
    """Return statuses that there are; one may be given as a text."""
    wanted = [status] if isinstance(status, str) else list(status)
    for each in wanted:
        if each not in tuple(Status):
            near = did_you_mean(each, list(Status))
            raise _invalid("status", f"{shown(each)} is not one of {', '.join(Status)}.{near}")
    return wanted


def checked_number(argument: str, value: float | None, least: float, most: float | None = None) -> None:
    """Raise InvalidInput for a number out of bounds."""
    if value is None:
        return
    if value < least or (most is not None and value > most):
        bounds = f"at least {least}" if most is None else f"{least} to {most}"
        raise _invalid(argument, f"{value} is out of bounds: {bounds}.")


def _checked(argument: str, value: object, check: Callable[[str], str]) -> str:
    if not isinstance(value, str):
        raise _invalid(argument, f"must be text, not {shown(value)}.")
    try:
        return check(value)
    except rejected() as error:
        raise _invalid(argument, error.message()) from None


def _invalid(argument: str, message: str) -> InvalidInput:
    return InvalidInput(f"the {argument} is not valid:", [Fault(argument, message)])
