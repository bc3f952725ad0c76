"""Loading beside what has to be waited for anyway: answers of the cluster, and the engine."""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import suppress

#: What the engine calls; to load it takes a tenth of a second.
CALLS = "scaling_group.engine.inline"
#: The SDK and the program take three times as long.
PROGRAM = "scaling_group.program"


def begin_to_load(*modules: str) -> None:
    """Load modules in a thread of their own."""
    if sys.modules.keys() >= set(modules):
        return

    def load() -> None:
        # What is wrong is said where it is needed.
        with suppress(Exception):
            for module in modules:
                importlib.import_module(module)

    # No daemon: to end in the middle of loading a library in C++ can end the process with a crash.
    threading.Thread(target=load).start()
