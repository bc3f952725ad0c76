"""What people have of a group, as plain data: JSON, YAML, a table of events, the log of a pod.

Nothing here opens a file. Each document is what snapshot_of reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from scaling_group.errors import InvalidInput
from scaling_group.rollout.events_table import events_of, is_table
from scaling_group.rollout.pod_logs import LOG_LINES, is_log, log_documents

#: Bytes of all files together, and of YAML, which takes thirty times as long to read as JSON.
LARGEST = 2**26
LARGEST_YAML = 2**24
#: A Pod is 12 levels deep.
DEEPEST = 100
#: How `kubectl cluster-info dump` marks the log of a container.
LOG = re.compile(r"^==== (START|END) logs for container (\S+) of pod (\S+)/(\S+) ====$", re.MULTILINE)
BLANKS = re.compile(r"\s*")
FORMS = (
    "Write one with: scaling-group get --name=NAME -o snapshot, or kubectl get … -o json (or -o yaml), "
    "kubectl get events, kubectl cluster-info dump --output-directory=FOLDER; beside them kubectl logs POD"
)
Document = dict[str, Any]


def documents_of(content: bytes, source: str) -> list[Any]:
    """Return the documents of a file; raises InvalidInput where it is of no form that is read here."""
    beginning = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if beginning.startswith(b"==== START logs for "):
        return list(_dumped(_decoded(content, source), source, ""))
    if is_table(beginning.decode("utf-8", "replace")):
        return [{"kind": "List", "items": events_of(_decoded(content, source))}]
    if is_log(content, source):
        return log_documents(content, source)
    if beginning.startswith((b"{", b"[")):
        try:
            return [orjson.loads(content)]
        except orjson.JSONDecodeError as error:
            return list(_dumped(_decoded(content, source), source, str(error)))
    return _yaml(_decoded(content, source), source)


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{source} is not UTF-8: byte {error.start}", resolution=FORMS) from None


def logs_of(content: bytes) -> list[Document]:
    """Return the logs that a logs.txt of a dump holds, whose beginning may be cut off."""
    text = content.decode("utf-8", "replace")
    return [_log(mark, between) for mark, between in _marked(text) if mark and mark[1] == "END"]


def _dumped(text: str, source: str, fault: str) -> Iterator[Any]:
    """Yield what `kubectl cluster-info dump` writes to one stream: JSON objects, and logs between them."""
    for mark, between in _marked(text):
        if mark and mark[1] == "END":
            yield _log(mark, between)
        else:
            yield from _objects(between, source, fault)


def _marked(text: str) -> Iterator[tuple[re.Match[str] | None, str]]:
    """Yield what stands before each mark, with it; and what stands after the last."""
    at = 0
    for mark in LOG.finditer(text):
        yield mark, text[at : mark.start()]
        at = mark.end()
    yield None, text[at:]


def _log(end: re.Match[str], said: str) -> Document:
    lines = said.strip("\n").splitlines()[-LOG_LINES:]
    return {"logs": {end[4]: {end[2]: "\n".join(lines)}}}


def _objects(text: str, source: str, fault: str) -> Iterator[Any]:
    """Yield JSON objects that stand one after the other."""
    decoder = json.JSONDecoder()
    at = _after_blanks(text, 0)
    while at < len(text):
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise InvalidInput(
                f"{source} is not JSON: {fault or error}", resolution="kubectl writes JSON with: -o json"
            ) from None
        yield found
        at = _after_blanks(text, at)


def _after_blanks(text: str, at: int) -> int:
    blanks = BLANKS.match(text, at)
    return blanks.end() if blanks else at


def _yaml(text: str, source: str) -> list[Any]:
    import yaml

    if len(text) > LARGEST_YAML:
        raise InvalidInput(
            f"{source} has more than {LARGEST_YAML} bytes of YAML", resolution="Write JSON: kubectl … -o json"
        )
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        _check_shape(yaml.parse(text, loader), source)
        documents = [found for found in yaml.load_all(text, _dates_as_text(loader)) if found is not None]
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it holds what no object has"
        raise InvalidInput(f"{source}{line} is neither JSON nor YAML: {problem}", resolution=FORMS) from None
    if not documents:
        raise InvalidInput(f"{source} is empty", resolution=FORMS)
    return documents


def _dates_as_text(loader: Any) -> Any:
    """Return a loader that leaves dates alone: objects hold them as text."""
    resolvers = {
        first: [each for each in known if each[0] != "tag:yaml.org,2002:timestamp"]
        for first, known in loader.yaml_implicit_resolvers.items()
    }
    return type("Dateless", (loader,), {"yaml_implicit_resolvers": resolvers})


def _check_shape(events: Iterator[Any], source: str) -> None:
    """Refuse depth and aliases before anything is built; the event stream needs no recursion."""
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise InvalidInput(f"{source} uses an alias of YAML, which kubectl never writes")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise InvalidInput(f"{source} is nested deeper than {DEEPEST} levels", resolution=FORMS)
