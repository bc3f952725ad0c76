"""What can go wrong, and the exit code of each."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import ClassVar, NamedTuple

from scaling_group.masking import masked


class ExitCode(IntEnum):
    """Exit codes of the command line."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    UNREACHABLE = 5
    INTERRUPTED = 130


class Fault(NamedTuple):
    """One thing wrong with an input: the field's path (`environment.gateway.name`) and why."""

    field: str
    message: str


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean …?` for a near miss, else nothing."""
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, as sentences say it: 1 replica, 2 replicas."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


class ScalingGroupError(Exception):
    """Anything a user or a cluster can cause.

    message: what happened, with the value. detail: why. resolution: what to do next. None of them keeps
    a credential that a text from elsewhere had in it.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, detail: str = "", resolution: str = "") -> None:
        self.message = masked(message)
        self.detail = masked(detail)
        self.resolution = masked(resolution)
        super().__init__(self.message)

    def __str__(self) -> str:
        return "\n".join(part for part in (self.message, self.detail, self.resolution) if part)


def more_files(error: BaseException | None) -> str:
    """Return what to do where this process may open no more files, whichever library met it; else nothing."""
    while error:
        if isinstance(error, OSError) and error.errno == errno.EMFILE:
            return "Let this command open more files: ulimit -n 4096"
        error = error.__cause__ or error.__context__
    return ""


class Failed(ScalingGroupError):
    """The engine or the rollout failed; the record stays."""


class RolloutFailed(Failed):
    """A group did not come up. status is the one it has; diagnoses are plain JSON data, the cause first."""

    def __init__(
        self,
        message: str,
        *,
        detail: str = "",
        resolution: str = "",
        status: str = "",
        diagnoses: Sequence[Mapping[str, object]] = (),
    ) -> None:
        super().__init__(message, detail=detail, resolution=resolution)
        self.status = status
        self.diagnoses = tuple(diagnoses)


class InvalidInput(ScalingGroupError):
    """Input that breaks rules; `faults` lists every one of them."""

    exit_code = ExitCode.USAGE

    def __init__(
        self, message: str, faults: Sequence[Fault] = (), *, detail: str = "", resolution: str = ""
    ) -> None:
        faults = [Fault(fault.field, masked(fault.message)) for fault in faults]
        listed = "\n".join(f"  {fault.field}: {fault.message}" for fault in faults)
        super().__init__(message, detail=detail or listed, resolution=resolution)
        self.faults = tuple(faults)


class NotFound(ScalingGroupError):
    """No such group, namespace or context."""

    exit_code = ExitCode.NOT_FOUND


class Conflict(ScalingGroupError):
    """What the cluster or the backend holds stands in the way.

    The name is taken, the objects belong to somebody else, another operation is running, or the
    gateway does not serve what the settings say.
    """

    exit_code = ExitCode.CONFLICT


class Unreachable(ScalingGroupError):
    """The engine or the cluster cannot be used."""

    exit_code = ExitCode.UNREACHABLE


class Unreadable(Unreachable):
    """The API server answers, and does not give or know what it was asked for."""


class Forbidden(Unreadable):
    """The API server answered that this user may not do it."""


class Interrupted(ScalingGroupError):
    """The user stopped the operation."""

    exit_code = ExitCode.INTERRUPTED
