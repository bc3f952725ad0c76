"""What a recording tells, whenever and wherever it was made: to compare two of them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Object = dict[str, Any]

#: What differs from run to run: names that are drawn, ids, addresses, amounts of time.
_DRAWN = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UID"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "ID"),
    (re.compile(r"-[0-9a-z]{8,10}-[0-9a-z]{5}(?![0-9a-z])"), "-POD"),
    (re.compile(r"\b[0-9a-z-]+-[0-9a-f]{8,10}\b"), "REPLICASET"),
    (re.compile(r"kube-api-access-[0-9a-z]{5}"), "TOKEN"),
    (re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b"), "ADDRESS"),
    (re.compile(r"\b(\d+(\.\d+)?(ms|s|m))+\b"), "TIME"),
)
#: What lasts so short that a recording may lack it.
_PASSING = (
    "ContainerCreating",
    "NewReplicaSetCreated",
    "ContainersNotReady",
    "sync configmap cache",
    "PodReadyTo",
    # What a container may use is told while it runs, and a series where an event came often enough.
    "status.resources.",
    "events.series.",
)


def told(scenario: Path) -> list[str]:
    """Return what the moments of a scenario tell, each thing once, sorted."""
    moments = [json.loads(file.read_bytes()) for file in sorted(scenario.glob("*.json"))]
    lines = {line for moment in moments for line in _lines(moment)}
    return sorted(line for line in lines if not any(word in line for word in _PASSING))


def compare(old: Path, new: Path) -> list[str]:
    """Return the lines of a diff over every scenario of `new`; none where the same is told."""
    lines: list[str] = []
    for scenario in sorted(path for path in new.iterdir() if path.is_dir()):
        before, after = told(old / scenario.name), told(scenario)
        names = (f"before/{scenario.name}", f"now/{scenario.name}")
        lines += difflib.unified_diff(before, after, *names, n=0, lineterm="")
    return lines


def _lines(moment: Object) -> Iterator[str]:
    for condition in moment["deployment"].get("status", {}).get("conditions", ()):
        yield _line("deployment", condition["type"], condition["status"], condition["reason"])
    for pod in moment["pods"]:
        yield from _pod(pod)
    for event in moment["events"]:
        if event["reason"] == "Unhealthy" and event.get("count") == 1:
            # One probe too early, which a slower machine sees where a faster one does not.
            continue
        kind = event["involvedObject"]["kind"]
        yield _line("event", kind, event.get("type", ""), event["reason"], event.get("message", ""))
    for kind, items in (("deployment", [moment["deployment"]]), *_lists(moment)):
        for item in items:
            yield from (f"field {kind}{path}" for path in _paths(item))


def _lists(moment: Object) -> Iterator[tuple[str, list[Object]]]:
    for name in ("replicaSets", "pods", "events", "persistentVolumeClaims"):
        yield name, moment.get(name, [])


def _pod(pod: Object) -> Iterator[str]:
    for condition in pod["status"].get("conditions", ()):
        said = condition.get("reason", ""), condition.get("message", "")
        yield _line("pod", condition["type"], condition["status"], *said)
    for status in pod["status"].get("containerStatuses", ()):
        for where in ("state", "lastState"):
            for kind, found in status.get(where, {}).items():
                words = (str(found.get(key, "")) for key in ("reason", "exitCode", "message"))
                yield _line("container", where, kind, *words)


def _line(*words: str) -> str:
    text = " ".join(word for word in words if word)
    for drawn, name in _DRAWN:
        text = drawn.sub(name, text)
    return text


def _paths(item: Any, path: str = "") -> Iterator[str]:
    """Return the paths of all fields; keys of labels and the like are no fields."""
    if isinstance(item, dict) and not path.endswith(("labels", "annotations", "matchLabels")):
        for key, value in item.items():
            # Which state a container was seen in is told above.
            if key not in ("state", "lastState"):
                yield from _paths(value, f"{path}.{key}")
    elif isinstance(item, list):
        for value in item:
            yield from _paths(value, f"{path}[]")
    else:
        yield path
