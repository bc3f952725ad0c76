"""Whether labels match a label selector.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Object = Mapping[str, Any]


def matches(selector: Object, labels: Mapping[str, str]) -> bool:
    """Return whether labels match; an empty selector matches everything."""
    wanted = selector.get("matchLabels") or {}
    expressions: Sequence[Object] = selector.get("matchExpressions") or ()
    return wanted.items() <= labels.items() and all(_holds(each, labels) for each in expressions)


def _holds(expression: Object, labels: Mapping[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or ()
    held = {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }
    return held[expression["operator"]]


def selector_text(selector: Object) -> str:
    """Return a selector for people: `the labels team=ml, stage In (prod, test)`."""
    pairs = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or ():
        values = ", ".join(each.get("values") or ())
        pairs.append(" ".join(filter(None, (each["key"], each["operator"], f"({values})" if values else ""))))
    return "the labels " + ", ".join(pairs)
