"""What scales a group, as `get` shows it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from scaling_group.spec.strict import Strict
from scaling_group.tree import ConditionView


class MetricView(Strict):
    """One metric that replicas follow. Values are percentages of the request, or quantities."""

    name: str = Field(description="Its name, with the labels that choose it: queue_depth{queue=llm}.")
    source: str = Field(description="resource, pods, object, external or container.")
    target: str = Field(description="What it is to be at most: 70%, 5.")
    current: str | None = Field(description="What it is; null where nobody knows.")

    def __str__(self) -> str:
        return f"{self.name} {self.current or 'unknown'} of {self.target}"


class AutoscalerView(Strict):
    """What scales a group: its own autoscaler, or somebody else's."""

    kind: str = Field(description="HorizontalPodAutoscaler, or ScaledObject for KEDA.")
    name: str = Field(description="Its name.")
    own: bool = Field(description="Whether it is the group's; else somebody else has made it.")
    min: int = Field(description="The least number of replicas.")
    max: int = Field(description="The most replicas.")
    desired: int | None = Field(description="How many it wants; null where it has not said so yet.")
    metrics: tuple[MetricView, ...] = Field(description="The metrics that it follows.")
    last_scaled: datetime | None = Field(description="When it changed the number last, in UTC.")
    last_reason: str = Field(description="Why, where that is known still.")
    conditions: tuple[ConditionView, ...] = Field(description="What it says of itself.")
    others: tuple[str, ...] = Field(
        default=(), description="Other autoscalers of the same Deployment, as kind/name."
    )

    @property
    def bounds(self) -> str:
        """The least and the most replicas: `1-8`."""
        return f"{self.min}-{self.max}"
