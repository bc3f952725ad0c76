"""Requests through the gateway, several hundred a second, while something else happens."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.integration.terminal import Terminal
from tools.local_cluster.settings import DOMAIN


@dataclass(frozen=True)
class Traffic:
    """What was answered, by which revisions and pods, and why the rest was not; the gap in seconds."""

    answered: int
    revisions: dict[str, int]
    pods: dict[str, int]
    failures: dict[str, int]
    first: list[str] | None
    gap: float


class Load:
    """A program that asks until it is stopped; half of its workers keep their connections."""

    def __init__(self, program: Path, terminal: Terminal, name: str, path: str = "/") -> None:
        self._command = [
            str(program),
            f"-address=127.0.0.1:{terminal.cluster.gateway_port}",
            f"-url=https://{terminal.environment}-{name}.{DOMAIN}{path}",
            f"-authority={terminal.cluster.gateway_ca}",
        ]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def stop(self) -> Traffic:
        """End the requests and return what has become of them."""
        said, _ = self._process.communicate()
        assert self._process.returncode == 0
        return Traffic(**json.loads(said))
