"""Where the command begins: what has to hold before anything is loaded."""

from __future__ import annotations

import gc
from typing import NoReturn

#: Objects between two looks for garbage. What a command loads is more than fifty thousand, a list of a
#: thousand groups hundreds of thousands, all in use; with the usual 700 half of its time goes into looking.
GARBAGE_THRESHOLD = 500_000


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    from scaling_group.cli.main import main as run

    run()
