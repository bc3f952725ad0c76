"""What comes in as the answer to a request: whole, unpacked, or line by line."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Iterator

from scaling_group.cluster.refused import MOST_BYTES, NoAnswer, too_long

#: Bytes that are read at once.
CHUNK = 2**18
#: To zlib: the format of gzip.
GZIP = 31


def whole(answer: http.client.HTTPResponse) -> bytes:
    """Return the content; raises NoAnswer where it cannot be read, HTTPException where it is cut short."""
    chunks, size = [], 0
    while chunk := answer.read(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise too_long()
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    content = b"".join(chunks)
    return unpacked(content) if answer.getheader("Content-Encoding") == "gzip" else content


def unpacked(packed: bytes, most: int = MOST_BYTES) -> bytes:
    """Return what was packed; raises NoAnswer where it is damaged, or longer than `most` bytes."""
    unpacker = zlib.decompressobj(GZIP)
    try:
        content = unpacker.decompress(packed, most + 1)
    except zlib.error as error:
        raise NoAnswer(f"its answer cannot be decompressed: {error}") from None
    if len(content) > most:
        raise too_long()
    if not unpacker.eof:
        raise NoAnswer("its answer is cut short")
    return content


def lines_of(answer: http.client.HTTPResponse) -> Iterator[str]:
    """Yield lines as they are written, ended by a line feed alone.

    Texts hold what Unicode counts as an end of a line too: it would cut the JSON of a watch in two.
    """
    begun: list[bytes] = []
    size = 0
    while chunk := answer.read1(CHUNK):
        *complete, rest = chunk.split(b"\n")
        for line in complete:
            yield b"".join((*begun, line)).decode(errors="replace")
            begun, size = [], 0
        begun.append(rest)
        size += len(rest)
        if size > MOST_BYTES:
            raise too_long()
    if any(begun):
        yield b"".join(begun).decode(errors="replace")
