"""Values that are plainly in order, checked without pydantic.

What is taken here, pydantic takes too, and makes the same of it: the rules are the same functions. Of types
only the plain form is known: a text for a text, a list for a tuple. Nothing is refused here: pydantic decides
on the rest.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sized
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache, partial
from itertools import takewhile
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from scaling_group.spec.flag import Flag
from scaling_group.spec.later import Later
from scaling_group.spec.marks import After, Before, Bounds, Exact, Length, WrittenAs
from scaling_group.spec.model import Model, ModelRule, own_fields
from scaling_group.spec.syntax import ShortSyntax

#: A whole number as everybody writes it.
DECIMAL = re.compile("[1-9][0-9]{0,9}|0", re.ASCII)
#: Returns the value of what is given; raises ValueError for what is left to pydantic.
Read = Callable[[Any], Any]
#: How many sets of keys, and how many texts of values, are remembered: those of one list are few.
DIFFERENT = 128


class NotPlain(ValueError):
    """Something that pydantic has to look at."""


class _FieldPlan(NamedTuple):
    read: Read
    rules: tuple[ModelRule, ...]


class _Reading(NamedTuple):
    """How a mapping with certain keys is read as a model.

    preset: every field in order, as it is where nothing is given. made: fields whose preset is a new object
    each time. given: each key with its field. whole: rules of no single field.
    """

    preset: Mapping[str, Any]
    made: tuple[tuple[str, Callable[[], Any]], ...]
    given: tuple[tuple[str, str, _FieldPlan], ...]
    whole: tuple[ModelRule, ...]


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


def type_of(model: type[Model], name: str) -> Any:
    """Return the type of a field, without what stands beside it."""
    kind = _kind(model, name)
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _read(model: type[Model], given: Mapping[str, Any]) -> dict[str, Any]:
    reading = _reading(model, tuple(given))
    fields = {**reading.preset}
    for name, make in reading.made:
        fields[name] = make()
    for key, name, plan in reading.given:
        fields[name] = _ruled(model, name, plan, given[key], fields) if plan.rules else plan.read(given[key])
    for rule in reading.whole:
        rule.method(model.holding(fields))
    return fields


# What many records hold has the same keys in each.
@lru_cache(maxsize=DIFFERENT)
def _reading(model: type[Model], keys: tuple[str, ...]) -> _Reading:
    """Return how a mapping with these keys is read; raises NotPlain."""
    preset: dict[str, Any] = {}
    made, given, left = [], [], set(keys)
    for name, each in model.defined.items():
        by_name = not each.written or model.model_config.get("validate_by_name")
        key = name if by_name and each.written not in left else each.written
        preset[name] = each.default
        if key in left:
            left.discard(key)
            given.append((key, name, _plan(model, name)))
        elif each.default_factory:
            made.append((name, each.default_factory))
        elif each.default is ...:
            raise NotPlain(name)
    if left:
        raise NotPlain(left)
    whole = tuple(rule for rule in _rules(model) if not rule.fields)
    return _Reading(preset, tuple(made), tuple(given), whole)


def _ruled(model: type[Model], name: str, plan: _FieldPlan, given: Any, fields: Mapping[str, Any]) -> Any:
    info = _Info(dict(takewhile(lambda field: field[0] != name, fields.items())))
    wrapping = next((rule for rule in plan.rules if rule.mode == "wrap"), None)
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
    if kind is int:
        return _number
    if kind in (str, bool, float):
        return partial(_exactly, kind)
    if kind is datetime:
        return _time
    if issubclass(kind, ShortSyntax):
        return partial(_parsed, kind)
    if issubclass(kind, Enum):
        return partial(_member, kind)
    return kind.model_validate if issubclass(kind, Model) else _unknown


def _marked(read: Read, marks: tuple[Any, ...]) -> Read:
    for mark in marks:
        if isinstance(mark, After):
            read = partial(_then, read, mark.check)
        elif isinstance(mark, Before):
            read = partial(_then, mark.check, read)
        elif isinstance(mark, Length):
            read = partial(_then, read, partial(_of_length, mark))
        elif isinstance(mark, Bounds):
            read = partial(_then, _exact_number if mark.exact else read, partial(_within, mark))
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


def _number(given: Any) -> int:
    """A whole number; a flag has it as text."""
    if type(given) is str and DECIMAL.fullmatch(given):
        return int(given)
    number: int = _exactly(int, given)
    return number


_exact_number = partial(_exactly, int)


def _within(bounds: Bounds, number: int) -> int:
    if bounds.least <= number and (bounds.most is None or number <= bounds.most):
        return number
    raise NotPlain(number)


def _of_length(bounds: Bounds, value: Sized) -> Sized:
    _within(bounds, len(value))
    return value


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


def _parsed(kind: Any, given: Any) -> Any:
    return _parsed_text(kind, given) if type(given) is str else kind.of(given)


@lru_cache(maxsize=DIFFERENT)
def _parsed_text(kind: type[ShortSyntax], text: str) -> ShortSyntax:
    return kind.parse(text)


def _member(kind: type[Enum], given: Any) -> Any:
    return given if type(given) is kind else kind(_exactly(str, given))


def _time(given: Any) -> datetime:
    """A time as records hold it, in UTC; there are more forms."""
    if type(given) is datetime:
        return given
    if type(given) is not str or len(given) != len("2026-01-02T03:04:05Z") or not given.endswith("Z"):
        raise NotPlain(given)
    return datetime.fromisoformat(given)
