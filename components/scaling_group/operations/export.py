"""Groups as the YAML that describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaling_group.operations.get import known_record
from scaling_group.operations.list_groups import list_groups
from scaling_group.operations.protocols import ClusterReader, Reader, Report
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec


def export(
    reader: Reader, cluster: ClusterReader, environment: EnvironmentSpec, names: Sequence[str], report: Report
) -> list[dict[str, Any]]:
    """Return the named groups, all live ones where no name is given; raises NotFound."""
    if not names:
        views = list_groups(reader, cluster, environment, report, include_deleted=False)
        return [written(view.spec) for view in views]
    found = [known_record(reader.read(environment.id, n), cluster, environment, n)[0] for n in names]
    return [written(record.spec) for record in found]


def written(spec: GroupSpec) -> dict[str, Any]:
    """Return a spec as people write it: what is not set or equals the default is left out."""
    return spec.model_dump(mode="json", exclude_defaults=True)
