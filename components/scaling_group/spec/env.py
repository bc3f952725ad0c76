"""Variables of the container: values, Secrets and ConfigMaps by reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from scaling_group.naming import DNS_SUBDOMAIN, HOST_LENGTH
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.text import check_sendable

#: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
ENV_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
#: A key of a Secret or ConfigMap.
DATA_KEY = re.compile(r"[-._a-zA-Z0-9]+")
DATA_KEY_LENGTH = 253
#: The kernel's bound for one `NAME=value` string, in bytes.
LONGEST_VALUE = 131_072


@dataclass(frozen=True)
class SecretKey:
    """One key of a Secret in the group's namespace."""

    secret: str
    key: str


def check_env_name(name: str) -> str:
    """Return a name of letters, digits, '_', '-' and '.' that does not start with a digit.

    A name that is or starts like the folder above is refused, as by Kubernetes before 1.34.
    """
    if not ENV_NAME.fullmatch(name):
        allowed = "letters, digits, '_', '-' and '.', and not start with a digit"
        raise reject("env_name", f"the name {shown(name)} may hold {allowed}.")
    if _names_folder(name):
        raise reject("env_name", f"the name {shown(name)} must not be '.' nor start with '..'.")
    return name


def check_env_value(value: str) -> str:
    """Return a value that a process can receive: no NUL byte, at most LONGEST_VALUE bytes."""
    if "\0" in value:
        raise reject("env_value", f"{shown(value)} holds a NUL byte, which no program can receive.")
    if len(value.encode()) > LONGEST_VALUE:
        raise reject(
            "env_value", f"has {len(value.encode())} bytes; a program receives at most {LONGEST_VALUE}."
        )
    return check_sendable(value)


def _names_folder(name: str) -> bool:
    return name == "." or name.startswith("..")


def parse_secret_key(text: str) -> SecretKey:
    """Return the Secret and key of `secret:key`."""
    secret, colon, key = text.partition(":")
    if not colon or not key:
        raise reject("secret_env", f"{shown(text)} is not secret:key, for example credentials:api-key")
    check_object_name(secret, "Secret")
    if len(key) > DATA_KEY_LENGTH or not DATA_KEY.fullmatch(key) or _names_folder(key):
        raise reject(
            "secret_env", f"{shown(text)}: a Secret has no key {shown(key)}: letters, digits, '-', '_', '.'"
        )
    return SecretKey(secret, key)


def check_object_name(name: str, kind: str) -> str:
    """Return a name that an object of the API can have."""
    if not DNS_SUBDOMAIN.fullmatch(name) or len(name) > HOST_LENGTH:
        form = "lower-case letters, digits, '-' and '.'"
        raise reject("object_name", f"{shown(name)} cannot be the name of a {kind}: {form}.")
    return name


def parse_env_from(text: str) -> tuple[str, str]:
    """Return (kind, name) of `secret:NAME` or `configmap:NAME`."""
    kind, colon, name = text.partition(":")
    if not colon or kind not in ("secret", "configmap"):
        raise reject("env_from", f"{shown(text)} is neither secret:NAME nor configmap:NAME.")
    return kind, check_object_name(name, "Secret" if kind == "secret" else "ConfigMap")


def _checked_secret_key(text: str) -> str:
    parse_secret_key(text)
    return text


def _checked_env_from(text: str) -> str:
    parse_env_from(text)
    return text


EnvName = Annotated[str, AfterValidator(check_env_name)]
EnvValue = Annotated[str, AfterValidator(check_env_value)]
SecretKeyText = Annotated[str, AfterValidator(_checked_secret_key)]
EnvFromText = Annotated[str, AfterValidator(_checked_env_from)]
