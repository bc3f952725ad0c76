"""What the engine calls back, called by gRPC's own client as the engine does."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from pulumi.runtime.proto.events_pb2 import EventRequest

from scaling_group.engine import inline
from scaling_group.engine.inline import NOTHING_TO_SAY, served


def nothing() -> None:
    """A program without resources."""


@contextmanager
def connected(said: list[str], *soon: str) -> Iterator[grpc.Channel]:
    with served(nothing, said.append, *soon) as arguments:
        client, kind, log = arguments
        address = client.removeprefix("--client=")
        assert kind == "--exec-kind=auto.inline"
        assert log == f"--event-log=tcp://{address}"
        with grpc.insecure_channel(address) as channel:
            yield channel


def test_events_are_told_in_order_and_all_before_the_run_is_over():
    said: list[str] = []
    events = [json.dumps({"sequence": number, "text": "ü" * number}) for number in range(200)]
    with connected(said) as channel:
        send = channel.stream_unary("/pulumirpc.Events/StreamEvents")
        send(EventRequest(event=event).SerializeToString() for event in events)
    assert said == events


def test_an_event_is_longer_than_a_message_of_grpc_may_be():
    said: list[str] = []
    with connected(said) as channel:
        send = channel.stream_unary("/pulumirpc.Events/StreamEvents")
        send(iter([StringValue(value="x" * 5_000_000).SerializeToString()]))
    assert [len(each) for each in said] == [5_000_000]


@pytest.mark.parametrize("call", NOTHING_TO_SAY)
def test_what_an_engine_asks_of_a_language_host_has_an_empty_answer(call):
    with connected([]) as channel:
        assert channel.unary_unary(f"/pulumirpc.LanguageRuntime/{call}")(b"") == b""


def test_other_calls_are_not_implemented():
    with connected([]) as channel, pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary("/pulumirpc.LanguageRuntime/Handshake")(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_the_program_runs_once_all_that_it_needs_is_loaded(monkeypatch, tmp_path):
    """A module that another thread still loads is there already, and half empty."""
    order: list[str] = []
    monkeypatch.setattr(inline, "_run", lambda *_: order.append("run") or b"")
    monkeypatch.setattr(inline, "order", order, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    lines = (
        "import time",
        "from scaling_group.engine.inline import order",
        "time.sleep(0.2)",
        "order.append('loaded')",
    )
    (tmp_path / "loaded_slowly.py").write_text("\n".join(lines))
    with connected([], "loaded_slowly") as channel:
        channel.unary_unary("/pulumirpc.LanguageRuntime/Run")(b"")
    assert order == ["loaded", "run"]


def test_nobody_is_served_when_the_run_is_over():
    with served(nothing, print) as (client, *_):
        host, _, port = client.removeprefix("--client=").partition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))
