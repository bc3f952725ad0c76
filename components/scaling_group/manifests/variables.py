"""Variables of the container."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from scaling_group.manifests.leaves import Leaves, Manifest
from scaling_group.spec.env import parse_env_from, parse_secret_key

#: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
REFERENCE = re.compile(r"\$\(([-._a-zA-Z0-9]+)\)")


def container_fields(group: Leaves) -> Manifest:
    """Return `env` and `envFrom` where there are any; values can be Outputs, names are plain."""
    fields: Manifest = {}
    if group.env or group.secret_env:
        fields["env"] = group.lift(_env, group.env, group.secret_env)
    if group.env_from:
        fields["envFrom"] = group.lift(_env_from, group.env_from)
    return fields


def _env(env: Mapping[str, Any], secret_env: Mapping[str, str]) -> list[Manifest]:
    secret = [{"name": name, "valueFrom": _key(secret_env[name])} for name in sorted(secret_env)]
    plain = [{"name": name, "value": env[name]} for name in _in_order(env)]
    return [*secret, *plain]


def _in_order(env: Mapping[str, Any]) -> list[str]:
    """Return the names, each after those that its value names as $(NAME), else by the alphabet.

    The kubelet expands only what comes before, and configuration, state and annotation keep no order.
    """
    names = sorted(env)
    order = TopologicalSorter(dict.fromkeys(names, ()))
    for name in names:
        value = env[name]
        # Into an Output nobody can look.
        found = REFERENCE.findall(value) if isinstance(value, str) else []
        order.add(name, *sorted({*found} & env.keys() - {name}))
    try:
        return list(order.static_order())
    except CycleError:
        return names


def _key(text: str) -> Manifest:
    parsed = parse_secret_key(text)
    return {"secretKeyRef": {"name": parsed.secret, "key": parsed.key}}


def _env_from(texts: Sequence[str]) -> list[Manifest]:
    refs = {"secret": "secretRef", "configmap": "configMapRef"}
    parsed = (parse_env_from(text) for text in texts)
    return [{refs[kind]: {"name": name}} for kind, name in parsed]
