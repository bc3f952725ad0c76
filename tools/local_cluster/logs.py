"""What pods of the local cluster have to say: a file for each image."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from .files import write_file
from .simulate import CRASH, IMAGE_PATTERN, OOM, SLOW

#: The log of every other image.
ANY = "any"
#: By simulated image. The container of an image that cannot be pulled never runs: it has no file.
LINES = {
    ANY: ("starting", "listening on 0.0.0.0:8080"),
    SLOW: ("starting", "loading the model from /models", "listening on 0.0.0.0:8080"),
    CRASH: ("starting", "loading the model from /models", "error: /models/config.json does not exist"),
    OOM: ("starting", "loading the model from /models", "950 MiB of 4096 MiB are in memory"),
}


def write_logs(folder: Path) -> None:
    """Write the files that are missing, in the form of a container runtime: time, stream, tag, line."""
    start = datetime.datetime.now(datetime.UTC)
    for name, lines in LINES.items():
        times = [start + datetime.timedelta(milliseconds=number) for number in range(len(lines))]
        stamped = [
            f"{time.strftime('%Y-%m-%dT%H:%M:%S.%f')}000Z stdout F {line}\n"
            for time, line in zip(times, lines, strict=True)
        ]
        if not (folder / f"{name}.log").exists():
            write_file(folder / f"{name}.log", "".join(stamped))


def log_file(folder: Path, image: str) -> Path:
    """Return the file of an image. Its name is one of LINES, never a text of the image's."""
    found = re.search(IMAGE_PATTERN.format("|".join(LINES)), image)
    return folder / f"{found[2] if found else ANY}.log"
