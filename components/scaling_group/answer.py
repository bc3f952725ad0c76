"""Whether the URL of a group answers, as one request from this machine has shown it."""

from __future__ import annotations

from pydantic import Field

from scaling_group.spec.strict import Strict


class Answer(Strict):
    """What one request to the URL of a group has shown."""

    answered: bool = Field(description="Whether the group itself has answered, with whatever status.")
    stage: str = Field(description="Where it stops: dns, connect, tls, route or backend; empty if nowhere.")
    category: str = Field(default="", description="Identifier of the cause, if get and wait report it too.")
    summary: str = Field(description="What happened, in one sentence with the concrete values.")
    detail: str = Field(default="", description="The evidence, in lines.")
    resolution: str = Field(default="", description="What to do, where it does not answer.")
    address: str = Field(default="", description="Where this machine connected to.")
    status: int | None = Field(default=None, description="Status of the HTTP response; null for none.")
