"""The `[state]` table: where state is, and what a project's file may say of that.

Pulumi sends its access token to whatever `https` backend is named, and the clouds' libraries send theirs to
whatever endpoint is. So a file that comes along with a project may name a place, but nobody to send a
credential to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scaling_group.engine.backend import URL, StateSettings
from scaling_group.errors import Fault, InvalidInput
from scaling_group.locations import located
from scaling_group.masking import masked
from scaling_group.settings.files import Sources, StateTable
from scaling_group.settings.places import PREFIX, current_folder
from scaling_group.spec.rejection import shown

VARIABLE = f"{PREFIX}STATE_"
#: What Pulumi takes: https://www.pulumi.com/docs/iac/concepts/state-and-backends/
BACKENDS = ("file", "s3", "gs", "azblob", "postgres", "https", "http")
#: https://www.pulumi.com/docs/iac/concepts/secrets/#configuring-secrets-encryption
PROVIDERS = ("default", "passphrase")
KEY_SERVICES = ("awskms", "azurekeyvault", "gcpkms", "hashivault")
ORGANIZATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
#: The one service that a project's file may name.
PULUMI_CLOUD = "https://api.pulumi.com"
#: Parameters of a URL, by its scheme, that name neither a host nor a credential, and their values: a region
#: and an account become parts of a host name.
WORD = re.compile(r"[A-Za-z0-9_.-]+")
HARMLESS = {
    "file": {"metadata": WORD, "no_tmp_dir": WORD},
    "s3": {"region": WORD, "awssdk": WORD, "s3ForcePathStyle": WORD, "use_path_style": WORD},
    "azblob": {"storage_account": WORD},
    "postgres": {
        "table": WORD,
        "connect_timeout": WORD,
        "sslmode": re.compile("require|verify-ca|verify-full"),
    },
}


def found_state(
    sources: Sources, files: Mapping[Path, Mapping[str, Any]], here: Path | None
) -> StateSettings:
    """Return what variables and files say of the state, with every path absolute.

    here: the folder that paths in variables are relative to. Raises InvalidInput for what is not valid, and
    for what a project's file may not say, unless something that counts more says it too.
    """
    given = {key: sources.environ.get(f"{VARIABLE}{key.upper()}") for key in StateTable.defined}
    found: dict[str, str] = {}
    for file, content in files.items():
        said = _checked(content.get("state", {}), f"the settings file {file} is not valid:", "state.")
        if file == sources.project_file and not sources.named:
            counting = {key: value for key, value in said.items() if not _overruled(key, given, sources)}
            _require_harmless(counting, sources)
        found |= _located(said, file.absolute().parent)
    set_variables = {key: value for key, value in given.items() if value}
    _checked(set_variables, "the settings are not valid:", VARIABLE, str.upper)
    return StateSettings(**(found | _located(set_variables, here or current_folder())))


def _overruled(key: str, given: Mapping[str, str | None], sources: Sources) -> bool:
    return bool(given[key]) or (key == "backend" and bool(sources.environ.get(URL)))


def _located(said: Mapping[str, str], base: Path | None) -> dict[str, str]:
    backend = {"backend": located(said["backend"], base)} if "backend" in said else {}
    return {**said, **backend}


def _checked(said: Mapping[str, str], message: str, prefix: str, name: Any = str) -> Mapping[str, str]:
    faults = [Fault(f"{prefix}{name(key)}", why) for key, why in _faults(said)]
    if faults:
        raise InvalidInput(message, faults)
    return said


def _faults(said: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    if (backend := said.get("backend")) is not None and _scheme(backend) not in BACKENDS:
        yield "backend", f"{_hidden(backend)} is not the URL of a backend ({_schemes(BACKENDS[:-1])})"
    provider = said.get("secrets_provider")
    if provider is not None and provider not in PROVIDERS and _scheme(provider) not in KEY_SERVICES:
        known = f"{', '.join(PROVIDERS)}, {_schemes(KEY_SERVICES)}"
        yield "secrets_provider", f"{_hidden(provider)} is not a secrets provider ({known})"
    organization = said.get("organization")
    if organization is not None and not ORGANIZATION.fullmatch(organization):
        yield "organization", f"{shown(organization)} is not the name of an organization"


def _scheme(url: str) -> str:
    return url.partition("://")[0] if "://" in url else ""


def _schemes(known: Iterable[str]) -> str:
    return ", ".join(f"{scheme}://" for scheme in known)


def _hidden(value: str) -> str:
    return shown(masked(value))


def _require_harmless(said: Mapping[str, str], sources: Sources) -> None:
    """Refuse what sends a credential to whom a project's file names."""
    why = ""
    if "secrets_provider" in said:
        key, why = "secrets_provider", "a credential would be sent to the key service that it names"
    elif "backend" in said:
        key, why = "backend", _harm(said["backend"], sources.environ)
    if why:
        raise InvalidInput(
            f"state.{key} is not taken from {sources.project_file}",
            detail=f"That file is a project's, and {why}.",
            resolution=f"Set {VARIABLE}{key.upper()}, move it to {sources.user_file}, or name the file with "
            "--config if you trust it.",
        )


def _harm(url: str, environ: Mapping[str, str]) -> str:
    """Return why a project's file may not name a backend, empty where it may."""
    try:
        parts = urlsplit(url)
        given = parse_qsl(parts.query, keep_blank_values=True)
        host = parts.hostname
    except ValueError:
        return "its URL is not valid"
    if parts.scheme in ("http", "https"):
        other = url.rstrip("/") != PULUMI_CLOUD
        return f"the access token would be sent to {_hidden(url)}" if other else ""
    if "@" in parts.netloc:
        return "a URL with a user or a password is a credential"
    harmless = HARMLESS.get(parts.scheme, {})
    harmful = [name for name, value in given if not (name in harmless and harmless[name].fullmatch(value))]
    if harmful:
        return f"the parameter {shown(harmful[0])} says where credentials are sent, or which ones"
    if parts.scheme == "postgres" and environ.get("PGPASSWORD") and environ.get("PGHOST") != host:
        return f"the password in PGPASSWORD would be sent to {shown(host)}"
    return ""
