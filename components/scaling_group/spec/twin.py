"""Models as pydantic has them: the same fields and rules, for what is refused, written and described."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, field_validator, model_validator
from pydantic import Field as FieldOf
from pydantic_core import CoreSchema, core_schema

from scaling_group.spec.model import Field, Model, ModelRule, own_fields
from scaling_group.spec.strict import Strict


@cache
def twin_of(model: type[Model]) -> type[BaseModel]:
    """Return the model that pydantic makes of a definition."""
    if model is Model:
        return Strict
    bases = tuple(twin_of(base) if issubclass(base, Model) else base for base in model.__bases__)
    own = own_fields(model)
    names = {name: _method(each) for name, each in vars(model).items() if name not in _OF_THE_CLASS}
    fields = {name: _field(model.defined[name]) for name in own}
    annotations = {name: model.__annotations__[name] for name in own}
    more = {"model_config": dict(model.model_config), "__annotations__": annotations}
    made: type[BaseModel] = _KIND(model.__name__, bases, {**names, **fields, **more})
    return made


_KIND: Any = type(Strict)
#: What a class has for itself.
_OF_THE_CLASS = ("__annotations__", "__dict__", "__weakref__", "defined", "model_config")


def _method(found: Any) -> Any:
    if not isinstance(found, ModelRule):
        return found
    mode: Any = found.mode
    mark: Any = field_validator(*found.fields, mode=mode) if found.fields else model_validator(mode=mode)
    return mark(found.method)


def _field(given: Field) -> Any:
    made, written = given.default_factory, given.written
    options: dict[str, Any] = {"default": given.default} if made is None else {"default_factory": made}
    if written:
        options |= {"validation_alias": written, "serialization_alias": written}
    return FieldOf(description=given.description, **options)


def as_twin(value: Model) -> BaseModel:
    return twin_of(type(value)).model_construct(**dict(value))


def checked_by_twin(model: type[Model], given: object) -> dict[str, Any]:
    """Return the fields of a model; raises ValidationError with every fault."""
    return dict(twin_of(model).model_validate(given))


def schema_within(model: type[Model], handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return the schema of a model that is a part of another."""
    schema = handler.generate_schema(twin_of(model))
    written = core_schema.wrap_serializer_function_ser_schema(_written, schema=schema)
    return core_schema.no_info_wrap_validator_function(
        partial(_validated, model), schema, serialization=written
    )


def _validated(model: type[Model], given: Any, check: Callable[[Any], BaseModel]) -> Model:
    return given if isinstance(given, model) else model.holding(dict(check(given)))


def _written(value: Model, write: Callable[[BaseModel], Any]) -> Any:
    return write(as_twin(value))
