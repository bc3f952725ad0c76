"""What went wrong in an engine, as an error that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

from scaling_group.engine.backend import PASSPHRASE, PASSPHRASE_FILE
from scaling_group.errors import Conflict, Failed, ScalingGroupError, Unreachable, more_files
from scaling_group.records import Record

#: What the provider says where fields of an object are somebody else's.
FIELD_CONFLICT = "Server-Side Apply field conflict"
NOT_DECRYPTED = "incorrect passphrase"
#: What it says where the API server does not answer.
UNREACHABLE = ("cluster is unreachable", "unreachable cluster")
#: How it begins to tell of a request that was not answered. Only there: what an API server answers can have
#: such words of others in it, as of a webhook that it could not ask.
UNANSWERED = re.compile(
    r'(?:resource "[^"]+" was not successfully created by the Kubernetes API server: '
    r'|update of resource "[^"]+" failed: |Failed to fetch OpenAPI schema from the API server: )?'
    r'(?:Get|Post|Put|Patch|Delete) "https?://[^"\s]+": (?!context canceled)'
)
#: Its advice then: to let the state forget an object, which would stay in the cluster.
ADVICE = re.compile(r"\. If the cluster was deleted, you can remove .*?PULUMI_K8S_DELETE_UNREACHABLE.*")
#: What to do after a failure, by what it has left.
KEPT = "The record is kept; see it with get."
NOT_RECORDED = "Nothing is recorded, and no object was made: create it again."


def see(record: Record) -> str:
    """Return what to do about a group that is there."""
    return f"See it with: scaling-group get --name={record.name}"


def outcome(verb: str, record: Record, errors: list[str]) -> ScalingGroupError:
    """Return the error of an operation: verb is the engine's."""
    what = "delete the objects of" if verb == "destroy" else "apply"
    if record.makes_objects and verb == "up" and any(FIELD_CONFLICT in error for error in errors):
        return Conflict(
            f"somebody else has made objects named {record.name} at the same time",
            detail="\n".join(errors),
            resolution=f"Nothing of theirs was changed. Remove what was made here with: "
            f"scaling-group delete --name={record.name}",
        )
    return failure(f"the engine could not {what} {record.name}", errors)


def lock_held(record: Record, text: str) -> Conflict:
    """Return the error for a stack that another operation holds."""
    lines = [line.strip() for line in text.splitlines() if "created by" in line]
    return Conflict(
        f"another operation holds the lock of {record.stack}",
        detail="\n".join(lines),
        resolution="Wait until it ends. If its machine is gone, remove its lock: "
        f"scaling-group unlock --name={record.name} --force",
    )


def not_writable(error: OSError, data_dir: Path, *, touched: bool) -> Unreachable:
    """Return the error for a folder; touched: whether an engine was set on objects of the group."""
    more = more_files(error)
    what = "go on" if more else f"write {error.filename or data_dir}"
    return Unreachable(
        f"cannot {what}: {error.strerror or error}",
        detail="The engine may already have changed objects of the group."
        if touched
        else "No object of the group was changed.",
        resolution=more
        or "Check that the folder is writable and that its disk has free space, or set another one "
        "with SCALING_GROUP_DATA_DIR.",
    )


def failure(message: str, errors: list[str], resolution: str = KEPT) -> ScalingGroupError:
    """Return the error for what the engine said. resolution: what to do where that does not say it."""
    detail = "\n".join(ADVICE.sub("", error) for error in errors)
    if any(said in detail for said in UNREACHABLE) or any(map(UNANSWERED.match, errors)):
        return Unreachable(message, detail=detail)
    if NOT_DECRYPTED in detail:
        return Unreachable(
            message,
            detail="The state was encrypted with a different passphrase. Nothing was changed.",
            resolution=f"Set {PASSPHRASE} or {PASSPHRASE_FILE} to that one.",
        )
    return Failed(message, detail=detail, resolution=resolution)
