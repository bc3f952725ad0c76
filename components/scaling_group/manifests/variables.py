"""Variables of the container."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import Any

from scaling_group.manifests.inputs import Apply, GroupInputs, Manifest
from scaling_group.naming import cluster_address
from scaling_group.spec.env import EnvFrom, SecretKey
from scaling_group.spec.peers import Peer

#: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
REFERENCE = re.compile(r"\$\(([-._a-zA-Z0-9]+)\)")


def container_fields(group: GroupInputs) -> Manifest:
    """Return `env` and `envFrom` where there are any; values can be Outputs, names are plain."""
    fields: Manifest = {}
    named = (group.spec.env, group.spec.secret_env, group.spec.peers)
    if any(named):
        fields["env"] = group.apply(partial(_env, group.apply, group.environment.namespace), *named)
    if group.spec.env_from:
        fields["envFrom"] = group.apply(_env_from, group.spec.env_from)
    return fields


def _env(
    apply: Apply,
    namespace: str,
    env: Mapping[str, Any],
    secret_env: Mapping[str, Any],
    peers: Mapping[str, Any],
) -> list[Manifest]:
    secret = [{"name": name, "valueFrom": apply(_key, secret_env[name])} for name in sorted(secret_env)]
    # Before the values of the group's own, which may name them.
    address = partial(_address, namespace=namespace)
    others = [{"name": name, "value": apply(address, peers[name])} for name in sorted(peers)]
    plain = [{"name": name, "value": env[name]} for name in _in_order(env)]
    return [*secret, *others, *plain]


def _address(peer: Peer, namespace: str) -> str:
    return f"{cluster_address(peer.group, namespace)}:{peer.port}"


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


def _key(of: SecretKey) -> Manifest:
    return {"secretKeyRef": {"name": of.secret, "key": of.key}}


def _env_from(sources: Sequence[EnvFrom]) -> list[Manifest]:
    refs = {"secret": "secretRef", "configmap": "configMapRef"}
    return [{refs[each.kind]: {"name": each.name}} for each in sources]
