"""A command as people and scripts meet it: what it left, and where it runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

SETTINGS = """\
environment = "abc123"
namespace = "models"
[gateway]
name = "gateway"
namespace = "gateway-system"
domain = "gw.chalk.ai"
"""


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err)

    @property
    def documents(self) -> list[Any]:
        return list(yaml.safe_load_all(self.out))


Call = Callable[..., Done]
