"""Hostnames of a group in its environment: its own, which its name makes, and those beside it."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.errors import Fault, InvalidInput
from scaling_group.naming import HOST_LENGTH, LABEL_LENGTH, hostname, route_label
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.hosts import Host


def hosts_of(spec: GroupSpec, environment: EnvironmentSpec) -> tuple[Host, ...]:
    """Return every host that a gateway serves a group under, its own first; a private group has none."""
    return () if spec.is_private else (own_host(spec.name, environment), *spec.hostnames)


def own_host(name: str, environment: EnvironmentSpec) -> Host:
    return Host(hostname(environment.id, name, environment.required_gateway.domain))


def check_apart(specs: Sequence[GroupSpec], environment: EnvironmentSpec) -> None:
    """Raise InvalidInput where two groups of one environment have one host and path."""
    holders: dict[Host, list[str]] = {}
    for spec in specs:
        for host in hosts_of(spec, environment):
            holders.setdefault(host, []).append(spec.name)
    faults = [
        Fault(
            f"{names[-1]}: hostnames", f"{host} is {names[0]}'s too: a gateway would serve one of them alone."
        )
        for host, names in holders.items()
        if len(names) > 1
    ]
    if faults:
        raise InvalidInput(
            "two groups have one hostname and path:",
            faults,
            resolution="Leave it out of one, or give each a path of its own.",
        )


def check_together(spec: GroupSpec, environment: EnvironmentSpec) -> None:
    """Raise InvalidInput where a legal spec and a legal environment make no legal hostnames."""
    if spec.is_private:
        return
    label, own = route_label(environment.id, spec.name), own_host(spec.name, environment)
    faults = []
    if len(label) > LABEL_LENGTH:
        over = len(label) - LABEL_LENGTH
        faults.append(
            Fault(
                "name",
                f"{label!r}, the first part of the hostname, has {over} characters over {LABEL_LENGTH}.",
            )
        )
    if len(own.host) > HOST_LENGTH:
        faults.append(Fault("name", f"the hostname {own.host!r} has over {HOST_LENGTH} characters."))
    if faults:
        raise InvalidInput(
            "the name does not fit the environment:", faults, resolution="Choose a shorter name."
        )
    if repeated := [each for each in spec.hostnames if each.host == own.host]:
        raise InvalidInput(
            "the hostnames do not fit the environment:",
            [Fault("hostnames", f"{each} is served already: {own} is the group's own.") for each in repeated],
            resolution="Leave it out.",
        )
