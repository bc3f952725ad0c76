"""What stands beside a type in the annotation of a field, for pydantic and for `spec/plain.py` alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema


class After:
    """A function that a value of the type goes through. said: what the JSON Schema says of it besides."""

    def __init__(self, check: Callable[[Any], Any], **said: Any) -> None:
        self.check = check
        self._said = said

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self._said}


class Before:
    """A function that what is given goes through before it is of the type. taken: the type of that."""

    def __init__(self, check: Callable[[Any], Any], taken: Any = None) -> None:
        self.check = check
        self._taken = taken

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        taken = None if self._taken is None else handler.generate_schema(self._taken)
        return core_schema.no_info_before_validator_function(
            self.check, handler(source), json_schema_input_schema=taken
        )


class WrittenAs:
    """How a value is written where that is not as it is held. kind: the type of what is written."""

    def __init__(self, write: Callable[[Any], Any], kind: Any) -> None:
        self.write = write
        self._kind = kind

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        kind = handler.generate_schema(self._kind)
        written = core_schema.plain_serializer_function_ser_schema(self.write, return_schema=kind)
        return {**handler(source), "serialization": written}


class Exact:
    """For a boolean: nothing that could be read as one is taken for it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.bool_schema(strict=True)


class Bounds:
    """The least and the largest value of a whole number. exact: nothing that may stand for one is taken."""

    def __init__(self, least: int, most: int | None = None, *, exact: bool = False) -> None:
        self.least, self.most = least, most
        self.exact = exact

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.int_schema(ge=self.least, le=self.most, strict=self.exact)


class Length(Bounds):
    """The fewest and the most characters of a text, or items of a list."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        least: Any = {"min_length": self.least} if self.least else {}
        most: Any = {"max_length": self.most}
        return {**handler(source), **least, **most}
