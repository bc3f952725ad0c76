"""Whether a certificate serves a host, and for how long."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class ServedCertificate(NamedTuple):
    """The certificate that a server has shown.

    names: DNS names of its subjectAltName, without them where its content could not be verified for
    `fault` (it is past its time, for one). untrusted: why this machine does not trust it, empty where
    it does. issuer: who has signed it.
    """

    names: tuple[str, ...] = ()
    expires: datetime | None = None
    untrusted: str = ""
    fault: str = ""
    issuer: str = ""


def covers_host(names: tuple[str, ...], host: str) -> bool:
    """Return whether one of a certificate's names is of a host; a wildcard stands for one label.

    https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3
    """
    wide = f"*.{host.partition('.')[2]}"
    return not {host.lower(), wide.lower()}.isdisjoint(name.lower() for name in names)
