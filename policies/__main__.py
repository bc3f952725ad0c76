"""Where the policy pack begins. `pulumi up` waits for all that it loads, and at the end for its end."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import threading

from scaling_group.loading import load_when_used

#: What `import pulumi` loads too, a third of its time, and what no policy uses.
UNUSED = ("pulumi.automation", "pulumi.dynamic", "grpc.aio")
#: Sets up OpenTelemetry, where the engine says which trace the process belongs to.
TRACING, TRACE = "pulumi.runtime._instrumentation", "TRACEPARENT"


def main() -> None:
    """Serve the rules to the engine."""
    if sys.platform != "win32":
        end_when_interrupted()
    # What is loaded is in use until the end: to look for garbage in it takes time, then and now.
    gc.disable()
    load_when_used(*UNUSED, *(() if TRACE in os.environ else (TRACING,)))
    # The file beside this one: with `python <folder>` the folder is the first place to look.
    service = importlib.import_module("service")
    gc.freeze()
    gc.enable()
    service.serve()


def end_when_interrupted() -> None:
    """Let an interrupt end the process, whichever thread gets it.

    The SDK sleeps in the main thread. One that another thread gets does not wake it, and the engine would
    wait five seconds before it kills the process. Called before there are other threads, which take over
    the mask.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.Thread(target=_pass_on, args=(threading.get_ident(),), daemon=True).start()


def _pass_on(main_thread: int) -> None:
    signal.sigwait({signal.SIGINT})
    signal.pthread_kill(main_thread, signal.SIGTERM)


if __name__ == "__main__":
    main()
