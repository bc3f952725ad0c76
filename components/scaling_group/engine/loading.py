"""Loading beside what has to be waited for anyway: the engine."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from contextlib import suppress

#: The program of a group with the SDK, a fifth of a second.
PROGRAM = "scaling_group.program"
#: What tells why a group does not come up: asked for when the engine has ended.
CAUSES = "scaling_group.rollout.causes.catalogue"


def begin_to_load(*modules: str, then: Callable[[], object]) -> None:
    """Load modules in a thread of their own. then: called when they are loaded, or cannot be.

    Whoever needs one waits for that: two threads that meet in a library whose modules import each other can
    see one that is half loaded.
    """

    def load() -> None:
        # What is wrong is said where it is needed.
        with suppress(Exception):
            for module in modules:
                importlib.import_module(module)
        then()

    # No daemon: to end in the middle of loading a library in C++ can end the process with a crash.
    threading.Thread(target=load).start()
