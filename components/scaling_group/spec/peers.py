"""Peers: other groups of the environment whose address a variable holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import Field
from pydantic_core import PydanticCustomError

from scaling_group.spec.names import check_service_name
from scaling_group.spec.rejection import reject, shown
from scaling_group.spec.syntax import LongSyntax, ShortSyntax

HIGHEST_PORT = 65535


class PeerFields(LongSyntax):
    """Another group, and its port."""

    EXAMPLE: ClassVar[str] = "{group: inference, port: 8080}"

    group: str = Field(description="Name of the other group, in the same namespace.")
    port: int | None = Field(
        default=None,
        ge=1,
        le=HIGHEST_PORT,
        description="Its port. Default: looked up once; programs must give it.",
    )

    def parsed(self) -> Peer:
        return Peer(self.group, self.port)


@dataclass(frozen=True)
class Peer(ShortSyntax):
    """Another group; port is None until it is looked up."""

    LONG: ClassVar = PeerFields

    group: str
    port: int | None = None

    def __str__(self) -> str:
        return f"{self.group}:{self.port}" if self.port else self.group

    @classmethod
    def parse(cls, text: str) -> Self:
        group, colon, port = text.partition(":")
        try:
            check_service_name(group)
        except PydanticCustomError as error:
            raise reject("peer", f"{shown(text)}: {error.message()}") from None
        if not colon:
            return cls(group)
        if not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= HIGHEST_PORT):
            raise reject("peer", f"{shown(text)}: {shown(port)} is not a port from 1 to {HIGHEST_PORT}.")
        return cls(group, int(port))
