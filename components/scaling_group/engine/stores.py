"""Stores of objects that are read without the engine: buckets of S3, GCS and Azure, tables of PostgreSQL.

Each is opened with the credentials that the engine would take, where these are in variables or files. Where
they are elsewhere, or where a store refuses them, the engine's CLI is asked: it knows every other way, and
says best what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from urllib.parse import unquote, urlsplit

from scaling_group.engine.state import UnknownFormat

#: Objects that are read at the same time.
AT_ONCE = 16


class Store(Protocol):
    """The objects of one backend. Everything raises UnknownFormat where only the CLI can go on."""

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin so, in order."""

    def folders(self, prefix: str) -> list[str]:
        """Return the folders right below one, each as the beginning of keys: with a `/` at its end."""

    def contents(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what objects hold by key, less those that are not there."""

    def delete(self, key: str) -> None:
        """Delete an object that may be gone already."""


Opener = Callable[[str, Mapping[str, str]], Store | None]


def open_store(url: str, variables: Mapping[str, str]) -> Store | None:
    """Return the store of a backend URL, None where only the CLI can read it; nothing is contacted yet.

    variables: of the engine, beside those of the process.
    """
    openers: dict[str, Opener] = {"s3": _bucket, "gs": _bucket, "azblob": _bucket, "postgres": _table}
    opener = openers.get(urlsplit(url).scheme)
    return opener(url, {**os.environ, **variables}) if opener else None


def _bucket(url: str, environ: Mapping[str, str]) -> Store | None:
    # Only who has such a backend pays for loading what reads it.
    from scaling_group.engine.buckets import open_bucket

    return open_bucket(url, environ)


def _table(url: str, environ: Mapping[str, str]) -> Store | None:
    try:
        from scaling_group.engine.tables import open_table
    except ModuleNotFoundError:
        # It comes with the package's extra `postgres`.
        return None
    return open_table(url)


def folder_in(url: str) -> str:
    """Return the folder in a bucket that a URL names, as the engine reads it."""
    return unquote(urlsplit(url).path).strip("/")


def cannot_read(error: Exception) -> UnknownFormat:
    """Return what sends a question to the CLI; the first line of an error says what it is."""
    return UnknownFormat((str(error).splitlines() or [""])[0])
