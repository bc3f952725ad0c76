"""Values as files and state hold them: plain data, written by the type of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any

from scaling_group.spec.marks import WrittenAs
from scaling_group.spec.model import Model
from scaling_group.spec.plain import marks_of
from scaling_group.spec.syntax import ShortSyntax

#: How many texts of values are remembered: those of one list are few.
DIFFERENT = 128


def short(value: Any) -> Any:
    """Return the plain data of a value, as files and state hold it, without what is None in a model."""
    # Most are: a list of 1,000 groups has 80,000 of them.
    kind: Any = type(value)
    if value is None or kind in (str, int, bool):
        return value
    return _writer(kind)(value)


@cache
def _writer(kind: type) -> Callable[[Any], Any]:
    """Return what makes plain data of the values of a type."""
    if issubclass(kind, Model):
        return _fields_of
    if hasattr(kind, "model_dump"):
        return lambda value: value.model_dump(mode="json", exclude_none=True)
    return next((write for base, write in _WRITERS if issubclass(kind, base)), lambda value: value)


def _fields_of(value: Model) -> dict[str, Any]:
    model, held = type(value), vars(value)
    return {
        each.written or name: _writer_of(model, name, short)(held[name])
        for name, each in model.defined.items()
        if held[name] is not None
    }


def every_field(value: Model) -> dict[str, Any]:
    """Return the plain data of a model's fields, None for those that are."""
    return {
        each.written or name: _writer_of(type(value), name, short)(vars(value)[name])
        for name, each in value.defined.items()
    }


def without_defaults(value: Any) -> Any:
    """Return the plain data of a value without what equals its default, in its parts too."""
    if isinstance(value, Model):
        return {
            each.written or name: _writer_of(type(value), name, without_defaults)(held)
            for name, each in value.defined.items()
            if (held := vars(value)[name]) != each.preset
        }
    if isinstance(value, tuple | list):
        return [without_defaults(item) for item in value]
    return short(value)


@cache
def _writer_of(model: type[Model], name: str, write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return next((mark.write for mark in marks_of(model, name) if isinstance(mark, WrittenAs)), write)


@lru_cache(maxsize=DIFFERENT)
def _text_of(value: ShortSyntax) -> str:
    return str(value)


def _items_of(value: Iterable[Any]) -> list[Any]:
    return [short(item) for item in value]


_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (tuple, _items_of),
    (list, _items_of),
    (Mapping, lambda value: {key: short(item) for key, item in value.items()}),
    (datetime, lambda value: value.isoformat().replace("+00:00", "Z")),
    (Enum, lambda value: value.value),
    (ShortSyntax, _text_of),
)
