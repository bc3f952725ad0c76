"""A network between a command and the API server, which can be cut and can break down by itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.integration.terminal import Terminal

#: How a network breaks down: connections end, or are reset; each piece takes its time; nothing arrives any
#: more, without a word.
CUT, RESET, SLOW, SILENT = FAULTS = ("cut", "reset", "slow", "silent")
#: Bytes of a piece, and the seconds that each takes where the network is slow.
PIECE, DELAY = 65536, 0.1
#: A socket that is closed with this tells the other side that it was reset.
#: https://man7.org/linux/man-pages/man7/socket.7.html (SO_LINGER)
AT_ONCE = struct.pack("ii", 1, 0)


class Proxy:
    """Passes bytes on from a port of its own on loopback; whatever is open can be cut at any time.

    how: one of FAULTS. after: bytes in both directions until it begins, for what is open and what is opened.
    It lasts until `heal`. A connection that was silent by then is reset when it is used again, as by a
    router that has forgotten it.
    """

    def __init__(self, target: int, how: str = CUT, after: float = math.inf) -> None:
        self._target, self._how, self._after = target, how, after
        self._healed = False
        self._open: set[asyncio.StreamWriter] = set()
        self.opened = self.passed = 0
        listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._accepted, sock=listening)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()

    @property
    def broken(self) -> bool:
        """Whether the fault has begun and lasts."""
        return self.passed >= self._after and not self._healed

    def cut(self) -> None:
        """Break every connection; new ones are taken."""
        self._do(self._break_all)

    def fail(self) -> None:
        """Let the fault begin now."""
        self._do(partial(setattr, self, "_after", 0))

    def heal(self) -> None:
        self._do(partial(setattr, self, "_healed", True))

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._ended(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _ended(self) -> None:
        self._server.close()
        self._break_all()
        if at_work := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(at_work)

    def _do(self, action: Callable[[], object]) -> None:
        """Have something done where the connections are, and return once it is."""

        async def done() -> None:
            action()

        asyncio.run_coroutine_threadsafe(done(), self._loop).result()

    async def _accepted(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        self.opened += 1
        self._open.add(near)
        if self.broken and self._how in (CUT, RESET):
            self._break(near)
            return
        try:
            answers, far = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            self._break(near)
            return
        self._open.add(far)
        both = [asyncio.ensure_future(self._pass_on(*ends)) for ends in ((reader, far), (answers, near))]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for side in (near, far):
            # What was passed on arrives before the end.
            side.close()
            self._open.discard(side)
        await asyncio.wait(both)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        lost = False
        with contextlib.suppress(OSError):
            while data := await source.read(PIECE):
                self.passed += len(data)
                if self.broken and self._how in (CUT, RESET):
                    self._break_all()
                elif self.broken and self._how == SILENT:
                    lost = True
                elif lost:
                    self._break(sink)
                    break
                else:
                    await asyncio.sleep(DELAY if self.broken else 0)
                    sink.write(data)
                    await sink.drain()

    def _break_all(self) -> None:
        for side in list(self._open):
            self._break(side)

    def _break(self, side: asyncio.StreamWriter) -> None:
        """End both directions at once, as when a machine on the way is restarted."""
        self._open.discard(side)
        if self._how in (RESET, SILENT):
            side.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        side.transport.abort()


@contextlib.contextmanager
def proxy_to(port: int, how: str = CUT, after: float = math.inf) -> Iterator[Proxy]:
    """Yield a proxy to a port on loopback."""
    proxy = Proxy(port, how, after)
    try:
        yield proxy
    finally:
        proxy.close()


def port_of(terminal: Terminal) -> int:
    """Return the port of the API server."""
    server = json.loads(terminal.cluster.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    return int(server.rpartition(":")[2])


def through(terminal: Terminal, port: int, folder: Path) -> Terminal:
    """Return the terminal with a kubeconfig whose API server is at another port."""
    text = terminal.cluster.kubeconfig.read_text()
    file = folder / "through-a-proxy"
    file.write_text(re.sub(r"https://127\.0\.0\.1:\d+", f"https://127.0.0.1:{port}", text))
    return terminal.with_variables(KUBECONFIG=str(file))
