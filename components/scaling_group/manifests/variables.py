"""Variables of the container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaling_group.manifests.leaves import Leaves, Manifest
from scaling_group.spec.env import parse_env_from, parse_secret_key


def container_fields(group: Leaves) -> Manifest:
    """Return `env` and `envFrom` where there are any; values can be Outputs, names are plain."""
    fields: Manifest = {}
    if group.env or group.secret_env:
        fields["env"] = group.lift(_env, group.env, group.secret_env)
    if group.env_from:
        fields["envFrom"] = group.lift(_env_from, group.env_from)
    return fields


def _env(env: Mapping[str, Any], secret_env: Mapping[str, str]) -> list[Manifest]:
    plain = [{"name": name, "value": value} for name, value in env.items()]
    secret = [{"name": name, "valueFrom": _key(text)} for name, text in secret_env.items()]
    return [*plain, *secret]


def _key(text: str) -> Manifest:
    parsed = parse_secret_key(text)
    return {"secretKeyRef": {"name": parsed.secret, "key": parsed.key}}


def _env_from(texts: Sequence[str]) -> list[Manifest]:
    refs = {"secret": "secretRef", "configmap": "configMapRef"}
    parsed = (parse_env_from(text) for text in texts)
    return [{refs[kind]: {"name": name}} for kind, name in parsed]
