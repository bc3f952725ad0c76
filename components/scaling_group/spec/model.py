"""Models: frozen values of fields, each with its rule.

A model is defined once, here in plain Python. What it holds is checked by `spec/plain.py`; whatever that does
not know, and whatever a rule refuses, pydantic checks and tells: `spec/twin.py` makes its model of the same
definition. So commands whose values are in order do without pydantic: to load it and to have it build the
models took two thirds of the time of a `list`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic.fields import FieldInfo
    from pydantic_core import CoreSchema

Rule = TypeVar("Rule", bound=Callable[..., Any])


class Field(NamedTuple):
    """default, default_factory: as pydantic has them; `...` for a field that is needed. written: its name in
    files and state, where that is another one.
    """

    default: Any = ...
    default_factory: Callable[[], Any] | None = None
    description: str | None = None
    written: str | None = None

    @property
    def preset(self) -> Any:
        """What the field holds where nothing is given; `...` where something has to be."""
        return self.default_factory() if self.default_factory else self.default


def field(
    *,
    default: Any = ...,
    default_factory: Callable[[], Any] | None = None,
    description: str | None = None,
    written: str | None = None,
) -> Any:
    """Return what stands for a field in the body of a model; the arguments are those of Field."""
    return Field(default, default_factory, description, written)


class ModelRule:
    """A rule beyond the types of fields. mode: `after` or `wrap`, as pydantic has them.

    fields: those that it is of, none for a rule of the whole.
    """

    def __init__(self, method: Any, fields: tuple[str, ...], mode: str) -> None:
        self.method, self.fields, self.mode = method, fields, mode

    def bound(self, model: type) -> Callable[..., Any]:
        """Return the rule of fields, as a method of the model."""
        found: Callable[..., Any] = self.method.__get__(None, model)
        return found

    @property
    def asks(self) -> bool:
        """Whether a rule of a field reads the fields before it: `(cls, value, info)`."""
        code = self.method.__func__.__code__
        return bool(code.co_argcount == len(("cls", "value", "info")))


def field_validator(*fields: str, mode: str) -> Callable[[Rule], Rule]:
    """Mark a classmethod as a rule of fields, as the decorator of pydantic does; `after` or `wrap`."""

    def mark(method: Any) -> Any:
        return ModelRule(method, fields, mode)

    return mark


def model_validator(*, mode: str) -> Callable[[Rule], Rule]:
    """Mark a method as a rule of the whole, as the decorator of pydantic does; `after` alone."""

    def mark(method: Any) -> Any:
        return ModelRule(method, (), mode)

    return mark


class Kind(type):
    """The type of models."""

    @property
    def model_fields(cls: type[Model]) -> Mapping[str, FieldInfo]:  # type: ignore[misc]
        """The fields as pydantic describes them."""
        from scaling_group.spec.twin import twin_of

        return twin_of(cls).model_fields


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Model(metaclass=Kind):
    """Frozen, and refuses fields that it does not know.

    Methods with a name of pydantic's do what they do there.
    """

    #: The fields by name, in order.
    defined: ClassVar[Mapping[str, Field]] = {}
    #: As pydantic has it, where it is not what every model has.
    model_config: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: vars(cls).get(name, ...) for name in own_fields(cls)}
        for name in own.keys() & vars(cls).keys():
            delattr(cls, name)
        fields = {name: each if isinstance(each, Field) else Field(each) for name, each in own.items()}
        cls.defined = {**cls.defined, **fields}

    def __init__(self, **given: Any) -> None:
        """Raise a ValidationError of pydantic for what is not valid."""
        vars(self).update(_checked(type(self), given))

    @classmethod
    def model_validate(cls, given: object) -> Self:
        return given if isinstance(given, cls) else cls.holding(_checked(cls, given))

    @classmethod
    def model_validate_json(cls, text: str | bytes) -> Self:
        from scaling_group.spec.twin import twin_of

        return cls.holding(dict(twin_of(cls).model_validate_json(text)))

    @classmethod
    def model_construct(cls, **fields: Any) -> Self:
        return cls.holding({name: fields.get(name, each.preset) for name, each in cls.defined.items()})

    @classmethod
    def holding(cls, fields: dict[str, Any]) -> Self:
        """Return a model of every field, in order and as they are checked already; it keeps the mapping."""
        made = cls.__new__(cls)
        object.__setattr__(made, "__dict__", fields)
        return made

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        return self.holding({**vars(self), **(update or {})})

    def model_dump(self, **options: Any) -> dict[str, Any]:
        from scaling_group.spec.twin import as_twin

        return as_twin(self).model_dump(**options)

    def model_dump_json(self, **options: Any) -> str:
        from scaling_group.spec.twin import as_twin

        return as_twin(self).model_dump_json(**options)

    @classmethod
    def model_json_schema(cls, **options: Any) -> dict[str, Any]:
        from scaling_group.spec.twin import twin_of

        return twin_of(cls).model_json_schema(**options)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        held = vars(self)
        return ((name, held[name]) for name in self.defined if name in held)

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self)})"

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_"):
            vars(self)[name] = value
            return
        from scaling_group.spec.twin import as_twin

        # It says why it is refused.
        setattr(as_twin(self), name, value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from scaling_group.spec.twin import schema_within

        return schema_within(cls, handler)


def own_fields(model: type) -> Iterable[str]:
    """Return the names of the fields that the body of a model adds, in order."""
    annotations: Mapping[str, str] = model.__annotations__
    return [n for n, kind in annotations.items() if not (n.startswith("_") or kind.startswith("ClassVar"))]


@cache
def _plainly() -> Callable[[type[Model], object], dict[str, Any] | None]:
    from scaling_group.spec.plain import checked_plain

    return checked_plain


def _checked(model: type[Model], given: object) -> dict[str, Any]:
    if (found := _plainly()(model, given)) is not None:
        return found
    from scaling_group.spec.twin import checked_by_twin

    return checked_by_twin(model, given)
