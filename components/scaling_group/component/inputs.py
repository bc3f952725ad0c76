"""Arguments of the component: plain values are checked now, Outputs when they resolve.

An Output stays in its own place of the manifests. It is checked by the rules that hold for plain values, at
the moment the engine knows it and the Outputs that share a rule with it.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar, cast, get_origin

import pulumi

from scaling_group.errors import Fault, InvalidInput
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.manifests.scheduling import check_placed
from scaling_group.naming import LABEL_LENGTH, LABEL_VALUE
from scaling_group.spec.autoscale import Autoscale
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.gpu_profiles import AUTO, PROFILES
from scaling_group.spec.group import GroupSpec, environment_spec, group_spec
from scaling_group.spec.hostname import check_together
from scaling_group.spec.numbers import MOST_REPLICAS
from scaling_group.spec.plain import type_of
from scaling_group.spec.rejection import shown
from scaling_group.spec.resolved import unresolved
from scaling_group.spec.route_kinds import check_route

Checked = TypeVar("Checked")

#: Fields that shape names, selectors and ports: a preview must know them.
ALWAYS_PLAIN = ("name", "port", "environment", "id", "route", "protocol", "service")
#: Stands in for an Output while the plain fields around it are checked; optional fields are left out.
STAND_IN = {"image": "unknown"}
#: Stands in for an Output inside a field; `unknown` where nothing else is needed.
ELEMENT = {"secret_env": "unknown:unknown", "peers": "unknown:1"}
#: Fields whose items are checked one by one: those that are mappings, and the arguments of the entrypoint.
ITEMS = (
    "entrypoint",
    *(name for name in GroupSpec.defined if get_origin(type_of(GroupSpec, name)) is dict),
)
#: Fields that share a rule.
RELATED = (
    ("shutdown_delay", "termination_grace"),
    ("mounts", "shm_size"),
    ("gpu", "node_selector"),
    ("env", "peers"),
    ("secret_env", "peers"),
    ("progress_deadline", "min_ready"),
    ("env", "secret_env"),
    ("replicas", "autoscale"),
    ("not_secret", "env", "entrypoint", "annotations", "readiness", "liveness", "startup"),
)

#: What is said of a secret Output, by field where it is another sentence.
PLAIN_TEXT = (
    "is a secret, but a Deployment is plain text in the cluster. Put it into a "
    "Kubernetes Secret and name that with secret_env, env_from or mounts."
)
OF_FIELD = {
    "image": "is marked as a secret, because it was made from one: a registry's password, for example. "
    "The name itself is none: take the mark off with pulumi.Output.unsecret(image) "
    "(pulumi.unsecret(image) in TypeScript), and name the Secret with the password in "
    "image_pull_secrets."
}


class InvalidArgs(pulumi.RunError):
    """Arguments that break rules. The engine prints a RunError without a traceback."""

    def __init__(self, what: str, faults: Sequence[Fault]) -> None:
        listed = "\n".join(f"  {fault.field}: {fault.message}" for fault in faults)
        super().__init__(f"{what} is not valid:\n{listed}")
        self.what = what
        self.faults = tuple(faults)


def is_later(value: object) -> bool:
    """Return whether a value is known only when the engine has run: an Output or an awaitable."""
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value)


def holds_later(value: object) -> bool:
    """Return whether a value or any part of it is known only when the engine has run."""
    if isinstance(value, Mapping):
        return any(map(holds_later, value.values()))
    if isinstance(value, list | tuple):
        return any(map(holds_later, value))
    return is_later(value)


def apply_later(function: Callable[..., Any], *fields: Any) -> Any:
    """The Apply of programs: at once for plain values, when they are known where one is an Output."""
    if not any(isinstance(field, pulumi.Output) for field in fields):
        return function(*fields)
    together: pulumi.Output[list[Any]] = pulumi.Output.all(*fields)

    def applied(values: list[Any]) -> Any:
        try:
            return function(*values)
        except InvalidInput as error:
            # What the environment has no name for is found when builders ask for it.
            raise InvalidArgs("ScalingGroup", error.faults) from None

    return together.apply(applied)


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
        faults = _attempt(lambda: check_together(spec, environment))[1]
        faults += _looked_up(environment) or _attempt(lambda: check_placed(spec, environment))[1]
        faults += unresolved(spec)
        faults += _attempt(lambda: check_route(spec, environment))[1]
    faults += _illegal_id(args.get("id"))
    if faults:
        raise InvalidArgs(f"ScalingGroup {resource!r}", faults)
    return cast(GroupSpec, spec), cast(EnvironmentSpec, environment)


def _looked_up(environment: EnvironmentSpec) -> list[Fault]:
    if environment.gpu_profile != AUTO:
        return []
    said = f"{AUTO} looks at the nodes, and a preview must know it: name one of {', '.join(PROFILES)}."
    return [Fault("environment.gpu_profile", said)]


def _attempt(check: Callable[[], Checked]) -> tuple[Checked | None, list[Fault]]:
    try:
        return check(), []
    except InvalidInput as error:
        return None, list(error.faults)


def _illegal_id(group_id: object) -> list[Fault]:
    legal = isinstance(group_id, str) and len(group_id) <= LABEL_LENGTH and LABEL_VALUE.fullmatch(group_id)
    if group_id is None or is_later(group_id) or legal:
        return []
    return [Fault("id", f"{shown(group_id)} cannot be the value of a label.")]


def _unknown_where_plain_is_needed(args: Mapping[str, Any]) -> list[Fault]:
    sentence = "must be a plain value: names, ports and selectors must be known in a preview."
    flat = {field: args.get(field) for field in ALWAYS_PLAIN}
    shape = "must be a mapping, whose values can be Outputs: a preview must know what scales the group."
    faults = [Fault("autoscale", shape)] if is_later(args.get("autoscale")) else []
    routes = "must be plain values: a preview must know which routes there are."
    faults += [Fault("hostnames", routes)] if holds_later(args.get("hostnames")) else []
    environment = flat.get("environment")
    if isinstance(environment, Mapping):
        flat |= {f"environment.{key}": value for key, value in environment.items()}
        gateway = environment.get("gateway")
        if isinstance(gateway, Mapping):
            flat |= {f"environment.gateway.{key}": value for key, value in gateway.items()}
    return faults + [Fault(field, sentence) for field, value in flat.items() if is_later(value)]


def _plain_fields(args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of the spec with stand-ins for what is known later."""
    fields: dict[str, Any] = {}
    for field, value in args.items():
        if field in ("environment", "id") or value is None:
            continue
        if field == "autoscale" and isinstance(value, Mapping):
            fields[field] = _plain_autoscale(value)
        elif not _is_later_as_a_whole(field, value):
            fields[field] = _with_stand_ins(field, value)
        elif field in STAND_IN or field not in GroupSpec.defined:
            fields[field] = STAND_IN.get(field, "unknown")
    return fields


def _plain_autoscale(given: Mapping[str, Any]) -> dict[str, Any]:
    later = [key for key, value in given.items() if holds_later(value)]
    stand_in = {"max": MOST_REPLICAS} if "max" in later else {}
    return {key: value for key, value in given.items() if key not in later} | stand_in


def _is_later_as_a_whole(field: str, value: Any) -> bool:
    return is_later(value) if field in ITEMS else holds_later(value)


def _with_stand_ins(field: str, value: Any) -> Any:
    element = ELEMENT.get(field, "unknown")
    if isinstance(value, Mapping):
        return {key: element if holds_later(item) else item for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [element if holds_later(item) else item for item in value]
    return value


def inputs_of_arguments(
    resource: str,
    args: Mapping[str, Any],
    spec: GroupSpec,
    environment: EnvironmentSpec,
    group_id: str,
) -> GroupInputs:
    """Return what the builders read of checked arguments, each Output in its place."""
    fields = dict(spec)
    later = _Later(resource, args)
    for name, value in args.items():
        if name in fields and name not in ALWAYS_PLAIN:
            fields[name] = later.field(name, value, fields[name])
    return GroupInputs(group_id, GroupSpec.model_construct(**fields), environment, apply_later)


class _Later:
    """Checks an Output by putting its value among the other arguments: by every rule of the spec."""

    def __init__(self, resource: str, args: Mapping[str, Any]) -> None:
        self._resource = resource
        self._args = args
        self._plain = _plain_fields(args)

    def field(self, field: str, given: Any, checked: Any) -> Any:
        """Return what builders get of a field: Outputs where it holds any."""
        if isinstance(checked, Autoscale) and holds_later(given):
            return self._autoscale(given, checked)
        if _is_later_as_a_whole(field, given):
            return self._output(field, given, lambda value: value, lambda found: found)
        if not holds_later(given):
            return checked
        if isinstance(given, Mapping):
            items = given.items()
            return {key: self._item(field, key, v) if holds_later(v) else checked[key] for key, v in items}
        listed = enumerate(given)
        return [self._item(field, i, v) if holds_later(v) else checked[i] for i, v in listed]

    def _autoscale(self, given: Mapping[str, Any], checked: Autoscale) -> Autoscale:
        whole = self._output("autoscale", given, lambda value: value, lambda found: found)
        parts = dict(checked)
        for key in (key for key, value in given.items() if holds_later(value)):
            parts[key] = whole.apply(attrgetter(key))
        return Autoscale.model_construct(**parts)

    def _item(self, field: str, key: Any, value: Any) -> pulumi.Output[Any]:
        def placed(item: Any) -> Any:
            around = self._plain[field]
            if isinstance(around, Mapping):
                return {**around, key: item}
            return [item if index == key else other for index, other in enumerate(around)]

        return self._output(f"{field}.{key}", value, placed, lambda found: found[key])

    def _output(
        self,
        path: str,
        value: Any,
        placed: Callable[[Any], Any],
        taken: Callable[[Any], Any],
    ) -> pulumi.Output[Any]:
        output = pulumi.Output.from_input(value)
        field = path.partition(".")[0]
        related = self._related(field)

        def check(values: list[Any]) -> Any:
            known, others, _ = values
            try:
                spec = group_spec({**self._plain, **others, field: placed(known)})
            except InvalidInput as error:
                raise InvalidArgs(f"ScalingGroup {self._resource!r}", error.faults) from None
            if faults := unresolved(spec):
                raise InvalidArgs(f"ScalingGroup {self._resource!r}", faults)
            found = taken(getattr(spec, field))
            return list(found) if isinstance(found, tuple) else found

        refusal = asyncio.ensure_future(self._refuse_secret(path, output))
        both: pulumi.Output[list[Any]] = pulumi.Output.all(output, related, refusal)
        return both.apply(check)

    def _related(self, field: str) -> dict[str, Any]:
        """Return the arguments with Outputs that share a rule with the field."""
        names = {name for rule in RELATED if field in rule for name in rule if name != field}
        return {name: self._args[name] for name in sorted(names) if holds_later(self._args.get(name))}

    async def _refuse_secret(self, path: str, output: pulumi.Output[Any]) -> bool:
        if await output.is_secret():
            secret = OF_FIELD.get(path, PLAIN_TEXT)
            raise InvalidArgs(f"ScalingGroup {self._resource!r}", [Fault(path, secret)])
        return True
