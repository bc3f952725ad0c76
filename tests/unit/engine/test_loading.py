"""Loading in a thread, beside other loading."""

from __future__ import annotations

import subprocess
import sys

#: The SDK's thread is held in the middle of asyncio until the main thread has begun to import lightkube.
HELD = """
import sys, threading, time

held, begun = threading.Event(), threading.Event()

def hold(event, arguments):
    loads = event == "import" and arguments[0] == "asyncio.base_events"
    if loads and threading.current_thread() is not threading.main_thread():
        held.set()
        begun.wait()
        time.sleep(1)

sys.addaudithook(hold)
from scaling_group.engine.loading import SDK, begin_to_load
begin_to_load(*SDK)
if "asyncio" not in sys.modules:
    held.wait()
begun.set()
import scaling_group.cluster.library
"""


def test_the_client_can_be_loaded_while_the_sdk_is():
    """Each imports asyncio, one of them by a module of it; Python 3.11 gave one a half-loaded module."""
    loaded = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=False)

    assert (loaded.returncode, loaded.stderr) == (0, "")
