"""Reading a container's log as a kubelet does: from where, how much, and whether to go on.

Names and meanings of the options: PodLogOptions of the Kubernetes API. Lines have the form that
container runtimes write (time, stream, tag, text); what has not is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs


@dataclass(frozen=True)
class LogOptions:
    """What of a log is asked for.

    tail: at most so many lines of those that are there, from the end. limit: of bytes in all.
    """

    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail: int | None = None
    limit: int | None = None
    since: datetime | None = None


def options_of(query: str) -> LogOptions:
    """Return the options of a URL's query; ValueError where one is not of its form."""
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    times = [datetime.fromisoformat(given["sinceTime"]).astimezone(UTC)] if "sinceTime" in given else []
    if "sinceSeconds" in given:
        times.append(datetime.now(UTC) - timedelta(seconds=int(given["sinceSeconds"])))
    return LogOptions(
        follow=given.get("follow") == "true",
        previous=given.get("previous") == "true",
        timestamps=given.get("timestamps") == "true",
        tail=int(given["tailLines"]) if "tailLines" in given else None,
        limit=int(given["limitBytes"]) if "limitBytes" in given else None,
        since=max(times, default=None),
    )


def read_log(path: Path, options: LogOptions, waits: Callable[[], bool]) -> Iterator[bytes]:
    """Yield lines of a log, the written ones at once and, where asked, each new one.

    Args:
        waits: waits for a moment; False where nobody wants to know any more.
    """
    shown = (_shown(line, options) for line in _lines(path, options, waits))
    return _limited((line for line in shown if line), options.limit)


def _lines(path: Path, options: LogOptions, waits: Callable[[], bool]) -> Iterator[bytes]:
    with path.open("rb") as file:
        *whole, begun = file.read().split(b"\n")
        yield from whole if options.tail is None else whole[len(whole) - min(options.tail, len(whole)) :]
        while options.follow and waits():
            *whole, begun = (begun + file.read()).split(b"\n")
            yield from whole


def _shown(line: bytes, options: LogOptions) -> bytes:
    try:
        time, _, _, text = line.split(b" ", 3)
        written = datetime.fromisoformat(time.decode()).astimezone(UTC)
    except ValueError:
        return b""
    if options.since is not None and written < options.since:
        return b""
    return (time + b" " if options.timestamps else b"") + text + b"\n"


def _limited(lines: Iterable[bytes], limit: int | None) -> Iterator[bytes]:
    for line in lines:
        if limit is None:
            yield line
            continue
        yield line[:limit]
        limit -= len(line)
        if limit <= 0:
            return
