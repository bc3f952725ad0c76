"""Groups from YAML files, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from scaling_group.component.args import EnvironmentArgs, ScalingGroupArgs
from scaling_group.component.inputs import InvalidArgs
from scaling_group.errors import Fault, InvalidInput
from scaling_group.spec.documents import parse_documents, specs_of, written
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, environment_spec
from scaling_group.spec.hostname import check_together


def groups_from(file: str | Path, environment: Mapping[str, Any]) -> dict[str, ScalingGroupArgs]:
    """Return the arguments of each group of a file by its name, in the file's order.

    The file has the form of `scaling-group apply -f`: one group a document. The environment is that of
    ScalingGroupArgs. Raises a RunError that lists every fault of the file and the environment, so
    that a program that makes its groups from the answer makes none where one is wrong.
    """
    path = Path(file)
    specs, faults = _specs(path)
    settings, more = _environment(environment)
    faults += more
    if settings and not faults:
        faults = [fault for spec in specs for fault in _hostname_faults(spec, settings)]
    if faults:
        raise InvalidArgs(path.name, faults)
    given = cast(EnvironmentArgs, dict(environment))
    return {spec.name: _arguments(spec, given) for spec in specs}


def _specs(path: Path) -> tuple[list[GroupSpec], list[Fault]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidArgs(path.name, [Fault(str(path), f"cannot be read: {error.strerror}.")]) from None
    try:
        specs = specs_of(parse_documents(content, path.name))
    except InvalidInput as error:
        return [], list(error.faults) or [Fault(path.name, error.message)]
    # An empty file would delete every group that was in it before.
    return specs, [] if specs else [Fault(path.name, "there is no group in it.")]


def _environment(given: Mapping[str, Any]) -> tuple[EnvironmentSpec | None, list[Fault]]:
    try:
        return environment_spec(given), []
    except InvalidInput as error:
        return None, [Fault(f"environment.{fault.field}", fault.message) for fault in error.faults]


def _hostname_faults(spec: GroupSpec, environment: EnvironmentSpec) -> list[Fault]:
    try:
        check_together(spec, environment)
    except InvalidInput as error:
        return [Fault(f"{spec.name}: {fault.field}", fault.message) for fault in error.faults]
    return []


def _arguments(spec: GroupSpec, environment: EnvironmentArgs) -> ScalingGroupArgs:
    fields = written(spec)
    return cast(ScalingGroupArgs, {**fields, "environment": environment})
