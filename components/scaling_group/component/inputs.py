"""Arguments of the component: plain values are checked now, Outputs when they resolve.

An Output stays in its own leaf of the manifests. It is checked by the rule that holds for plain
values, at the moment the engine knows it.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar, cast

import pulumi
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from scaling_group.errors import Fault, InvalidInput
from scaling_group.manifests.leaves import Leaves
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, check_together, environment_spec, group_spec
from scaling_group.spec.rejection import faults_of

Checked = TypeVar("Checked")

#: Fields that shape names, selectors and ports: a preview must know them.
ALWAYS_PLAIN = ("name", "port", "environment", "id")
#: Stands in for an Output while the plain fields around it are checked.
STAND_IN: dict[str, Any] = {"image": "unknown", "tags": {}, "entrypoint": ("unknown",)}
#: Stands in for an Output inside tags or the entrypoint; both rules accept it.
ELEMENT = "unknown"


class InvalidArgs(pulumi.RunError):
    """Arguments that break rules. The engine prints a RunError without a traceback."""


def is_later(value: object) -> bool:
    """Return whether a value is known only when the engine has run: an Output or an awaitable."""
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value)


def later_leaf(function: Callable[[Any], Any], leaf: Any) -> Any:
    """The Lift of programs: at once for plain values, at resolution for Outputs."""
    return leaf.apply(function) if isinstance(leaf, pulumi.Output) else function(leaf)


def check_arguments(resource: str, args: Mapping[str, Any]) -> tuple[GroupSpec, EnvironmentSpec]:
    """Return the plain part of the arguments, checked; raises InvalidArgs with every fault.

    Fields that are Outputs hold stand-ins in the answer.
    """
    faults = _unknown_where_plain_is_needed(args)
    spec = environment = None
    if not faults:
        spec, faults = _attempt(lambda: group_spec(_plain_fields(args)))
        environment, more = _attempt(lambda: environment_spec(args.get("environment") or {}))
        faults += [Fault(f"environment.{fault.field}", fault.message) for fault in more]
    if spec and environment:
        faults = _attempt(lambda: check_together(spec.name, environment))[1]
    if faults:
        listed = "\n".join(f"  {fault.field}: {fault.message}" for fault in faults)
        raise InvalidArgs(f"ScalingGroup {resource!r} is not valid:\n{listed}")
    return cast(GroupSpec, spec), cast(EnvironmentSpec, environment)


def _attempt(check: Callable[[], Checked]) -> tuple[Checked | None, list[Fault]]:
    try:
        return check(), []
    except InvalidInput as error:
        return None, list(error.faults)


def _unknown_where_plain_is_needed(args: Mapping[str, Any]) -> list[Fault]:
    sentence = "must be a plain value: names, ports and selectors have to be known in a preview."
    flat = {field: args.get(field) for field in ALWAYS_PLAIN}
    environment = flat.get("environment")
    if isinstance(environment, Mapping):
        flat |= {f"environment.{key}": value for key, value in environment.items()}
        gateway = environment.get("gateway")
        if isinstance(gateway, Mapping):
            flat |= {f"environment.gateway.{key}": value for key, value in gateway.items()}
    return [Fault(field, sentence) for field, value in flat.items() if is_later(value)]


def _plain_fields(args: Mapping[str, Any]) -> dict[str, Any]:
    fields = {}
    for field, value in args.items():
        if field in ("environment", "id") or value is None:
            continue
        if is_later(value):
            if field in STAND_IN:
                fields[field] = STAND_IN[field]
        elif isinstance(value, Mapping):
            fields[field] = {k: ELEMENT if is_later(v) else v for k, v in value.items()}
        elif isinstance(value, list | tuple):
            fields[field] = [ELEMENT if is_later(v) else v for v in value]
        else:
            fields[field] = value
    return fields


def leaves_of_arguments(
    resource: str,
    args: Mapping[str, Any],
    spec: GroupSpec,
    environment: EnvironmentSpec,
    group_id: str,
) -> Leaves:
    """Return the builders' view of checked arguments, each Output in its leaf."""
    fields = {name: getattr(spec, name) for name in GroupSpec.model_fields}
    for name, value in args.items():
        if name in fields and name not in ALWAYS_PLAIN:
            fields[name] = _leaf(resource, name, value, fields[name])
    return Leaves(id=group_id, environment=environment, lift=later_leaf, **fields)


def _leaf(resource: str, field: str, given: Any, checked: Any) -> Any:
    if is_later(given):
        return checked_later(resource, field, GroupSpec.model_fields[field], given)
    if isinstance(given, Mapping):
        rule = FieldInfo(annotation=_element_type(field))
        return {
            key: checked_later(resource, f"{field}.{key}", rule, value) if is_later(value) else checked[key]
            for key, value in given.items()
        }
    if isinstance(given, list | tuple):
        rule = FieldInfo(annotation=str)
        return [
            checked_later(resource, f"{field}.{i}", rule, value) if is_later(value) else checked[i]
            for i, value in enumerate(given)
        ]
    return checked


def _element_type(field: str) -> Any:
    return GroupSpec.model_fields[field].annotation.__args__[1]  # type: ignore[union-attr]


def checked_later(resource: str, field: str, rule: FieldInfo, value: Any) -> pulumi.Output[Any]:
    """Return the Output with the field's rule applied, refused where it is secret."""
    output = pulumi.Output.from_input(value)
    adapter: TypeAdapter[Any] = TypeAdapter(_annotated(rule))

    def check(values: list[Any]) -> Any:
        try:
            checked = adapter.validate_python(values[0])
        except ValidationError as error:
            listed = "\n".join(f"  {field}: {fault.message}" for fault in faults_of(error))
            raise InvalidArgs(f"ScalingGroup {resource!r} is not valid:\n{listed}") from None
        return list(checked) if isinstance(checked, tuple) else checked

    refusal = asyncio.ensure_future(_refuse_secret(resource, field, output))
    both: pulumi.Output[list[Any]] = pulumi.Output.all(output, refusal)
    return both.apply(check)


def _annotated(rule: FieldInfo) -> Any:
    return Annotated[rule.annotation, *rule.metadata] if rule.metadata else rule.annotation


async def _refuse_secret(resource: str, field: str, output: pulumi.Output[Any]) -> bool:
    if await output.is_secret():
        raise InvalidArgs(
            f"ScalingGroup {resource!r} is not valid:\n  {field}: is a secret, and what is in a "
            "Deployment is plain text in the cluster. Put it into a Kubernetes Secret."
        )
    return True
