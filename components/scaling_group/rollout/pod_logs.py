"""What `kubectl logs` has printed: that it is a log, and whose.

https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from scaling_group.errors import InvalidInput
from scaling_group.rollout.fields import name_of
from scaling_group.rollout.more_evidence import has_ended
from scaling_group.rollout.snapshot import Snapshot

#: Of a log the end is read: bytes, and lines, of which the last ones tell why.
LARGEST_LOG = 2**16
LOG_LINES = 20
ENDINGS = (".log", ".txt", ".out")
#: What only objects and tables of them begin a line with.
OBJECTS = re.compile(r"^(?:apiVersion|kind|items|deployment)\s?:|^NAME(?:SPACE)? {2,}", re.MULTILINE)
OBJECT_KEYS = {"apiVersion", "kind", "items", "deployment", "logs"}
#: How lines of a log begin: a pod, a time, a level, what glog and logfmt write, an error of Python.
LOGGED = re.compile(
    r"^(?:\[?pod/|\[?\d{4}[-/]\d\d[-/]\d\d[T ]|\[?(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b|"
    r"[IWEF]\d{4} \d\d:|time=|level=|Traceback |[\w.]{1,100}(?:Error|Exception)\b)",
    re.MULTILINE | re.IGNORECASE,
)
#: What `kubectl logs --prefix` puts before each line.
PREFIX = re.compile(r"^\[pod/([^/\]\s]{1,253})/([^\]\s]{1,63})\] ?")


def is_log(content: bytes, source: str) -> bool:
    """Return whether a file is a log: by its name, or by how its lines begin; objects are none."""
    text = content[:LARGEST_LOG].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return _is_lines_of_json(text)
    if re.match(r"\[[^\w]", text) or OBJECTS.search(text):
        return False
    return bool(text) and (source.endswith(ENDINGS) or bool(LOGGED.search(text)))


def _is_lines_of_json(text: str) -> bool:
    first, _, rest = text.partition("\n")
    try:
        found = orjson.loads(first)
    except orjson.JSONDecodeError:
        return False
    return bool(rest) and isinstance(found, Mapping) and not OBJECT_KEYS & found.keys()


def log_documents(content: bytes, source: str) -> list[dict[str, Any]]:
    """Return the end of a log by pod and container where its lines name them, else with its file's name."""
    lines = content[-LARGEST_LOG:].decode("utf-8", "replace").splitlines()
    if not any(map(PREFIX.match, lines)):
        return [{"log": "\n".join(lines[-LOG_LINES:]), "file": source}]
    logs: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        if marked := PREFIX.match(line):
            logs.setdefault(marked[1], {}).setdefault(marked[2], []).append(line[marked.end() :])
    return [
        {"logs": {pod: {c: "\n".join(said[-LOG_LINES:]) for c, said in logs[pod].items()}}} for pod in logs
    ]


def pod_of(document: Mapping[str, Any], seen: Snapshot) -> str:
    """Return whose log a document of log_documents is: the pod that the file is named after, else the only
    one that has ended, else the only one; raises InvalidInput where there is none.
    """
    source = str(document.get("file", ""))
    names = [name_of(pod) for pod in seen.pods]
    ended = [name_of(pod) for pod in seen.pods if has_ended(pod)]
    for candidates in ([name for name in names if name in source], ended, names):
        if len(candidates) == 1:
            return candidates[0]
    known = f"it may be of any of {len(names)} Pods" if names else "no Pod of the group is in the files"
    raise InvalidInput(
        f"nobody can tell whose log {source} is: {known}",
        resolution="Name the file after its Pod, or write it with: kubectl logs POD --prefix",
    )
