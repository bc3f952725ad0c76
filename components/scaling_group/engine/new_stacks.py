"""New stacks of the default backend, made as `pulumi stack init` makes them, without a process.

An engine takes half a second for one, most of it to derive a key from the passphrase. What it writes is an
empty checkpoint, and the salt of that key, which serves every stack with the passphrase. So an engine makes
the first stack, and its salt is kept for those after it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from scaling_group.engine.acquisition import Version
from scaling_group.engine.backend import PASSPHRASE_FILE, Backend
from scaling_group.engine.folder_stacks import CHECKPOINT
from scaling_group.engine.folders import entry, write_private
from scaling_group.naming import ORGANIZATION, PROJECT

#: In the folder of the passphrase: the salt, and of which passphrase it is.
KEPT = "salt.json"
#: What says of a backend how its files are laid out, and the layout that is written here.
META, LAYOUT = "meta.yaml", b"version: 1"


class NewStacks(NamedTuple):
    """Stacks of a folder with the passphrase that was made up for it.

    folder: the backend's `.pulumi` folder. passphrase: the file. Of a passphrase of the user's own no salt is
    kept: a digest that is quickly made would help whoever guesses it.
    """

    folder: Path
    passphrase: Path

    @classmethod
    def of(cls, backend: Backend) -> NewStacks | None:
        """Return what makes stacks of a backend, None where an engine makes each of them."""
        file = backend.variables.get(PASSPHRASE_FILE)
        return cls(backend.folder, Path(file)) if file and backend.folder else None

    def salt(self) -> str:
        """Return the salt that is kept, empty where there is none of this passphrase."""
        try:
            found = orjson.loads((self.passphrase.parent / KEPT).read_bytes())
        except (OSError, ValueError):
            return ""
        known = isinstance(found, dict) and found.get("passphrase") == self._digest()
        return str(found.get("salt") or "") if known else ""

    def keep(self, salt: str) -> None:
        """Keep the salt that an engine has made."""
        found = {"passphrase": self._digest(), "salt": salt}
        write_private(self.passphrase.parent / KEPT, orjson.dumps(found).decode())

    def _digest(self) -> str:
        return hashlib.sha256(self.passphrase.read_bytes()).hexdigest()

    def make(self, stack: str, version: Version, salt: str) -> bool:
        """Make an empty stack; return False where an engine has to do it.

        version: of the engine. Raises FileExistsError where there is one of the name: of two that make it at
        once, one wins.
        """
        content = orjson.dumps(_checkpoint(stack, version, salt))
        file = entry(self.folder / "stacks" / PROJECT, f"{stack}{CHECKPOINT}")
        try:
            if not salt or (self.folder / META).read_bytes().strip() != LAYOUT:
                return False
            _write_whole(file, content, self.folder)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links, or a folder that is not there yet; what is wrong, the engine says.
            return False
        return True


def _write_whole(file: Path, content: bytes, scratch_folder: Path) -> None:
    """Make a file that others see with all its content, or not at all."""
    # Beside the file the engine would take it for one of its own.
    descriptor, scratch = tempfile.mkstemp(dir=scratch_folder)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
        os.link(scratch, file)
    finally:
        os.unlink(scratch)


def _checkpoint(stack: str, version: Version, salt: str) -> dict[str, object]:
    told = f"v{'.'.join(map(str, version))}"
    manifest = {
        "time": datetime.now(UTC).isoformat(),
        # The engine refuses a state whose magic is not that of its version.
        "magic": hashlib.sha256(told.encode()).hexdigest(),
        "version": told,
    }
    latest = {
        "manifest": manifest,
        "secrets_providers": {"type": "passphrase", "state": {"salt": salt}},
        "metadata": {},
    }
    named = f"{ORGANIZATION}/{PROJECT}/{stack}"
    return {"version": 3, "checkpoint": {"stack": named, "latest": latest}}
