"""The kinds of objects that scale a group."""

from __future__ import annotations

HPA = "HorizontalPodAutoscaler"
SCALED_OBJECT = "ScaledObject"
#: The API group of a ScaledObject.
KEDA_GROUP = "keda.sh"
