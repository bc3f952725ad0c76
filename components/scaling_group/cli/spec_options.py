"""The flags that describe a group, and the files that hold groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_origin

import click

from scaling_group.cli.bounded import read_bounded
from scaling_group.cli.env_file import variables_of
from scaling_group.cli.options import Command, apply_all, same_name
from scaling_group.client.files import read_groups
from scaling_group.errors import Fault, InvalidInput
from scaling_group.spec.autoscale import Autoscale
from scaling_group.spec.documents import Document, parse_documents
from scaling_group.spec.edit import Edit
from scaling_group.spec.entrypoint import entrypoint_text, parse_entrypoint
from scaling_group.spec.flag import TIME, flag_of, has_flag
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.model import Model
from scaling_group.spec.plain import marks_of, type_of
from scaling_group.spec.rejection import WHOLE, reject, rejected, shown
from scaling_group.spec.tags import parse_tags

#: The fields of autoscale that have a flag, by the name of the parameter.
AUTOSCALE = {f"autoscale_{name}": name for name in Autoscale.defined if has_flag(marks_of(Autoscale, name))}


def _options(*names: str, defaults: bool) -> Iterator[Callable[[Command], Command]]:
    for name in names:
        if name == "autoscale":
            yield from (_option(given, Autoscale, part, defaults=False) for given, part in AUTOSCALE.items())
        else:
            yield _option(name, GroupSpec, name, defaults=defaults)


def _option(given: str, model: type[Model], name: str, *, defaults: bool) -> Callable[[Command], Command]:
    """Return a field's flag; an edit has no defaults: what is not given stays as it is.

    given: the name of the parameter.
    """
    field, kind, flag = model.defined[name], type_of(model, name), flag_of(given, marks_of(model, name))
    if kind is bool:
        names = f"--{flag.name}/--no-{flag.name}"
        return click.option(names, given, default=None, help=field.description)
    repeated = get_origin(kind) in (tuple, dict)
    help_text = f"{field.description} May be repeated." if repeated else str(field.description)
    if defaults and not repeated and field.preset not in (..., None):
        shown = f"{field.preset}s" if flag.metavar == TIME else field.preset
        help_text += f"  [default: {shown}]"
    return click.option(f"--{flag.name}", given, metavar=flag.metavar, multiple=repeated, help=help_text)


_env_file_option = click.option(
    "--env-file",
    metavar="FILE",
    multiple=True,
    help="File of variables (.env). Later files take precedence; --env takes precedence over files. May be repeated.",
)
_fields = [name for name in GroupSpec.defined if name != "name"]
spec_options = apply_all(
    click.argument("group", metavar="[NAME]", required=False),
    *_options("name", *_fields, defaults=True),
    _env_file_option,
)
edit_options = apply_all(
    *_options(*_fields, defaults=False),
    click.option(
        "--no-autoscale", is_flag=True, help="Fix the number of Pods: at --replicas, or at what it is now."
    ),
    _env_file_option,
    click.option("--tag", "tag", metavar="K=V", multiple=True, help="Set one tag; --tags replaces all."),
    click.option("--untag", metavar="K", multiple=True, help="Remove one tag."),
    click.option(
        "--unset", metavar="FIELD,…", multiple=True, help="Remove fields: gpu,entrypoint,env.MODEL."
    ),
)


class TakesEntrypoint(click.Command):
    """Takes an entrypoint after `--` as well, as a shell has split it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            args, words = args[:place], args[place + 1 :]
            if any(argument.startswith("--entrypoint") for argument in args):
                ctx.fail("--entrypoint and a command after -- exclude each other")
            args = [*args, f"--entrypoint={entrypoint_text(words)}"]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- PROGRAM ARG…]"]


def spec_from_flags(given: dict[str, Any]) -> GroupSpec:
    """Return the spec of the flags; raises InvalidInput with every fault, named by its flag."""
    values: dict[str, Any] = {key: value for key, value in given.items() if value not in (None, ())}
    if group := values.pop("group", None):
        values["name"] = same_name(group, values.get("name"))
    faults = _parse_texts(values)
    try:
        spec = group_spec(values)
    except InvalidInput as error:
        faults += error.faults
    if faults:
        raise InvalidInput("the flags are not valid:", [_named_by_flag(fault) for fault in faults])
    return spec


def edit_from_flags(given: dict[str, Any]) -> Edit:
    """Return the edit of update's flags; raises InvalidInput with every fault of the texts."""
    values: dict[str, Any] = {key: value for key, value in given.items() if value not in (None, ())}
    unset, untag = values.pop("unset", ()), values.pop("untag", ())
    if values.pop("no_autoscale", False):
        if any(name in values for name in AUTOSCALE):
            raise InvalidInput("--no-autoscale and flags of autoscaling exclude each other")
        unset = (*unset, "autoscale")
    faults = _parse_texts(values)
    if faults:
        raise InvalidInput("the flags are not valid:", [_named_by_flag(fault) for fault in faults])
    fields = tuple(name.strip() for text in unset for name in text.split(","))
    return Edit(values, fields, values.pop("tag", {}), tuple(untag))


def _parse_texts(values: dict[str, Any]) -> list[Fault]:
    """Replace texts by what they mean; return the faults of those that mean nothing."""
    parsers: dict[str, Callable[[Any], Any]] = {
        "tags": lambda texts: parse_tags(*texts),
        "entrypoint": parse_entrypoint,
        "env_file": variables_of,
        **dict.fromkeys(
            ("env", "tag", "secret_env", "node_selector", "annotations", "peers", "autoscale_pods"),
            parse_pairs,
        ),
    }
    faults = []
    for field, parse in parsers.items():
        if field in values:
            try:
                values[field] = parse(values[field])
            except rejected() as error:
                faults.append(Fault(field, error.message()))
                del values[field]
    if "env_file" in values:
        values["env"] = {**values.pop("env_file"), **values.get("env", {})}
    if scaling := {name: values.pop(name) for name in AUTOSCALE if name in values}:
        values["autoscale"] = {name.removeprefix("autoscale_"): value for name, value in scaling.items()}
    return faults


def parse_pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return the pairs of texts `key=value`; raises a pydantic error for a key given twice."""
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise reject("pairs", f"{shown(text)} is not NAME=VALUE.")
        if key in pairs:
            raise reject("pairs", f"{shown(key)} is given twice.")
        pairs[key] = value
    return pairs


def _named_by_flag(fault: Fault) -> Fault:
    if fault.field == WHOLE:
        return fault
    field, dot, rest = fault.field.partition(".")
    if field == "autoscale":
        # As a whole it has no flag; without this one there is none of it.
        inner, dot, rest = (rest or "max").partition(".")
        field = f"autoscale_{inner}"
    model, name = (Autoscale, AUTOSCALE[field]) if field in AUTOSCALE else (GroupSpec, field)
    marks = marks_of(model, name) if name in model.defined else ()
    flag = flag_of(field, marks).name
    return Fault(f"--{flag}{dot}{rest}", fault.message)


def documents_from(sources: Sequence[str]) -> list[Document]:
    """Return the groups of files, folders (their .yaml and .yml files) and `-`, standard input."""
    documents = [found for source in sources for found in _documents(source)]
    if not documents:
        raise InvalidInput(f"there is no group in {', '.join(sources)}")
    return documents


def _documents(source: str) -> list[Document]:
    return parse_documents(read_bounded(source), source) if source == "-" else read_groups(source)
