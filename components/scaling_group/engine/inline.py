"""The program that the engine calls back, and the events that it sends, served to one run of the CLI.

The Automation API serves an inline program too, and starts the engine when the SDK is loaded. To load it
takes about as long as the engine needs to derive its key: here the engine starts first, and the SDK is
loaded meanwhile. A destroy runs no program, and needs no SDK.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from google.protobuf.wrappers_pb2 import StringValue

#: What the engine asks of a language host beside running the program. An inline program requires no
#: plugins but those that its resources name. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
NOTHING_TO_SAY = ("About", "GetPluginInfo", "GetRequiredPackages", "GetRequiredPlugins")
#: Bytes of a message, as in the SDK: an event has its object twice, and gRPC's own bound is 4 MiB.
LONGEST = 400 * 1024 * 1024

Program = Callable[[], None]


@contextmanager
def served(program: Program, on_event: Callable[[str], object]) -> Iterator[list[str]]:
    """Serve the program and take the events while the block runs; yields the arguments that tell the CLI so.

    on_event: called with each event as JSON, in another thread.
    """

    # Messages are bytes here: their classes are the SDK's, and load with it.
    def events(requests: Iterator[bytes], _: grpc.ServicerContext) -> bytes:
        for request in requests:
            # An EventRequest has one field, as this message of protobuf has.
            on_event(StringValue.FromString(request).value)
        return b""

    def run(request: bytes, context: grpc.ServicerContext) -> bytes:
        return _run(program, request, context)

    empty = grpc.unary_unary_rpc_method_handler(lambda *_: b"")
    language = dict.fromkeys(NOTHING_TO_SAY, empty) | {"Run": grpc.unary_unary_rpc_method_handler(run)}
    taken = {"StreamEvents": grpc.stream_unary_rpc_method_handler(events)}
    server = grpc.server(
        ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", LONGEST)]
    )
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler("pulumirpc.LanguageRuntime", language),
            grpc.method_handlers_generic_handler("pulumirpc.Events", taken),
        )
    )
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield [f"--client={address}", "--exec-kind=auto.inline", f"--event-log=tcp://{address}"]
    finally:
        # What has been sent is told before the run is over.
        server.stop(grace=5).wait()


def _run(program: Program, request: bytes, context: grpc.ServicerContext) -> bytes:
    """Answer LanguageRuntime.Run: run the program as the Automation API does."""
    from pulumi.automation._server import LanguageServer
    from pulumi.runtime.proto.language_pb2 import RunRequest

    answer = LanguageServer(program).Run(RunRequest.FromString(request), context)  # type: ignore[no-untyped-call]
    serialized: bytes = answer.SerializeToString()
    return serialized
