"""Where state is: backend URLs and files of credentials, with nothing left that depends on a folder.

The engine runs in a folder of ours, so what is relative there means another place than where it was written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

FILE = "file://"
#: Parameters of a URL that name files: https://www.postgresql.org/docs/current/libpq-connect.html and
#: https://pkg.go.dev/gocloud.dev/blob/gcsblob#URLOpener
FILE_PARAMETERS = ("sslrootcert", "sslcert", "sslkey", "passfile", "private_key_path")
#: Variables that name a file or folder for the engine: passphrase, credentials, authorities.
FILE_VARIABLES = (
    "PULUMI_CONFIG_PASSPHRASE_FILE",
    "PULUMI_HOME",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CA_BUNDLE",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CONFIG_DIR",
    "AZURE_FEDERATED_TOKEN_FILE",
    "CLOUDSDK_CONFIG",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "PGPASSFILE",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLROOTCERT",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "VAULT_CACERT",
    "VAULT_CAPATH",
    "VAULT_CLIENT_CERT",
    "VAULT_CLIENT_KEY",
)


def located(url: str, base: Path | None) -> str:
    """Return a backend URL whose files are absolute; base: the folder that relative ones are below.

    A `file://` URL comes back with every character encoded that means something else in a URL. Without a
    base, which a removed folder is not, relative paths stay.
    """
    if url.startswith(FILE):
        path, mark, query = url.removeprefix(FILE).partition("?")
        return f"{file_url(_absolute(unquote(path), base))}{mark}{query}"
    parts = urlsplit(url)
    if not any(name in parts.query for name in FILE_PARAMETERS):
        return url
    given = parse_qsl(parts.query, keep_blank_values=True)
    found = [(name, _absolute(value, base) if name in FILE_PARAMETERS else value) for name, value in given]
    return urlunsplit(parts._replace(query=urlencode(found)))


def file_url(path: str) -> str:
    """Return the URL of a folder as the engine reads it."""
    return FILE + quote(path, safe="/~")


def folder_of(url: str) -> Path | None:
    """Return the folder that a `file://` URL names; None for another URL and for a relative path."""
    if not url.startswith(FILE):
        return None
    path = Path(os.path.expanduser(unquote(url.removeprefix(FILE).partition("?")[0])))
    return path if path.is_absolute() else None


def absolute_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the engine's variables that name a file or folder by a relative path, with its whole path."""
    relative = {name: environ[name] for name in FILE_VARIABLES if environ.get(name)}
    return {name: os.path.abspath(path) for name, path in relative.items() if not os.path.isabs(path)}


def _absolute(path: str, base: Path | None) -> str:
    found = os.path.expanduser(path)
    return os.path.normpath(base / found) if base and path else found
