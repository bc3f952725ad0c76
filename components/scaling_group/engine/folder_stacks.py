"""Stacks in a folder: checkpoints and history, read without the engine."""

from __future__ import annotations

from pathlib import Path

import orjson

from scaling_group.engine.folders import entry, names_in, unreadable
from scaling_group.engine.shapes import Deployment, Entry, checkpoint_of, entry_of
from scaling_group.engine.state import (
    Corrupted,
    StackState,
    UnknownFormat,
    has_component,
    is_delete,
    recorded,
    state_of,
)
from scaling_group.naming import PROJECT, stack_name

#: Versions of the checkpoint format that are read here; others are left to the CLI.
KNOWN_VERSIONS = (3, 4)
#: Endings of a checkpoint, and of one that is compressed.
CHECKPOINT = ".json"
COMPRESSED = (".json.gz", ".json.zst")
#: How many copies of a corrupted checkpoint are looked at.
COPIES = 3


class FolderStacks:
    """The stacks in the `.pulumi` folder of a `file://` backend.

    Everything raises UnknownFormat where only the CLI can tell: compressed files, or ones of another version.
    """

    def __init__(self, folder: Path) -> None:
        self._stacks = folder / "stacks" / PROJECT
        self._history = folder / "history" / PROJECT

    def names(self, environment: str) -> list[str]:
        """Return the stacks of an environment."""
        files = names_in(self._stacks, stack_name(environment, ""))
        if compressed := next((name for name in files if name.endswith(COMPRESSED)), None):
            raise UnknownFormat(self._stacks / compressed)
        return [name.removesuffix(CHECKPOINT) for name in files if name.endswith(CHECKPOINT)]

    def read(self, stack: str) -> StackState:
        """Return the state of a stack; raises Corrupted."""
        file = entry(self._stacks, f"{stack}{CHECKPOINT}")
        try:
            deployment = _deployment(file)
            known = state_of(deployment, None)
        except FileNotFoundError:
            if any(entry(self._stacks, f"{stack}{ending}").exists() for ending in COMPRESSED):
                raise UnknownFormat(file) from None
            return StackState()
        except ValueError:
            raise Corrupted(file, self._copies(stack), _way_on(file, stack)) from None
        except OSError as error:
            raise unreadable(error) from None
        return known if has_component(deployment) else state_of(deployment, self.newest(stack))

    def peek(self, stack: str) -> StackState | None:
        """Return what read returns, None where it raises."""
        try:
            return self.read(stack)
        except (UnknownFormat, Corrupted):
            return None

    def survey(self, stack: str) -> StackState:
        """Return what read returns; of a corrupted stack its trouble, and what the history knows of it."""
        try:
            return self.read(stack)
        except Corrupted as error:
            return self._remembered(stack, error.message)

    def _remembered(self, stack: str, trouble: str) -> StackState:
        try:
            last = self.newest(stack)
        except (Corrupted, UnknownFormat):
            return StackState(exists=True, trouble=trouble)
        live = last is None or not is_delete(last)
        return StackState(recorded(last), exists=True, live=live, trouble=trouble)

    def newest(self, stack: str) -> Entry | None:
        """Return the newest history entry of a stack."""
        entries = self._entries(stack)
        return _entry(entries[-1]) if entries else None

    def _copies(self, stack: str) -> list[Path]:
        """Return intact copies of a checkpoint, the newest first: every operation leaves one."""
        history, backup = entry(self._history, stack), entry(self._stacks, f"{stack}{CHECKPOINT}.bak")
        found = [history / name for name in names_in(history) if name.endswith(".checkpoint.json")]
        found += [backup] if backup.exists() else []
        newest_first = sorted(found, key=lambda file: file.stat().st_mtime, reverse=True)
        return [file for file in newest_first[:COPIES] if _is_intact(file)]

    def history(self, stack: str) -> list[Entry]:
        """Return the history entries of a stack, oldest first."""
        return [_entry(file) for file in self._entries(stack)]

    def _entries(self, stack: str) -> list[Path]:
        history = entry(self._history, stack)
        names = names_in(history)
        if any(name.endswith((".history.json.gz", ".history.json.zst")) for name in names):
            raise UnknownFormat(history)
        # Names end in nanoseconds since the epoch, all of one length: their order is that of time.
        return [history / name for name in names if name.endswith(".history.json")]


def _deployment(file: Path) -> Deployment:
    """Return what a checkpoint holds; raises UnknownFormat, OSError, and ValueError for a corrupted one."""
    return deployment_in(file.read_bytes(), file)


def deployment_in(content: bytes, file: object) -> Deployment:
    """Return what a checkpoint holds; raises UnknownFormat, ValueError for a corrupted one."""
    checkpoint = orjson.loads(content)
    if not isinstance(checkpoint, dict) or checkpoint.get("version") not in KNOWN_VERSIONS:
        raise UnknownFormat(file)
    return checkpoint_of(checkpoint)


def _entry(file: Path) -> Entry:
    try:
        return entry_of(orjson.loads(file.read_bytes()))
    except ValueError:
        aside = f"Put it aside; one operation is missing from the history then: mv {file} {file}.corrupted"
        raise Corrupted(file, (), aside) from None
    except OSError as error:
        raise unreadable(error) from None


def _way_on(file: Path, stack: str) -> str:
    """Return what to do about a checkpoint of which there is no copy, as of a group that was being made."""
    return (
        f"Put it aside: mv {file} {file}.corrupted\n"
        f"Then bring back what is in the cluster with: scaling-group adopt --name={stack.partition('.')[2]}\n"
        "or, where there is no Deployment of it, create it again."
    )


def _is_intact(file: Path) -> bool:
    try:
        state_of(_deployment(file), None)
    except (OSError, ValueError, UnknownFormat):
        return False
    return True
