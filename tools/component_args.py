"""The component's arguments, written from the models that check them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from scaling_group.component import args
from scaling_group.component.inputs import ALWAYS_PLAIN
from scaling_group.spec.environment import EnvironmentSpec, GatewaySpec
from scaling_group.spec.flag import TIME, flag_of
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.later import Later
from scaling_group.spec.long_syntax import LongSyntax
from scaling_group.spec.model import Model
from scaling_group.spec.syntax import ShortSyntax, syntax_in

COMPONENT_ARGS = Path(args.__file__)
HEAD = '''"""Arguments of the component, as type checkers and the component provider's analyzer read them.

Written by `make docs` from the models of spec/; a test compares it. The analyzer evaluates these
annotations, so this module keeps them as objects and uses no form that it does not know (unions,
literals, tuples).
"""

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

import pulumi
'''
ALIASES = """if TYPE_CHECKING:
{typed}
else:
    # The schema gets the mappings in component/provider.py.
{plain}
"""
TAIL = """#: Arguments as they come in: any of the fields above, not yet checked.
Given = dict[str, Any]
"""
ENVIRONMENT = ("EnvironmentArgs", "Where the group lives.")
ID = (
    "Id of the group. Plain value only. Default: computed from organization, project, stack, environment and "
    "name."
)
#: Arguments that are no field of a group, and what differs from the field.
NAME_DEFAULT = " Plain value only. Default: the resource's name."


def component_args() -> str:
    """Return the module."""
    kinds = sorted({kind for kind in map(_kind, GroupSpec.model_fields.values()) if kind}, key=_args_name)
    parts = [HEAD, *(_typed_dict(_args_name(kind), kind.LONG, plain=False) for kind in kinds)]
    parts += [_model(kind) for field in GroupSpec.model_fields.values() for kind in _models(field.annotation)]
    typed = "\n".join(f"    {_input_name(kind)} = str | {_args_name(kind)}" for kind in kinds)
    plain = "\n".join(f"    {_input_name(kind)} = str" for kind in kinds)
    parts.append(ALIASES.format(typed=typed, plain=plain))
    parts.append(_typed_dict("GatewayArgs", GatewaySpec, plain=True))
    parts.append(_typed_dict("EnvironmentArgs", EnvironmentSpec, plain=True))
    return "\n\n".join([*parts, _group(), TAIL])


def _models(annotation: Any) -> Iterator[type[BaseModel] | type[Model]]:
    """Yield the models that a field's annotation holds, what a model is made of before it."""
    if isinstance(annotation, Later):
        yield from _models(annotation.model)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel | Model):
        parts = (each for field in annotation.model_fields.values() for each in _models(field.annotation))
        yield from dict.fromkeys(parts)
        yield annotation
    else:
        for part in get_args(annotation):
            yield from _models(part)


def _model(model: type[BaseModel] | type[Model]) -> str:
    """Return the arguments of a model. What Python has another use for (`from`) is no name in a class."""
    name = f"{model.__name__}Args"
    names = [str(field.validation_alias or key) for key, field in model.model_fields.items()]
    if not any(map(iskeyword, names)):
        return _typed_dict(name, model, plain=False)
    lines = [f"{name} = TypedDict(", f'    "{name}",', "    {"]
    for key, field in zip(names, model.model_fields.values(), strict=True):
        kind = _input_type(field.annotation)
        lines.append(f'        "{key}": {kind if field.is_required() else f"NotRequired[{kind}]"},')
    return "\n".join([*lines, "    },", ")", ""])


def _kind(field: FieldInfo) -> type[ShortSyntax] | None:
    return syntax_in(field.annotation)


def _args_name(kind: type[ShortSyntax]) -> str:
    return f"{kind.__name__}Args"


def _input_name(kind: type[ShortSyntax]) -> str:
    return f"{kind.__name__}Input"


def _typed_dict(name: str, model: type[BaseModel] | type[Model], *, plain: bool) -> str:
    more = " Plain values only." if plain else ""
    lines = [f"class {name}(TypedDict):", *_docstring(f"{(model.__doc__ or '').strip()}{more}"), ""]
    for field_name, field in model.model_fields.items():
        kind = _plain_type(field.annotation) if plain else _input_type(field.annotation)
        lines += _field(field_name, kind, field, _described(field))
    return "\n".join([*lines, ""])


def _group() -> str:
    fields = GroupSpec.model_fields
    lines = ["class ScalingGroupArgs(TypedDict):", *_docstring("One scaling group."), ""]
    for name in ("image", "port"):
        lines += _field(name, _argument_type(name), fields[name], _argument(name))
    lines += _lines("environment", ENVIRONMENT[0], ENVIRONMENT[1] + " Plain values only.", required=True)
    lines += _lines("name", "str", str(fields["name"].description) + NAME_DEFAULT, required=False)
    for name, field in fields.items():
        if name not in ("image", "port", "name"):
            lines += _field(name, _argument_type(name), field, _argument(name))
    return "\n".join([*lines, *_lines("id", "str", ID, required=False), ""])


def _argument_type(name: str) -> str:
    annotation = GroupSpec.model_fields[name].annotation
    if name in ALWAYS_PLAIN:
        return _plain_type(annotation)
    # Of what has parts, a preview must know which there are.
    is_model = [f"{kind.__name__}Args" for kind in _models(annotation)]
    return is_model[-1] if is_model else _input_type(annotation)


def _argument(name: str) -> str:
    field = GroupSpec.model_fields[name]
    described = _described(field) + (" Plain value only." if name in ALWAYS_PLAIN else "")
    if flag_of(name, field.metadata).metavar == TIME:
        return described.replace(" Default:", " In seconds. Default:")
    return described


def _described(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if field.is_required() or isinstance(default, bool) or default in (None, (), {}, ""):
        return str(field.description)
    return f"{field.description} Default: {default}."


def _field(name: str, kind: str, field: FieldInfo, description: str) -> Iterator[str]:
    return _lines(name, kind, description, required=field.is_required())


def _lines(name: str, kind: str, description: str, *, required: bool) -> Iterator[str]:
    yield f"    {name}: {kind if required else f'NotRequired[{kind}]'}"
    yield from _docstring(description)


def _docstring(text: str) -> Iterator[str]:
    indent = " " * 4
    yield from textwrap.wrap(
        f'"""{text}"""', 110, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _plain_type(annotation: Any) -> str:
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel | Model) and not issubclass(bare, LongSyntax):
        return f"{bare.__name__.removesuffix('Spec')}Args"
    if get_origin(bare) is tuple:
        # Pairs of a name and its values: a mapping where people write it.
        return "dict[str, list[str]]"
    return str(bare.__name__)


def _input_type(annotation: Any) -> str:
    bare = _bare(annotation)
    if get_origin(bare) is tuple:
        return f"pulumi.Input[list[{_input_type(get_args(bare)[0])}]]"
    if get_origin(bare) is dict:
        return f"pulumi.Input[dict[str, {_input_type(get_args(bare)[1])}]]"
    if issubclass(bare, BaseModel | Model):
        return f"pulumi.Input[{bare.__name__}Args]"
    if issubclass(bare, ShortSyntax):
        return f"pulumi.Input[{_input_name(bare)}]"
    return f"pulumi.Input[{bare.__name__}]"


def _bare(annotation: Any) -> Any:
    """Return an annotation without its rules and without None; a literal as its type."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        [kind] = [each for each in get_args(annotation) if each is not NoneType]
        return _bare(kind)
    if get_origin(annotation) is Literal:
        return type(get_args(annotation)[0])
    return annotation
