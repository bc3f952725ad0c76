"""Whether labels match a label selector.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaling_group.rollout.fields import Object, part, parts, text, texts


def matches(selector: Object, labels: Mapping[str, Any]) -> bool:
    """Return whether labels match; an empty selector matches everything."""
    wanted, expressions = part(selector, "matchLabels"), parts(selector, "matchExpressions")
    return wanted.items() <= labels.items() and all(_holds(each, labels) for each in expressions)


def _holds(expression: Object, labels: Mapping[str, Any]) -> bool:
    key, values = text(expression, "key"), texts(expression, "values")
    held = {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }
    return held.get(text(expression, "operator"), False)


def selector_text(selector: Object) -> str:
    """Return a selector for people: `the labels team=ml, stage In (prod, test)`."""
    pairs = [f"{key}={value}" for key, value in part(selector, "matchLabels").items()]
    for each in parts(selector, "matchExpressions"):
        values = ", ".join(texts(each, "values"))
        said = (text(each, "key"), text(each, "operator"), f"({values})" if values else "")
        pairs.append(" ".join(filter(None, said)))
    return "the labels " + ", ".join(pairs)
