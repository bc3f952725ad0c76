"""The configuration of rules that docs/rules.md shows, once for each face, and groups to ask about."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"


def guardrails_text() -> str:
    """Return the table `[guardrails]` of the page, as it stands in a settings file."""
    return _block("toml")


def guardrails() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(guardrails_text())["guardrails"]
    return found


def pack_configuration() -> dict[str, Any]:
    """Return the configuration of the policy pack that the page shows."""
    found: dict[str, Any] = json.loads(_block("json"))
    return found


def _block(language: str) -> str:
    [block] = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


KEPT: dict[str, Any] = {
    "name": "kept",
    "image": f"ghcr.io/my-org/server@sha256:{'a' * 64}",
    "port": 8080,
    "cpu": "1",
    "memory": "1Gi",
    "tags": {"team": "ml"},
}
#: Groups by what is wrong with them.
GROUPS: dict[str, dict[str, Any]] = {
    "nothing": KEPT,
    "no tag": {**KEPT, "tags": {}},
    "another registry": {**KEPT, "image": KEPT["image"].replace("my-org", "others")},
    "an image without digest": {**KEPT, "image": "ghcr.io/my-org/server:v1"},
    "too many GPUs": {**KEPT, "gpu": "nvidia-l4:3", "replicas": 3, "memory": "16Gi"},
    "a GPU without memory": {key: value for key, value in KEPT.items() if key != "memory"} | {"gpu": "1"},
    "much": {**KEPT, "image": "others/server", "tags": {}, "gpu": "9"},
}
