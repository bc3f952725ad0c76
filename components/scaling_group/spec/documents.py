"""Groups from YAML: every fault with its line, within bounds, by the safe loader alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from scaling_group.errors import Fault, InvalidInput
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.rejection import faults_of, shown

#: A file of this size holds thousands of groups.
LARGEST = 2**20
#: A group is three levels deep.
DEEPEST = 16

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

Path = tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """One group as it was written. lines and texts are by path of keys: line from 1, plain text."""

    source: str
    values: Any
    lines: Mapping[Path, int]
    texts: Mapping[Path, str]

    def where(self, field: str) -> str:
        """Return `file:line` of a field, of what holds it where it is missing."""
        path = tuple(field.split(".")) if field else ()
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.source}:{self.lines.get(path, 1)}"


def parse_documents(content: bytes, source: str) -> list[Document]:
    """Return the documents of a file; raises InvalidInput where it is not YAML that is read here."""
    text = _decoded(content, source)
    try:
        _check_shape(text, source)
        nodes = [node for node in yaml.compose_all(text, Loader) if node is not None]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise InvalidInput(f"{source}{line} is not YAML: {problem}") from None
    return [_document(node, source) for node in nodes]


def specs_of(documents: list[Document]) -> list[GroupSpec]:
    """Return the spec of each document; raises InvalidInput with every fault of all of them.

    The field of a fault is `file:line: field`.
    """
    specs, faults = [], []
    for document in documents:
        try:
            specs.append(GroupSpec.model_validate(document.values))
        except ValidationError as error:
            found = faults_of(error, GroupSpec.model_fields)
            faults += [Fault(f"{document.where(f.field)}: {f.field}", _explained(document, f)) for f in found]
    faults += _names_given_twice(documents, specs) if not faults else []
    if faults:
        raise InvalidInput("the groups are not valid:", faults)
    return specs


def _explained(document: Document, fault: Fault) -> str:
    written = document.texts.get(tuple(fault.field.split(".")))
    if written and "put quotes around it" in fault.message:
        return f"{fault.message} Write it as {written!r}."
    return fault.message


def _names_given_twice(documents: list[Document], specs: list[GroupSpec]) -> list[Fault]:
    first: dict[str, str] = {}
    faults = []
    for document, spec in zip(documents, specs, strict=True):
        where = document.where("name")
        if spec.name in first:
            faults.append(Fault(f"{where}: name", f"{spec.name!r} stands at {first[spec.name]} already."))
        first.setdefault(spec.name, where)
    return faults


def _decoded(content: bytes, source: str) -> str:
    if len(content) > LARGEST:
        raise InvalidInput(f"{source} has {len(content)} bytes; at most {LARGEST} are read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{source} is not UTF-8: byte {error.start} is {content[error.start]:#04x}"
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InvalidInput(f"{source}:{line} holds a NUL byte")
    return text


def _check_shape(text: str, source: str) -> None:
    """Refuse depth and aliases before any node is built; the event stream needs no recursion."""
    depth = 0
    for event in yaml.parse(text, Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InvalidInput(f"{source}:{line} uses an anchor or alias; write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise InvalidInput(f"{source}:{line} is nested deeper than {DEEPEST} levels")


def _document(node: yaml.Node, source: str) -> Document:
    lines: dict[Path, int] = {}
    texts: dict[Path, str] = {}
    values = _value(node, (), source, lines, texts)
    if not isinstance(values, dict):
        raise InvalidInput(
            f"{source}:{lines[()]} is not a group, but {shown(values)}",
            resolution="A group is a mapping with name, image and port; see: scaling-group schema",
        )
    return Document(source, values, lines, texts)


def _value(node: yaml.Node, path: Path, source: str, lines: dict[Path, int], texts: dict[Path, str]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return {
            key: _value(value, (*path, str(key)), source, lines, texts) for key, value in _items(node, source)
        }
    if isinstance(node, yaml.SequenceNode):
        items = enumerate(node.value)
        return [_value(item, (*path, str(i)), source, lines, texts) for i, item in items]
    texts[path] = str(node.value)
    return _scalar(node, source)


def _items(node: yaml.MappingNode, source: str) -> Iterator[tuple[str, yaml.Node]]:
    seen = set()
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise InvalidInput(f"{source}:{line} has a key that is not text")
        # A key is text, however it is spelled: `on: x` names the key "on", not True.
        key = str(key_node.value)
        if key in seen:
            raise InvalidInput(f"{source}:{line} gives the key {key!r} twice")
        seen.add(key)
        yield key, value


def _scalar(node: yaml.Node, source: str) -> Any:
    known = ("null", "bool", "int", "float", "str")
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind not in known:
        # Dates and the like are text here; tags that make objects are refused.
        if kind in ("timestamp", "value", "merge"):
            return node.value
        raise InvalidInput(f"{source}:{node.start_mark.line + 1} uses the tag {node.tag}, which is not read")
    try:
        return yaml.constructor.SafeConstructor().construct_document(node)
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"{source}:{node.start_mark.line + 1}: {shown(node.value)} is not a number"
        ) from None
