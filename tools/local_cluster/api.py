"""The few requests this package makes of the API server, without discovery or a cache.

http.client knows no proxy settings, so a request cannot leave the machine by one.
"""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path
from typing import Any

from .certificates import API_AUTHORITY
from .ports import LOOPBACK

JsonObject = dict[str, Any]
FIELD_MANAGER = "local-cluster"
REQUEST_SECONDS = 20.0


class ApiError(Exception):
    """The API server's answer was not a success."""

    def __init__(self, request: str, status: int, message: str) -> None:
        super().__init__(f"{request}: {status} {message}")
        self.status = status


class Api:
    """Requests as cluster administrator.

    Args:
        port: the API server's port on 127.0.0.1.
        certificates: the folder with the authority and the administrator's certificate.
    """

    def __init__(self, port: int, certificates: Path) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=str(certificates / f"{API_AUTHORITY}.crt"))
        self._context.load_cert_chain(certificates / "admin.pem")

    def ready(self) -> bool:
        """Return whether the server answers and says it is ready."""
        try:
            self._send("GET", "/readyz", b"", "")
        except (ApiError, OSError, http.client.HTTPException):
            return False
        return True

    def get(self, path: str) -> JsonObject | None:
        """Return the object at a path, None where there is none."""
        try:
            return self._json("GET", path)
        except ApiError as error:
            if error.status == http.HTTPStatus.NOT_FOUND:
                return None
            raise

    def text(self, path: str) -> str:
        """Return what is at a path as text: a log."""
        return self._send("GET", path, b"", "").decode(errors="replace")

    def apply(self, path: str, manifest: JsonObject, manager: str = FIELD_MANAGER) -> JsonObject:
        """Create an object or make it as given (server-side apply); return what is stored."""
        query = f"?fieldManager={manager}&force=true"
        return self._json("PATCH", path + query, manifest, "application/apply-patch+yaml")

    def create(self, path: str, manifest: JsonObject) -> JsonObject:
        """Create an object in the collection at `path`; ApiError 409 where it exists."""
        return self._json("POST", path, manifest)

    def delete(self, path: str) -> None:
        """Delete an object; none there is fine."""
        try:
            self._json("DELETE", path)
        except ApiError as error:
            if error.status != http.HTTPStatus.NOT_FOUND:
                raise

    def _json(
        self,
        method: str,
        path: str,
        body: JsonObject | None = None,
        content_type: str = "application/json",
    ) -> JsonObject:
        # Server-side apply reads YAML, which has no escapes in two halves for what is beyond 16 bits.
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        answer: JsonObject = json.loads(self._send(method, path, data, content_type))
        return answer

    def _send(self, method: str, path: str, body: bytes, content_type: str) -> bytes:
        connection = http.client.HTTPSConnection(
            LOOPBACK, self._port, timeout=REQUEST_SECONDS, context=self._context
        )
        headers = {"Content-Type": content_type} if body else {}
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise ApiError(f"{method} {path}", response.status, _message(data))
        return data


def _message(data: bytes) -> str:
    try:
        return str(json.loads(data)["message"])
    except (ValueError, KeyError, TypeError):
        return data.decode(errors="replace")[:500]
