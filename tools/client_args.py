"""The keyword arguments of the Python API, written from the models that check them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from scaling_group.spec.flag import TIME, flag_of
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.later import Later
from scaling_group.spec.numbers import AsText, NumberAsText
from scaling_group.spec.syntax import syntax_in
from tools.component_args import COMPONENT_ARGS

CLIENT_ARGS = COMPONENT_ARGS.parents[1] / "client" / "spec_verbs.py"
WIDTH = 110
HEAD = '''"""create and update with each field of a group as an argument.

Written by `make docs` from the models of spec/; a test compares it. Annotations are kept as objects, which
help() shows as they are read.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, NotRequired, TypedDict, TypeVar

from scaling_group.client.progress import OnProgress
from scaling_group.spec.group import GroupSpec, group_spec

if TYPE_CHECKING:
    from scaling_group.spec.edit import Edit, Replace

#: Seconds that a change is waited for.
DEFAULT_TIMEOUT = 600.0
Created_co = TypeVar("Created_co", covariant=True)
Changed_co = TypeVar("Changed_co", covariant=True)


'''
FIELDS = '''class GroupFields(TypedDict):
    """One group: what create takes, and apply a list of."""

'''
VERBS = '''

class SpecVerbs(Generic[Created_co, Changed_co]):
    """What changes a group by its fields."""

    def create_from(
        self,
        spec: GroupSpec,
        *,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Created_co:
        """Create the group of a spec that is there already, as create does."""
        raise NotImplementedError

    def edit(
        self,
        name: str,
        edit: "Edit | Replace",
        *,
        if_revision: int | None = None,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Changed_co:
        """Change a group by an edit, as update does. An Edit can set and take away single tags too."""
        raise NotImplementedError

    def scale(
        self,
        name: str,
        replicas: int | None = None,
        *,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Changed_co:
        """Set the number of Pods, as update does.

        replicas: how many. Default: for a group that is at 0 the number that it had before.

        Raises InvalidInput for a group that is autoscaled, Conflict without a number for one that has Pods,
        and as update does.
        """
        count = self._replicas_before_zero(name) if replicas is None else replicas
        edit = _edit({"replicas": count}, ())
        return self.edit(name, edit, message=message, wait=wait, timeout=timeout, on_progress=on_progress)

    def _replicas_before_zero(self, name: str) -> int:
        raise NotImplementedError

'''
COMMON = [
    ("message", "str", '""', "Reason for the change, shown in the history; at most 1000 characters."),
    ("wait", "bool", "True", "Whether to wait until the group is available."),
    ("timeout", "float", "DEFAULT_TIMEOUT", "How long to wait, in seconds."),
    (
        "on_progress",
        "OnProgress | None",
        "None",
        "Told what happens, also from other threads. Default: whom the client tells.",
    ),
]
CREATE = """Create a group: a Deployment, a headless Service and an HTTPRoute.

Returns the group as it is then. Raises InvalidInput for fields that break rules, with every fault,
NotFound for a missing namespace or Gateway, Conflict for a taken name, Forbidden for missing
permissions: nothing is changed then. Raises RolloutFailed, with the diagnoses, where the group does
not become available: it is kept. In the main thread Ctrl-C stops the engine after its step, and
raises Interrupted."""
UPDATE = """Change a group. Only what is given is changed; each change is a revision.

The fields are those of create. autoscale, env, secret_env, node_selector, annotations and peers are
changed key by key, the others as a whole. Returns the group, with what changed in `changes`;
`applied` is False where there was nothing to do. Raises as create does, NotFound for an unknown name,
and Conflict where the group is not at if_revision."""
UNSET = "Fields to set back to their defaults, or keys of mappings: `gpu`, `env.MODEL`."
IF_REVISION = "Refuse unless the group is at this revision."


def client_args() -> str:
    """Return the module."""
    return "".join([HEAD, FIELDS, *_typed_dict(), VERBS, _create(), "\n", _update(), GIVEN])


GIVEN = '''

#: Arguments that are no fields of a group.
OWN = ("self", "message", "wait", "timeout", "on_progress", "unset", "if_revision")


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a group that are given."""
    return {name: value for name, value in arguments.items() if name not in OWN and value is not None}


def _edit(arguments: dict[str, Any], unset: Sequence[str]) -> "Edit":
    """Return the edit of update's arguments."""
    # Reads do without edits.
    from scaling_group.spec.edit import Edit

    values = {name: value for name, value in _given(arguments).items() if name != "name"}
    return Edit(values, (unset,) if isinstance(unset, str) else tuple(unset))
'''


def _typed_dict() -> Iterator[str]:
    for name, field in GroupSpec.model_fields.items():
        kind = _type(field)
        yield f"    {name}: {kind if field.is_required() else f'NotRequired[{kind}]'}\n"


def _create() -> str:
    fields = [
        (name, _type(field), "" if field.is_required() else _default(field), _described(name, field))
        for name, field in GroupSpec.model_fields.items()
    ]
    fields.sort(key=lambda each: bool(each[2]))
    body = ["spec = group_spec(_given(locals()))", "return self.create_from(", *_passed("spec", False), ")"]
    return _method("create", [], [*fields, *COMMON], "Created_co", CREATE, body)


def _update() -> str:
    fields = [
        (name, f"{_type(field).removesuffix(' | None')} | None", "None", "")
        for name, field in GroupSpec.model_fields.items()
        if name != "name"
    ]
    more = [("unset", "Sequence[str]", "()", UNSET), ("if_revision", "int | None", "None", IF_REVISION)]
    body = [
        "edit = _edit(locals(), unset)",
        "return self.edit(",
        *_passed("name, edit", True),
        ")",
    ]
    return _method("update", [("name", "str", "", "")], [*fields, *more, *COMMON], "Changed_co", UPDATE, body)


def _passed(first: str, revision: bool) -> list[str]:
    names = [*(["if_revision"] if revision else []), *(name for name, *_ in COMMON)]
    return [*(f"    {each}," for each in first.split(", ")), *(f"    {name}={name}," for name in names)]


Argument = tuple[str, str, str, str]


def _method(
    name: str, positional: list[Argument], named: list[Argument], result: str, about: str, body: list[str]
) -> str:
    arguments = ["self", *(f"{each}: {kind}" for each, kind, *_ in positional), "*"]
    arguments += [f"{each}: {kind}{f' = {default}' if default else ''}" for each, kind, default, _ in named]
    text = [f"    def {name}("]
    text += [f"        {each}," for each in arguments]
    text += [f"    ) -> {result}:", *_docstring(about, named)]
    text += [f"        {line}" for line in body]
    return "\n".join([*text, ""])


def _docstring(about: str, named: list[Argument]) -> Iterator[str]:
    yield from textwrap.indent(f'"""{about}', " " * 8, lambda line: bool(line.strip())).split("\n")
    yield ""
    for name, _, _, described in named:
        if described:
            yield from textwrap.wrap(
                f"{name}: {described}",
                WIDTH,
                initial_indent=" " * 8,
                subsequent_indent=" " * 12,
                break_on_hyphens=False,
            )
    yield '        """'


def _described(name: str, field: FieldInfo) -> str:
    return f"{field.description}{' In seconds.' if flag_of(name, field.metadata).metavar == TIME else ''}"


def _default(field: FieldInfo) -> str:
    """Return the default where it is a plain value that a reader wants to see."""
    default = field.get_default(call_default_factory=True)
    if default in ((), {}, None):
        return "None"
    return str(default) if isinstance(default, int) else f'"{default}"'


def _type(field: FieldInfo) -> str:
    kind = _plain(field.annotation)
    if NumberAsText in field.metadata:
        kind = f"{kind} | float"
    elif AsText in field.metadata:
        kind = f"{kind} | int"
    default = field.get_default(call_default_factory=True) if not field.is_required() else 0
    return f"{kind} | None" if default in ((), {}, None) else kind


def _plain(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        if any(isinstance(each, Later) for each in get_args(annotation)):
            return "Mapping[str, Any]"
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        [kind] = [each for each in get_args(annotation) if each is not NoneType]
        return _plain(kind)
    if get_origin(annotation) is tuple:
        return f"Sequence[{_plain(get_args(annotation)[0])}]"
    if get_origin(annotation) is dict:
        return f"Mapping[str, {_plain(get_args(annotation)[1])}]"
    kind = type(get_args(annotation)[0]) if get_origin(annotation) is Literal else annotation
    return "str | Mapping[str, Any]" if syntax_in(kind) else str(kind.__name__)
