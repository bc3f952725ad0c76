"""Tables of PostgreSQL that the engine keeps its objects in: a key, and the content as Base64 in JSON."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from scaling_group.engine.stores import Store, cannot_read, folder_in
from scaling_group.errors import Unreachable

TABLE = "pulumi_state"


class Table:
    """The rows of one table.

    address: as libpq takes it. name: of the table, with its schema or without. folder: what all keys begin
    with; the engine takes the path of the URL, which is the database, for a folder as that of a bucket.
    """

    def __init__(self, address: str, name: str, folder: str) -> None:
        self._address = address
        self._folder = f"{folder}/" if folder else ""
        self._table = sql.Identifier(*name.split("."))

    @cached_property
    def _connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._address, autocommit=True)

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin so, in order; one request."""
        rows = self._asked("SELECT key FROM {table} WHERE starts_with(key, %s)", self._folder + prefix)
        return sorted(key.removeprefix(self._folder) for [key] in rows)

    def folders(self, prefix: str) -> list[str]:
        """Return the folders right below one; one request."""
        before = self._folder + prefix
        rows = self._asked(
            "SELECT DISTINCT split_part(substr(key, {length} + 1), '/', 1) FROM {table} "
            "WHERE starts_with(key, %s)",
            before,
        )
        return sorted(f"{prefix}{name}/" for [name] in rows)

    def contents(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what rows hold; one request for all."""
        if not keys:
            return {}
        wanted = [self._folder + key for key in keys]
        rows = self._asked("SELECT key, data->>'data' FROM {table} WHERE key = ANY(%s)", wanted)
        return {key.removeprefix(self._folder): base64.b64decode(data) for key, data in rows}

    def delete(self, key: str) -> None:
        self._asked("DELETE FROM {table} WHERE key = %s RETURNING key", self._folder + key)

    def _asked(self, question: str, value: str | list[str]) -> list[tuple[Any, ...]]:
        try:
            asked = sql.SQL(question).format(table=self._table, length=sql.Literal(len(value)))
            return self._connection.execute(asked, (value,)).fetchall()
        except psycopg.errors.UndefinedTable:
            # The engine makes it at the first change.
            return []
        except psycopg.OperationalError as error:
            # The engine's driver reaches no more than this one, and its CLI may wait for ever.
            raise Unreachable(
                f"the state in {self._address} cannot be read",
                detail=" ".join(str(error).split()),
                resolution="Check [state] or PULUMI_BACKEND_URL, and the credentials for it.",
            ) from None
        except psycopg.Error as error:
            raise cannot_read(error) from None


def open_table(url: str) -> Store:
    """Return the table that a backend URL names."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    name = given.pop("table", None) or TABLE
    if "PGSSLMODE" not in os.environ:
        # What the engine's driver takes where nothing is said; libpq would send a password in the clear too.
        given.setdefault("sslmode", "require")
    given.setdefault("connect_timeout", "10")
    return Table(urlunsplit(parts._replace(query=urlencode(given))), name, folder_in(url))
