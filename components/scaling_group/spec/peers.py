"""Peers: other groups of the environment whose address a variable holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from scaling_group.spec.names import check_service_name
from scaling_group.spec.rejection import reject, rejected, shown
from scaling_group.spec.syntax import LongSyntaxOf, ShortSyntax

HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Peer(ShortSyntax):
    """Another group; port is None until it is looked up."""

    LONG = LongSyntaxOf("PeerFields")

    group: str
    port: int | None = None

    def __str__(self) -> str:
        return f"{self.group}:{self.port}" if self.port else self.group

    @classmethod
    def parse(cls, text: str) -> Self:
        group, colon, port = text.partition(":")
        try:
            check_service_name(group)
        except rejected() as error:
            raise reject("peer", f"{shown(text)}: {error.message()}") from None
        if not colon:
            return cls(group)
        if not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= HIGHEST_PORT):
            raise reject("peer", f"{shown(text)}: {shown(port)} is not a port from 1 to {HIGHEST_PORT}.")
        return cls(group, int(port))
