"""Values with two syntaxes: a short one, which is text, and a long one, which is a mapping.

Files, state, history, annotations and output hold the short syntax. YAML and programs take both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, get_args

from scaling_group.spec.rejection import WHOLE, faults_of, invalid, reject, shown

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema, SchemaSerializer

    from scaling_group.spec.long_syntax import LongSyntax


class LongSyntaxOf:
    """The model of a long syntax, loaded when a value comes in it: most are texts."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> type[LongSyntax]:
        from scaling_group.spec import long_syntax

        found: type[LongSyntax] = getattr(long_syntax, self._name)
        return found


class _WrittenAsText:
    """What pydantic writes a value with that no field describes to it: the default in a JSON Schema."""

    def __get__(self, instance: object, owner: type) -> SchemaSerializer:
        from pydantic_core import SchemaSerializer, core_schema

        return SchemaSerializer(core_schema.any_schema(serialization=core_schema.to_string_ser_schema()))


class ShortSyntax:
    """A parsed value. `str` is its short syntax in canonical form, and `parse` reads it."""

    LONG: ClassVar[LongSyntaxOf]
    #: What the JSON Schema says of the text.
    TEXT: ClassVar[dict[str, Any]] = {}

    __pydantic_serializer__ = _WrittenAsText()

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
        except invalid() as error:
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
        from pydantic_core import core_schema

        as_text = core_schema.to_string_ser_schema()
        return core_schema.no_info_plain_validator_function(cls.of, serialization=as_text)

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


def syntax_in(annotation: Any) -> type[ShortSyntax] | None:
    """Return the kind of value that a field's annotation holds: itself, in a list or in a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, ShortSyntax):
        return annotation
    return next(filter(None, map(syntax_in, get_args(annotation))), None)
