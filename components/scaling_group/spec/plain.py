"""Values that are plainly in order, checked without pydantic.

What is taken here, pydantic takes too, and makes the same of it: the rules are the same functions. Of types
only the plain form is known: a text for a text, a list for a tuple. Nothing is refused here: pydantic decides
on the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from scaling_group.spec.flag import Flag
from scaling_group.spec.later import Later
from scaling_group.spec.marks import After, Before, Bounds, Exact, WrittenAs
from scaling_group.spec.model import Model, ModelRule, own_fields
from scaling_group.spec.syntax import ShortSyntax

#: Returns the value of what is given; raises ValueError for what is left to pydantic.
Read = Callable[[Any], Any]


class NotPlain(ValueError):
    """Something that pydantic has to look at."""


class _FieldPlan(NamedTuple):
    read: Read
    rules: tuple[ModelRule, ...]


class _Info(NamedTuple):
    """What a rule reads of pydantic's ValidationInfo: the fields before its own."""

    data: Mapping[str, Any]


def checked_plain(model: type[Model], given: object) -> dict[str, Any] | None:
    """Return the fields of a model, None where pydantic has to be asked."""
    if type(given) is not dict:
        return None
    try:
        return _read(model, given)
    except ValueError:
        return None


def marks_of(model: type[Model], name: str) -> tuple[Any, ...]:
    """Return what stands beside the type of a field."""
    kind = _kind(model, name)
    return get_args(kind)[1:] if get_origin(kind) is Annotated else ()


def short(value: Any) -> Any:
    """Return the plain data of a value, as files and state hold it, without what is None in a model."""
    # Most are: a list of 1,000 groups has 80,000 of them.
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, Model):
        return {
            each.written or name: _written(type(value), name, getattr(value, name))
            for name, each in value.defined.items()
            if getattr(value, name) is not None
        }
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, tuple | list):
        return [short(item) for item in value]
    if isinstance(value, Mapping):
        return {key: short(item) for key, item in value.items()}
    return _text(value)


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, ShortSyntax) else value


def _written(model: type[Model], name: str, value: Any) -> Any:
    write = next((mark.write for mark in marks_of(model, name) if isinstance(mark, WrittenAs)), short)
    return write(value)


def _read(model: type[Model], given: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    left = set(given)
    for name, each in model.defined.items():
        key = each.written if each.written and each.written in given else name
        if key in given:
            left.discard(key)
            fields[name] = _ruled(model, _plan(model, name), given[key], fields)
        elif (preset := each.preset) is ...:
            raise NotPlain(name)
        else:
            fields[name] = preset
    if left:
        raise NotPlain(", ".join(left))
    whole = model.holding(fields)
    for rule in _rules(model):
        if not rule.fields:
            rule.method(whole)
    return fields


def _ruled(model: type[Model], plan: _FieldPlan, given: Any, before: Mapping[str, Any]) -> Any:
    if not plan.rules:
        return plan.read(given)
    info, wrapping = _Info(before), next((rule for rule in plan.rules if rule.mode == "wrap"), None)
    value = wrapping.bound(model)(given, plan.read, info) if wrapping else plan.read(given)
    for rule in plan.rules:
        if rule.mode == "after":
            value = rule.bound(model)(value, info) if rule.asks else rule.bound(model)(value)
    return value


@cache
def _plan(model: type[Model], name: str) -> _FieldPlan:
    rules = tuple(rule for rule in _rules(model) if name in rule.fields)
    return _FieldPlan(_reader(_kind(model, name)), rules)


@cache
def _kind(model: type[Model], name: str) -> Any:
    """Return the type of a field. Of most fields nobody asks: those that a group does not set."""
    owner = next(each for each in model.__mro__ if name in own_fields(each))

    def annotated() -> None: ...

    annotated.__annotations__ = {name: owner.__annotations__[name]}
    return get_type_hints(annotated, vars(sys.modules[owner.__module__]), include_extras=True)[name]


@cache
def _rules(model: type[Model]) -> list[ModelRule]:
    found = {name: each for kind in reversed(model.__mro__) for name, each in vars(kind).items()}
    return [each for each in found.values() if isinstance(each, ModelRule)]


def _reader(kind: Any) -> Read:
    """Return what reads values of a type."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _marked(_reader(parts[0]), parts[1:])
    if origin is Literal:
        return partial(_one_of, parts)
    if origin is dict:
        return partial(_pairs, _reader(parts[0]), _reader(parts[1]))
    if origin is tuple and parts[1:] == (...,):
        return partial(_items, _reader(parts[0]))
    if origin in (Union, UnionType) and parts[1:] == (NoneType,):
        return partial(_or_none, _reader(parts[0]))
    return _reader_of_class(kind) if isinstance(kind, type) and origin is None else _of_any(kind)


def _of_any(kind: Any) -> Read:
    return _as_it_is if kind is Any else _unknown


def _reader_of_class(kind: type) -> Read:
    if kind in (str, int, bool):
        return partial(_exactly, kind)
    if kind is datetime:
        return _time
    if issubclass(kind, ShortSyntax):
        return kind.of
    if issubclass(kind, Enum):
        return partial(_member, kind)
    return kind.model_validate if issubclass(kind, Model) else _unknown


def _marked(read: Read, marks: tuple[Any, ...]) -> Read:
    for mark in marks:
        if isinstance(mark, After):
            read = partial(_then, read, mark.check)
        elif isinstance(mark, Before):
            read = partial(_then, mark.check, read)
        elif isinstance(mark, Bounds):
            read = partial(_then, read, partial(_within, mark))
        elif isinstance(mark, Later):
            read = mark.checked
        elif not isinstance(mark, Flag | Exact | WrittenAs):
            return _unknown
    return read


def _then(first: Read, second: Read, given: Any) -> Any:
    return second(first(given))


def _unknown(given: Any) -> Any:
    raise NotPlain(given)


def _as_it_is(given: Any) -> Any:
    return given


def _exactly(kind: type, given: Any) -> Any:
    return given if type(given) is kind else _unknown(given)


def _within(bounds: Bounds, number: int) -> int:
    if bounds.least <= number and (bounds.most is None or number <= bounds.most):
        return number
    raise NotPlain(number)


def _one_of(options: tuple[Any, ...], given: Any) -> Any:
    return given if type(given) is str and given in options else _unknown(given)


def _or_none(read: Read, given: Any) -> Any:
    return None if given is None else read(given)


def _items(read: Read, given: Any) -> tuple[Any, ...]:
    return tuple(map(read, given)) if type(given) in (list, tuple) else _unknown(given)


def _pairs(read_key: Read, read: Read, given: Any) -> dict[Any, Any]:
    if type(given) is not dict:
        raise NotPlain(given)
    return {read_key(key): read(value) for key, value in given.items()}


def _member(kind: type[Enum], given: Any) -> Any:
    return given if type(given) is kind else kind(_exactly(str, given))


def _time(given: Any) -> datetime:
    """A time as records hold it, in UTC; there are more forms."""
    if type(given) is datetime:
        return given
    if type(given) is not str or len(given) != len("2026-01-02T03:04:05Z") or not given.endswith("Z"):
        raise NotPlain(given)
    return datetime.fromisoformat(given)
