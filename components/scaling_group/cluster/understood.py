"""What a kubeconfig may say of a context: every field is honoured, or refused by name.

kubectl passes over what it does not know. Here one file is read by two clients, ours and the engine's,
and a field that only one of them honours makes them two users, or has them reach two clusters.
https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import Any, NoReturn, cast
from urllib.parse import urlsplit

from scaling_group.cluster.fields import ClusterFields, ContextFields, PluginFields, UserFields
from scaling_group.cluster.proxies import is_loopback, server_url
from scaling_group.errors import Unreachable, did_you_mean
from scaling_group.spec.rejection import shown

Fields = Mapping[str, Any]

CLUSTER, CONTEXT, USER, EXEC = (
    frozenset(fields.__annotations__) for fields in (ClusterFields, ContextFields, UserFields, PluginFields)
)
AS, AS_UID, AS_GROUPS, AS_EXTRA = "as", "as-uid", "as-groups", "as-user-extra"
CA, INSECURE = "certificate-authority", "insecure-skip-tls-verify"
V1, V1BETA1 = (f"client.authentication.k8s.io/{version}" for version in ("v1", "v1beta1"))
ALWAYS = "Always"
INTERACTIVE = ("Never", "IfAvailable", ALWAYS)
#: What proves who one is by what it says; a certificate proves it without being told.
TOLD = ("token", "tokenFile", "exec", "username", "password")
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
    INSECURE: ("a boolean", bool),
    "provideClusterInfo": ("a boolean", bool),
}
PLUGIN = "a credential plugin (exec) in its place"
#: What takes the place of an auth-provider. kubectl has lost the first two and names the same.
INSTEAD: Mapping[str, str] = {
    "gcp": "Use gke-gcloud-auth-plugin. `gcloud container clusters get-credentials` writes it into the file.",
    "azure": "Use kubelogin. `kubelogin convert-kubeconfig` writes it into the file.",
    "oidc": f"Use {PLUGIN}, for OIDC `kubectl oidc-login get-token`, or name another context.",
}
#: What no header of a request can hold.
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def require_understood(kubeconfig: Mapping[str, Any]) -> None:
    """Raise Unreachable for what a kubeconfig of one context says and nobody here would do."""
    [context], [cluster] = kubeconfig["contexts"], kubeconfig["clusters"]
    _require_known("context", context, context.get("context") or {}, CONTEXT)
    _require_known("cluster", cluster, cluster.get("cluster") or {}, CLUSTER)
    _require_usable("cluster", cluster, _fault_of_trust(cluster.get("cluster") or {}))
    for entry in kubeconfig["users"]:
        user = entry.get("user") or {}
        _require_known("user", entry, user, USER)
        if plugin := user.get("exec"):
            _require_known("credential plugin of the user", entry, plugin, EXEC)
            _require_plugin(entry, plugin)
        _require_usable("user", entry, _fault_of_impersonation(user) or _fault_of_credentials(user))
        _require_no_provider(entry, user)
        _require_one_line(entry, user)
        _require_unread(cluster["cluster"], user)


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
                f"which is not supported.{did_you_mean(str(field), known)}",
                detail="It may change the user or the server, so it is not ignored.",
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
    if not isinstance(plugin.get("command"), str) or not plugin["command"]:
        _require_form(part, entry, "command", "a text")
    _require_usable(part, entry, _fault_of_plugin(plugin))


def _fault_of_plugin(plugin: Fields) -> str:
    version, mode = plugin.get("apiVersion"), plugin.get("interactiveMode") or ""
    if version not in (V1, V1BETA1):
        return f"the apiVersion {shown(version)}; supported are {V1} and {V1BETA1}"
    if mode not in (("", *INTERACTIVE) if version == V1BETA1 else INTERACTIVE):
        said = f"the interactiveMode {shown(mode)}" if mode else "no interactiveMode, which v1 requires"
        return f"{said}; it is {', '.join(INTERACTIVE[:-1])} or {INTERACTIVE[-1]}"
    return ""


def _require_usable(part: str, entry: Fields, fault: str) -> None:
    if fault:
        raise Unreachable(
            f"the {part} {shown(entry.get('name'))} of the kubeconfig has {fault}",
            resolution="Correct it, or name another context.",
        )


def _fault_of_trust(cluster: Fields) -> str:
    trusted = next((field for field in (CA, f"{CA}-data") if cluster.get(field)), None)
    if trusted and cluster.get(INSECURE):
        return f"{INSECURE} beside {trusted}: certificates are either checked or not"
    return ""


def _fault_of_impersonation(user: Fields) -> str:
    for field in (AS_UID, AS_GROUPS, AS_EXTRA):
        if user.get(field) and not user.get(AS):
            return f"{field} without {AS}: no user is impersonated"
    extra = user.get(AS_EXTRA) or {}
    lists = [
        (AS, [user.get(AS) or ""]),
        (AS_UID, [user.get(AS_UID) or ""]),
        (AS_GROUPS, user.get(AS_GROUPS) or []),
        *((AS_EXTRA, each) for each in (extra.values() if isinstance(extra, Mapping) else [extra])),
    ]
    wrong = [field for field, values in lists if not _are_texts(values)]
    return f"an {wrong[0]} that is not valid, or that cannot be sent in a request" if wrong else ""


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(v, str) and not CONTROL.search(v) for v in values)


def _fault_of_credentials(user: Fields) -> str:
    told = next((field for field in ("token", "tokenFile") if user.get(field)), None)
    if told and user.get("username"):
        return f"{told} beside username: a request can send only one of them"
    certificate, key = (
        any(user.get(f"client-{part}{form}") for form in ("", "-data")) for part in ("certificate", "key")
    )
    return "a client-certificate without its client-key" if certificate and not key else ""


def _require_no_provider(entry: Fields, user: Fields) -> None:
    provider = user.get("auth-provider")
    if provider:
        name = provider.get("name")
        raise Unreachable(
            f"the user {shown(entry.get('name'))} of the kubeconfig has the auth-provider {shown(name)}, "
            "which is not supported",
            resolution=INSTEAD.get(str(name), f"Use {PLUGIN}, or name another context."),
        )


def _require_one_line(entry: Fields, user: Fields) -> None:
    if not str(user.get("token") or "").isprintable():
        raise Unreachable(
            f"the token of the user {shown(entry.get('name'))} in the kubeconfig holds a line break or "
            "another character that cannot be sent",
            resolution="Write it in one line.",
        )


def _require_unread(cluster: Fields, user: Fields) -> None:
    """Raise Unreachable where credentials would be sent for everybody to read."""
    server = server_url(cast(ClusterFields, cluster))
    told = [field for field in TOLD if user.get(field)]
    plain = urlsplit(server).scheme == "http" and not is_loopback(server)
    if told and plain and not cluster.get(INSECURE):
        raise Unreachable(
            f"credentials ({', '.join(told)}) are not sent to {server}: the network could read them",
            resolution=f"Use https. If you mean it, set {INSECURE}: true for this cluster.",
        )
