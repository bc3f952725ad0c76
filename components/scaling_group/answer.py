"""Whether the URL of a group answers, as one request from this machine has shown it."""

from __future__ import annotations

from scaling_group.spec.model import Model, field


class Answer(Model):
    """What one request to the URL of a group has shown."""

    answered: bool = field(description="Whether the group itself has answered, with whatever status.")
    stage: str = field(description="Where it stops: dns, connect, tls, route or backend; empty if nowhere.")
    category: str = field(default="", description="Identifier of the cause, if get and wait report it too.")
    summary: str = field(description="What happened, in one sentence with the concrete values.")
    detail: str = field(default="", description="The evidence, in lines.")
    resolution: str = field(default="", description="What to do, where it does not answer.")
    address: str = field(default="", description="Where this machine connected to.")
    status: int | None = field(default=None, description="Status of the HTTP response; null for none.")
