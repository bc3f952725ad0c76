"""The program that the engine calls back, and the events that it sends, served to one run of the CLI.

The Automation API serves an inline program too, and starts the engine when the SDK is loaded. To load gRPC
and the SDK takes about as long as the engine needs to start and to derive its key: here the engine starts
first, and they are loaded meanwhile. A destroy runs no program, and needs no SDK.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from scaling_group.engine.loading import begin_to_load

if TYPE_CHECKING:
    import grpc

LOOPBACK = "127.0.0.1"
#: What the engine asks of a language host beside running the program. An inline program requires no
#: plugins but those that its resources name.
#: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
NOTHING_TO_SAY = ("About", "GetPluginInfo", "GetRequiredPackages", "GetRequiredPlugins")
#: Bytes of a message, as in the SDK: an event has its object twice, and gRPC's own bound is 4 MiB.
LONGEST = 400 * 1024 * 1024
#: Bytes that are passed on at once.
PIECE = 64 * 1024
#: Seconds that events which the engine has sent have to be told.
GRACE = 5.0

Program = Callable[[], None]
OnEvent = Callable[[str], object]


@contextmanager
def served(program: Program, on_event: OnEvent, *soon: str) -> Iterator[list[str]]:
    """Serve the program and take the events while the block runs; yields the arguments that tell the CLI so.

    on_event: called with each event as JSON, in another thread. soon: modules to load once that is served.
    """
    with socket.create_server((LOOPBACK, 0)) as door:
        ended = threading.Event()
        # No daemon: to end in the middle of loading a library in C++ can end the process with a crash.
        answering = threading.Thread(target=_answer, args=(door, ended, program, on_event, soon))
        answering.start()
        host, port = door.getsockname()
        try:
            yield [
                f"--client={host}:{port}",
                "--exec-kind=auto.inline",
                f"--event-log=tcp://{host}:{port}",
            ]
        finally:
            ended.set()
            # It may wait for a connection.
            with suppress(OSError), socket.create_connection((host, port)):
                answering.join()


def _answer(
    door: socket.socket, ended: threading.Event, program: Program, on_event: OnEvent, soon: tuple[str, ...]
) -> None:
    """Load gRPC, and pass on to it who has connected meanwhile and who does so until the run has ended."""
    try:
        loaded = threading.Event()
        server = _server(program, on_event, loaded)
        port = server.add_insecure_port(f"{LOOPBACK}:0")
        server.start()
        begin_to_load(*soon, then=loaded.set)
        while True:
            engine, _ = door.accept()
            if ended.is_set():
                break
            _join(engine, socket.create_connection((LOOPBACK, port)))
    finally:
        # The engine does not wait for somebody who cannot answer.
        door.close()
    server.stop(GRACE).wait()


def _join(*ends: socket.socket) -> None:
    for source, target in (ends, ends[::-1]):
        source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with source, suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
    # So that the other direction ends too.
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _server(program: Program, on_event: OnEvent, loaded: threading.Event) -> grpc.Server:
    """Return what answers the engine's calls. Messages are bytes here: their classes load with the SDK.

    loaded: set when nobody loads the SDK any more.
    """
    import grpc

    def events(requests: Iterator[bytes], _: grpc.ServicerContext) -> bytes:
        from google.protobuf.wrappers_pb2 import StringValue

        for request in requests:
            # An EventRequest has one field, as this message of protobuf has.
            on_event(StringValue.FromString(request).value)
        return b""

    def run(request: bytes, context: grpc.ServicerContext) -> bytes:
        loaded.wait()
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
    return server


def _run(program: Program, request: bytes, context: grpc.ServicerContext) -> bytes:
    """Answer LanguageRuntime.Run: run the program as the Automation API does."""
    from pulumi.automation._server import LanguageServer
    from pulumi.runtime.proto.language_pb2 import RunRequest

    answer = LanguageServer(program).Run(RunRequest.FromString(request), context)  # type: ignore[no-untyped-call]
    serialized: bytes = answer.SerializeToString()
    return serialized
