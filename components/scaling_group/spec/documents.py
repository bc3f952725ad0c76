"""Groups from YAML: every fault with its line, within bounds, by the safe loader alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.reader import Reader

from scaling_group.errors import Fault, InvalidInput
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.rejection import faults_of, invalid, shown
from scaling_group.spec.written import without_defaults

#: A file of this size holds thousands of groups.
LARGEST = 2**20
#: A group is three levels deep.
DEEPEST = 16
#: No number of a group has as many digits; to read a longer one takes long.
LONGEST_NUMBER = 100

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]


@dataclass(frozen=True)
class Document:
    """One group as it was written.

    lines and texts are by the keys' path as faults write it (`tags.team`): line from 1, plain text.
    """

    source: str
    values: Any
    lines: Mapping[str, int]
    texts: Mapping[str, str]

    def where(self, field: str) -> str:
        """Return `file:line` of a field, of what holds it where it is missing."""
        while field and field not in self.lines:
            field = field.rpartition(".")[0]
        return f"{self.source}:{self.lines.get(field, 1)}"


def parse_documents(content: bytes, source: str) -> list[Document]:
    """Return the documents of a file; raises InvalidInput where it is not YAML that is read here."""
    text = _decoded(content, source)
    try:
        _check_shape(text, source)
        nodes = [node for node in yaml.compose_all(text, Loader) if not _is_empty(node)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise InvalidInput(f"{source}{line} is not YAML: {problem}") from None
    return [_document(group, source) for node in nodes for group in _groups_in(node, source)]


def specs_of(documents: list[Document]) -> list[GroupSpec]:
    """Return the spec of each document; raises InvalidInput with every fault of all of them.

    The field of a fault is `file:line: field`.
    """
    specs, faults = [], []
    for document in documents:
        try:
            specs.append(GroupSpec.model_validate(document.values))
        except invalid() as error:
            found = faults_of(error, GroupSpec.model_fields)
            faults += [Fault(f"{document.where(f.field)}: {f.field}", _explained(document, f)) for f in found]
    faults += _names_given_twice(documents, specs) if not faults else []
    if faults:
        raise InvalidInput("the groups are not valid:", faults)
    return specs


def _explained(document: Document, fault: Fault) -> str:
    written = document.texts.get(fault.field)
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
    if broken := Reader.NON_PRINTABLE.search(text):
        line = text[: broken.start()].count("\n") + 1
        code = ord(broken[0])
        held = f"the control character U+{code:04X}" if code else "a NUL byte"
        raise InvalidInput(f"{source}:{line} holds {held}")
    return text


def _groups_in(node: yaml.Node, source: str) -> list[yaml.Node]:
    """Return the groups of a document: one, or those of a list, which may stand under `groups`."""
    held = node
    if isinstance(node, yaml.MappingNode) and [key.value for key, _ in node.value] == ["groups"]:
        held = node.value[0][1]
    if isinstance(held, yaml.SequenceNode) and held.value:
        _check_tag(held, "seq", source=source)
        return list(held.value)
    return [node]


def _is_empty(node: yaml.Node | None) -> bool:
    """Return whether nothing stands between two `---`."""
    return node is None or (isinstance(node, yaml.ScalarNode) and node.value == "" and not node.style)


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
    lines = {"": node.start_mark.line + 1}
    texts: dict[str, str] = {}
    values = _value(node, "", source, lines, texts)
    if not isinstance(values, dict):
        raise InvalidInput(
            f"{source}:{lines['']} is not a group, but {shown(values)}",
            resolution="A group is a mapping with name, image and port; see: scaling-group schema\n"
            "Several stand in a list, or one after the other with --- between them.",
        )
    return Document(source, values, lines, texts)


def _value(node: yaml.Node, path: str, source: str, lines: dict[str, int], texts: dict[str, str]) -> Any:
    """Return a node's plain value; lines gets those of keys and items, texts those of scalars."""
    if isinstance(node, yaml.ScalarNode):
        texts[path] = str(node.value)
        return _scalar(node, source)
    before = f"{path}." if path else ""
    if isinstance(node, yaml.MappingNode):
        _check_tag(node, "map", source=source)
        values = {}
        for key, line, value in _items(node, source):
            lines[before + key] = line
            values[key] = _value(value, before + key, source, lines, texts)
        return values
    _check_tag(node, "seq", source=source)
    lines |= {f"{before}{i}": item.start_mark.line + 1 for i, item in enumerate(node.value)}
    return [_value(item, f"{before}{i}", source, lines, texts) for i, item in enumerate(node.value)]


def _items(node: yaml.MappingNode, source: str) -> Iterator[tuple[str, int, yaml.Node]]:
    """Yield key, line of the key and value."""
    seen = set()
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise InvalidInput(f"{source}:{line} has a key that is not text")
        # A key is text, however it is spelled: `on: x` names the key "on", not True.
        key = str(key_node.value)
        if key in seen:
            raise InvalidInput(f"{source}:{line} gives the key {shown(key)} twice")
        seen.add(key)
        yield key, line, value


def _check_tag(node: yaml.Node, *known: str, source: str) -> str:
    """Return the kind that a tag names; raises InvalidInput for tags that make other objects."""
    kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
    if kind not in known:
        raise InvalidInput(
            f"{source}:{node.start_mark.line + 1} uses the tag {shown(node.tag)}, which is not read"
        )
    return kind


def _scalar(node: yaml.ScalarNode, source: str) -> Any:
    # Dates and the like are text here.
    as_text = ("str", "timestamp", "value", "merge")
    kind = _check_tag(node, *as_text, "null", "bool", "int", "float", source=source)
    if kind in as_text:
        return node.value
    where = f"{source}:{node.start_mark.line + 1}: {shown(node.value)}"
    if len(node.value) > LONGEST_NUMBER:
        raise InvalidInput(f"{where} is too long for a number; put quotes around text")
    try:
        return yaml.constructor.SafeConstructor().construct_document(node)
    except (ValueError, OverflowError, LookupError):
        # What does not fit its tag, as in `!!int x`, ends in any of these.
        raise InvalidInput(f"{where} is not what its tag {kind} says") from None


def written(spec: GroupSpec) -> dict[str, Any]:
    """Return a spec as people write it: what is not set or equals the default is left out."""
    fields: dict[str, Any] = without_defaults(spec)
    return fields
