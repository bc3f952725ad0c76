"""Files of somebody else, whoever runs the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

#: No system has a user of this number.
SOMEBODY = 54321


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a file somebody else's: who is not root becomes somebody else instead."""
    if os.geteuid() == 0:
        os.chown(path, SOMEBODY, -1, follow_symlinks=False)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
