"""The configuration of rules that bound a number per environment."""

from __future__ import annotations

from typing import Annotated

from scaling_group.rules.rule import Config
from scaling_group.rules.subject import Subject, whole
from scaling_group.spec.marks import Before, Bounds
from scaling_group.spec.model import field
from scaling_group.spec.names import DnsLabel

Bound = Annotated[int, Bounds(0, exact=True), Before(whole)]


class Ceiling(Config):
    most: Bound = field(description="Maximum for an object.")
    environments: dict[DnsLabel, Bound] = field(
        default_factory=dict, description="Maximum for single environments, by id."
    )

    def exceeded(self, count: int, subject: Subject) -> str:
        """Return how a count is over the bound that holds for an object, empty where it is not."""
        environment = subject.environment if self.environments else ""
        here = environment in self.environments
        most = self.environments[environment] if here else self.most
        if count <= most:
            return ""
        where = f" in environment {environment}" if here else ""
        return f"{'is' if count == 1 else 'are'} more than the {most} that are allowed{where}."
