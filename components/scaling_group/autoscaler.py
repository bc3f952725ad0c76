"""What scales a group, as `get` shows it."""

from __future__ import annotations

from datetime import datetime

from scaling_group.spec.model import Model, field
from scaling_group.tree import ConditionView


class MetricView(Model):
    """One metric that replicas follow. Values are percentages of the request, or quantities."""

    name: str = field(description="Its name, with the labels that choose it: queue_depth{queue=llm}.")
    source: str = field(description="resource, pods, object, external or container.")
    target: str = field(description="What it is to be at most: 70%, 5.")
    current: str | None = field(description="What it is; null where nobody knows.")

    def __str__(self) -> str:
        return f"{self.name} {self.current or 'unknown'} of {self.target}"


class AutoscalerView(Model):
    """What scales a group: its own autoscaler, or somebody else's."""

    kind: str = field(description="HorizontalPodAutoscaler, or ScaledObject for KEDA.")
    name: str = field(description="Its name.")
    own: bool = field(description="Whether it is the group's; else somebody else has made it.")
    min: int = field(description="The least number of replicas.")
    max: int = field(description="The most replicas.")
    desired: int | None = field(description="How many it wants; null where it has not said so yet.")
    metrics: tuple[MetricView, ...] = field(description="The metrics that it follows.")
    last_scaled: datetime | None = field(description="When it changed the number last, in UTC.")
    last_reason: str = field(description="Why, where that is known still.")
    conditions: tuple[ConditionView, ...] = field(description="What it says of itself.")
    others: tuple[str, ...] = field(
        default=(), description="Other autoscalers of the same Deployment, as kind/name."
    )

    @property
    def bounds(self) -> str:
        """The least and the most replicas: `1-8`."""
        return f"{self.min}-{self.max}"
