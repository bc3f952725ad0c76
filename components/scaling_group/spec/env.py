"""Variables of the container: values, Secrets and ConfigMaps by reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Self

from scaling_group.naming import DNS_SUBDOMAIN, HOST_LENGTH
from scaling_group.spec.marks import After
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.syntax import LongSyntaxOf, ShortSyntax
from scaling_group.spec.text import check_sendable

#: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
ENV_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
#: A key of a Secret or ConfigMap.
DATA_KEY = re.compile(r"[-._a-zA-Z0-9]+")
DATA_KEY_LENGTH = 253
#: The kernel's bound for one `NAME=value` string, in bytes.
LONGEST_VALUE = 131_072


@dataclass(frozen=True)
class SecretKey(ShortSyntax):
    """One key of a Secret in the group's namespace."""

    LONG = LongSyntaxOf("SecretKeyFields")

    secret: str
    key: str

    def __str__(self) -> str:
        return f"{self.secret}:{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        secret, colon, key = text.partition(":")
        if not colon or not key:
            raise reject("secret_env", f"{shown(text)} is not secret:key, for example credentials:api-key")
        check_object_name(secret, "Secret")
        if len(key) > DATA_KEY_LENGTH or not DATA_KEY.fullmatch(key) or _names_folder(key):
            raise reject(
                "secret_env",
                f"{shown(text)}: a Secret has no key {shown(key)}: letters, digits, '-', '_', '.'",
            )
        return cls(secret, key)


@dataclass(frozen=True)
class EnvFrom(ShortSyntax):
    """kind is secret or configmap."""

    LONG = LongSyntaxOf("EnvFromFields")

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> Self:
        kind, colon, name = text.partition(":")
        if not colon or kind not in ("secret", "configmap"):
            raise reject("env_from", f"{shown(text)} is neither secret:NAME nor configmap:NAME.")
        return cls(kind, check_object_name(name, "Secret" if kind == "secret" else "ConfigMap"))


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


def check_object_name(name: str, kind: str) -> str:
    """Return a name that an object of the API can have."""
    if not DNS_SUBDOMAIN.fullmatch(name) or len(name) > HOST_LENGTH:
        form = "lower-case letters, digits, '-' and '.'"
        raise reject("object_name", f"{shown(name)} cannot be the name of a {kind}: {form}.")
    return name


EnvName = Annotated[str, After(check_env_name)]
EnvValue = Annotated[str, After(check_env_value)]
