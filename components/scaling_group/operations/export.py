"""Groups as the YAML that describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaling_group.operations.context import Context
from scaling_group.operations.list_groups import list_groups
from scaling_group.operations.observed import known_group
from scaling_group.spec.documents import written


def export(context: Context, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the named groups, all live ones where no name is given; raises NotFound."""
    if not names:
        views = list_groups(context, include_deleted=False)
        return [written(view.spec) for view in views]
    return [written(known_group(context, name).record.spec) for name in names]
