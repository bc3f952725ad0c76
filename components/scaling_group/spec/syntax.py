"""Values with two syntaxes: a short one, which is text, and a long one, which is a mapping.

Files, state, history, annotations and output hold the short syntax. YAML and programs take both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, SchemaSerializer, core_schema

from scaling_group.spec.rejection import WHOLE, faults_of, reject, shown
from scaling_group.spec.strict import Strict

AS_TEXT = core_schema.to_string_ser_schema()


class LongSyntax(Strict):
    """The fields of a long syntax, before the rules of the value itself are asked."""

    # Most groups use none; to build a model takes a millisecond.
    model_config = ConfigDict(defer_build=True)

    #: One value in this syntax, for messages.
    EXAMPLE: ClassVar[str]
    #: Fields of which exactly one is given.
    ONE_OF: ClassVar[tuple[str, ...]] = ()

    def parsed(self) -> ShortSyntax:
        """Return the value that the fields say; raises a pydantic error where they contradict each other."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _one_is_given(self) -> Self:
        if self.ONE_OF and len(self.model_fields_set & {*self.ONE_OF}) != 1:
            raise reject("one_of", f"name one of {', '.join(self.ONE_OF)}.")
        return self


class ShortSyntax:
    """A parsed value. `str` is its short syntax in canonical form, and `parse` reads it."""

    LONG: ClassVar[type[LongSyntax]]
    #: What the JSON Schema says of the text.
    TEXT: ClassVar[dict[str, Any]] = {}

    # For values that no field describes to pydantic: the default in a JSON Schema.
    __pydantic_serializer__ = SchemaSerializer(core_schema.any_schema(serialization=AS_TEXT))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the value of a text; raises a pydantic error otherwise."""
        raise NotImplementedError

    @classmethod
    def of(cls, given: object) -> Self:
        """Return the value of a text, a mapping or a value; raises a pydantic error otherwise."""
        if isinstance(given, cls):
            return given
        if isinstance(given, str):
            return cls.parse(given)
        if isinstance(given, Mapping):
            return cls._of_mapping(given)
        raise reject("string_type", f"must be text, not {shown(given)}; put quotes around it.")

    @classmethod
    def _of_mapping(cls, given: Mapping[Any, Any]) -> Self:
        if not given:
            raise reject("long_syntax", f"is an empty mapping. Write {cls.LONG.EXAMPLE}.")
        try:
            value = cls.LONG.model_validate(given).parsed()
        except ValidationError as error:
            fault = faults_of(error, cls.LONG.model_fields)[0]
            said = fault.message if fault.field == WHOLE else f"{fault.field}: {fault.message}"
            raise reject("long_syntax", f"{shown(given)}: {said} Write {cls.LONG.EXAMPLE}.") from None
        # A part that holds a separator of the short syntax would be read as another value.
        parsed = cls.parse(str(value))
        if parsed != value:
            raise reject(
                "long_syntax", f"{shown(given)}: as text it is {str(value)!r}, which means another one."
            )
        return parsed

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.of, serialization=AS_TEXT)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        text = {"type": "string", **cls.TEXT}
        if handler.mode == "serialization":
            return text
        return {"oneOf": [text, _described(cls.LONG)]}


def _described(long: type[LongSyntax]) -> dict[str, Any]:
    schema = long.model_json_schema()
    described = {key: value for key, value in schema.items() if key not in ("title", "description")}
    one_of = {"oneOf": [{"required": [name]} for name in long.ONE_OF]} if long.ONE_OF else {}
    return {**described, "minProperties": 1, **one_of}


def short(value: Any) -> Any:
    """Return the plain data of a field's value: short syntax, lists and mappings."""
    if isinstance(value, ShortSyntax):
        return str(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, tuple | list):
        return [short(item) for item in value]
    if isinstance(value, Mapping):
        return {key: short(item) for key, item in value.items()}
    return value


def syntax_in(annotation: Any) -> type[ShortSyntax] | None:
    """Return the kind of value that a field's annotation holds: itself, in a list or in a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, ShortSyntax):
        return annotation
    return next(filter(None, map(syntax_in, get_args(annotation))), None)
