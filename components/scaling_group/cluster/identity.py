"""Who asks: what a kubeconfig's user proves that with, renewed where it can be."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import quote

from scaling_group.cluster.fields import ClusterFields, UserFields
from scaling_group.cluster.refused import NoAnswer
from scaling_group.cluster.tls import content_of

#: What a header's name may hold besides letters and digits; a percent sign begins what it may not.
#: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
IN_NAMES = "!#$&'*+-.^_`|~"
#: What no header can hold.
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class Credential(NamedTuple):
    """What one request is sent with. certificate: of the client, with its key."""

    authorization: str = ""
    certificate: bytes = b""
    expires: datetime | None = None


class Identity(Protocol):
    """What has a credential, for any thread."""

    def current(self) -> Credential:
        """Return one that counts; raises NoAnswer where there is none."""

    def renew(self, refused: Credential) -> bool:
        """Return whether there is another one than that which the API server refuses."""


def identity_of(user: UserFields, cluster: ClusterFields) -> Identity:
    """Return what asks as the user of a kubeconfig; a plugin is for who has nothing else, as with kubectl."""
    others = ("token", "tokenFile", "username", "password", "client-certificate", "client-certificate-data")
    if (plugin := user.get("exec")) and not any(user.get(field) for field in others):
        # Running programs takes a library that plain kubeconfigs do without.
        from scaling_group.cluster.plugins import run_plugin

        return Renewed(lambda: run_plugin(plugin, cluster))
    return Written(user)


class Written:
    """What stands in a kubeconfig, or in files that it names and that somebody renews."""

    def __init__(self, user: UserFields) -> None:
        self._user = user

    def current(self) -> Credential:
        return Credential(self._authorization(), self._certificate())

    def renew(self, refused: Credential) -> bool:
        return self.current() != refused

    def _authorization(self) -> str:
        if token := self._token():
            return f"Bearer {token}"
        name, password = (self._user.get(field) or "" for field in ("username", "password"))
        if not name and not password:
            return ""
        return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"

    def _token(self) -> str:
        """Return the token; a file counts first, since it is the one that is renewed."""
        written = self._user.get("token") or ""
        file = self._user.get("tokenFile")
        if not file:
            return written
        try:
            found = Path(file).read_text().strip()
        except (OSError, UnicodeError) as error:
            if written:
                return written
            raise NoAnswer(f"the tokenFile of the kubeconfig cannot be read: {error}") from None
        if not found and not written:
            raise NoAnswer(f"the tokenFile of the kubeconfig is empty: {file}")
        return found or written

    def _certificate(self) -> bytes:
        certificate, key = (content_of(self._user, f"client-{part}") for part in ("certificate", "key"))
        return certificate + b"\n" + key if certificate else b""


class Renewed:
    """What a program gives for a time, run once for all threads."""

    def __init__(self, ask: Callable[[], Credential]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._kept: Credential | None = None

    def current(self) -> Credential:
        with self._lock:
            if self._kept is None or _expired(self._kept):
                self._kept = self._ask()
            return self._kept

    def renew(self, refused: Credential) -> bool:
        with self._lock:
            if self._kept is refused:
                self._kept = self._ask()
            return True


def _expired(credential: Credential) -> bool:
    return credential.expires is not None and datetime.now(UTC) >= credential.expires


def impersonation(user: UserFields) -> list[tuple[str, str]]:
    """Return the headers that say as whom a request is made.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
    """
    named = [("User", user.get("as")), ("Uid", user.get("as-uid"))]
    found = [(name, value) for name, value in named if value]
    found += [("Group", group) for group in user.get("as-groups") or ()]
    for key, values in (user.get("as-user-extra") or {}).items():
        found += [(f"Extra-{quote(str(key), safe=IN_NAMES)}", value) for value in values]
    return [(f"Impersonate-{name}", value) for name, value in found]


def header_value(text: str) -> bytes:
    """Return the value of a header as it is sent; raises NoAnswer, without it, where it cannot be."""
    value = text.encode()
    if CONTROL.search(value):
        raise NoAnswer(
            "a token or another header holds a line break or another character that cannot be sent"
        )
    return value
