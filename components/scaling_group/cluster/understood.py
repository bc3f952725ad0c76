"""What a kubeconfig may say of a context: every field is honoured, or refused by name.

kubectl passes over what it does not know. Here one file is read by two clients, ours and the engine's,
and a field that only one of them honours makes them two users, or has them reach two clusters.
https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import Any, NoReturn

from scaling_group.errors import Unreachable
from scaling_group.spec.rejection import did_you_mean, shown

Fields = Mapping[str, Any]

CLUSTER = frozenset(
    {
        "certificate-authority",
        "certificate-authority-data",
        "disable-compression",
        "extensions",
        "insecure-skip-tls-verify",
        "proxy-url",
        "server",
        "tls-server-name",
    }
)
CONTEXT = frozenset({"cluster", "extensions", "namespace", "user"})
AS, AS_UID, AS_GROUPS, AS_EXTRA = "as", "as-uid", "as-groups", "as-user-extra"
USER = frozenset(
    {
        AS,
        AS_EXTRA,
        AS_GROUPS,
        AS_UID,
        "auth-provider",
        "client-certificate",
        "client-certificate-data",
        "client-key",
        "client-key-data",
        "exec",
        "extensions",
        "password",
        "token",
        "tokenFile",
        "username",
    }
)
EXEC = frozenset(
    {"apiVersion", "args", "command", "env", "installHint", "interactiveMode", "provideClusterInfo"}
)
#: Fields that are no text, with what they are.
FORMS: Mapping[str, tuple[str, type]] = {
    "args": ("a list", list),
    AS_EXTRA: ("a mapping", dict),
    AS_GROUPS: ("a list", list),
    "auth-provider": ("a mapping", dict),
    "disable-compression": ("a boolean", bool),
    "env": ("a list", list),
    "exec": ("a mapping", dict),
    "extensions": ("a list", list),
    "insecure-skip-tls-verify": ("a boolean", bool),
    "provideClusterInfo": ("a boolean", bool),
}
#: What no header of a request can hold.
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def require_understood(kubeconfig: Mapping[str, Any]) -> None:
    """Raise Unreachable for what a kubeconfig of one context says and nobody here would do."""
    [context], [cluster] = kubeconfig["contexts"], kubeconfig["clusters"]
    _require_known("context", context, context.get("context") or {}, CONTEXT)
    _require_known("cluster", cluster, cluster.get("cluster") or {}, CLUSTER)
    for entry in kubeconfig["users"]:
        user = entry.get("user") or {}
        _require_known("user", entry, user, USER)
        if plugin := user.get("exec"):
            _require_known("credential plugin of the user", entry, plugin, EXEC)
            _require_plugin(entry, plugin)
        _require_usable(f"the user {shown(entry.get('name'))} of the kubeconfig", user)


def _require_known(part: str, entry: Fields, fields: Fields, known: Set[str]) -> None:
    if not isinstance(fields, dict):
        _require_form(part, entry, part.partition(" ")[0], "a mapping")
    for field, value in fields.items():
        form, right = FORMS.get(field, ("a text", str))
        if value is not None and not isinstance(value, right) and field in known:
            _require_form(part, entry, field, form)
        if field not in known:
            raise Unreachable(
                f"the {part} {shown(entry.get('name'))} of the kubeconfig has the field {shown(field)}, "
                f"which is not known here.{did_you_mean(str(field), known)}",
                detail="It may say who asks or what is reached, so it is not ignored.",
                resolution="Remove the field, or name another context with --context.",
            )


def _require_form(part: str, entry: Fields, field: str, form: str) -> NoReturn:
    raise Unreachable(
        f"{field} of the {part} {shown(entry.get('name'))} of the kubeconfig is not {form}",
        resolution="Correct it, or name another context.",
    )


def _require_plugin(entry: Fields, plugin: Fields) -> None:
    part = "credential plugin of the user"
    arguments, variables = plugin.get("args") or [], plugin.get("env") or []
    if not _are_texts(arguments):
        _require_form(part, entry, "args", "a list of texts")
    pairs = variables if isinstance(variables, list) else [None]
    if not all(
        isinstance(pair, dict) and _are_texts([pair.get("name"), pair.get("value")]) for pair in pairs
    ):
        _require_form(part, entry, "env", "a list of names and values")
    if not isinstance(plugin.get("command"), str):
        _require_form(part, entry, "command", "a text")


def _require_usable(who: str, user: Fields) -> None:
    fault = _fault_of_impersonation(user) or _fault_of_credentials(user)
    if fault:
        raise Unreachable(f"{who} has {fault}", resolution="Correct it, or name another context.")


def _fault_of_impersonation(user: Fields) -> str:
    for field in (AS_UID, AS_GROUPS, AS_EXTRA):
        if user.get(field) and not user.get(AS):
            return f"{field} without {AS}: nobody is impersonated"
    extra = user.get(AS_EXTRA) or {}
    lists = [
        (AS, [user.get(AS) or ""]),
        (AS_UID, [user.get(AS_UID) or ""]),
        (AS_GROUPS, user.get(AS_GROUPS) or []),
        *((AS_EXTRA, each) for each in (extra.values() if isinstance(extra, Mapping) else [extra])),
    ]
    wrong = [field for field, values in lists if not _are_texts(values)]
    return f"an {wrong[0]} that is not in its form, or holds what no request can carry" if wrong else ""


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(v, str) and not CONTROL.search(v) for v in values)


def _fault_of_credentials(user: Fields) -> str:
    if user.get("username") and not user.get("password"):
        return "a username without password, which the engine would use and we cannot"
    if user.get("auth-provider"):
        return "an auth-provider, which is out of use; credential plugins (exec) have taken its place"
    return ""
