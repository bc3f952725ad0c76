"""Names and environments that make a hostname together."""

from __future__ import annotations

from scaling_group.errors import Fault, InvalidInput
from scaling_group.naming import HOST_LENGTH, LABEL_LENGTH, hostname, route_label
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec


def check_together(spec: GroupSpec, environment: EnvironmentSpec) -> None:
    """Raise InvalidInput where a legal group and a legal environment make an illegal hostname, or none."""
    if spec.is_private:
        return
    name = spec.name
    label = route_label(environment.id, name)
    host = hostname(environment.id, name, environment.required_gateway.domain)
    faults = []
    if len(label) > LABEL_LENGTH:
        over = len(label) - LABEL_LENGTH
        faults.append(
            Fault(
                "name",
                f"{label!r}, the first part of the hostname, has {over} characters over {LABEL_LENGTH}.",
            )
        )
    if len(host) > HOST_LENGTH:
        faults.append(Fault("name", f"the hostname {host!r} has over {HOST_LENGTH} characters."))
    if faults:
        raise InvalidInput(
            "the name does not fit the environment:", faults, resolution="Choose a shorter name."
        )
