"""Models of fields that most groups do not set: loaded when a value comes, and not with every command."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

if TYPE_CHECKING:
    from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, SerializationInfo
    from pydantic_core import CoreSchema

__all__ = ["Autoscale", "Later"]


class Later(NamedTuple):
    """Stands for a model in the annotation of a field: `Annotated[Any, Later(module, name)]`.

    Values, faults, what is written and the JSON Schema are those of a field of the model itself.
    """

    module: str
    name: str

    @property
    def model(self) -> type[BaseModel]:
        """The model, loaded now."""
        found: type[BaseModel] = getattr(import_module(self.module), self.name)
        return found

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        written = core_schema.plain_serializer_function_ser_schema(_written, info_arg=True)
        return core_schema.no_info_plain_validator_function(self.checked, serialization=written)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        from pydantic import TypeAdapter
        from pydantic_core import core_schema

        # Definitions of its own let the model stand among those of the whole, as a field of the model would.
        return handler(core_schema.definitions_schema(TypeAdapter(self.model).core_schema, []))

    def checked(self, given: Any) -> BaseModel:
        """Return a value of the model; raises a ValidationError otherwise."""
        return self.model.model_validate(given)


def _written(value: BaseModel, info: SerializationInfo) -> dict[str, Any]:
    return value.model_dump(
        mode=info.mode,
        exclude_none=info.exclude_none,
        exclude_defaults=info.exclude_defaults,
        exclude_unset=info.exclude_unset,
    )


if TYPE_CHECKING:
    from scaling_group.spec.autoscale import Autoscale
else:
    Autoscale = Annotated[Any, Later("scaling_group.spec.autoscale", "Autoscale")]
