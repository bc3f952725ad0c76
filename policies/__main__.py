"""Where the policy pack begins. `pulumi up` waits for all that it loads, and at the end for its end."""

from __future__ import annotations

import gc
import importlib
import os

from scaling_group.loading import load_when_used

#: What `import pulumi` loads too, a third of its time, and what no policy uses.
UNUSED = ("pulumi.automation", "pulumi.dynamic", "grpc.aio")
#: Sets up OpenTelemetry, where the engine says which trace the process belongs to.
TRACING, TRACE = "pulumi.runtime._instrumentation", "TRACEPARENT"


def main() -> None:
    """Serve the rules to the engine."""
    # What is loaded is in use until the end: to look for garbage in it takes time, then and now.
    gc.disable()
    load_when_used(*UNUSED, *(() if TRACE in os.environ else (TRACING,)))
    # The file beside this one: with `python <folder>` the folder is the first place to look.
    service = importlib.import_module("service")
    gc.freeze()
    gc.enable()
    service.serve()


if __name__ == "__main__":
    main()
