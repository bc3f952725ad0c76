"""What differs between two specs, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scaling_group.spec.environment import EnvironmentSpec, GatewaySpec
from scaling_group.spec.gpu_profiles import as_table
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.written import every_field, short

#: How fields of the gateway are called in the settings where it is another name.
SETTINGS = {"section": "section_name"}
#: Longer values are shown by their beginning; a change is one line.
SHOWN_LENGTH = 60


@dataclass(frozen=True)
class Change:
    """One difference; field is a path (`tags.team`), null stands for a value that is not set."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.field} {_shown(self.before)} → {_shown(self.after)}"


@dataclass(frozen=True)
class LiveChange(Change):
    """One difference. manager: who has made it in a live object, time: when, where its managedFields say so.

    field is a path (`tags.team`), null stands for a value that is not set.
    """

    manager: str
    time: datetime | None

    def __str__(self) -> str:
        return f"{super().__str__()}{self.by}"

    @property
    def by(self) -> str:
        """Who has made it and when: ` (kubectl-edit, 2026-01-02T03:04:05Z)`; empty where nobody knows."""
        at = self.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if self.time else ""
        made = ", ".join(filter(None, (self.manager, at)))
        return f" ({made})" if made else ""


def changes_between(before: GroupSpec, after: GroupSpec) -> list[Change]:
    """Return the changes in the order of the model's fields; mappings key by key.

    A group that is autoscaled has no number of replicas.
    """
    old, new = map(_fields, (before, after))
    return [change for field in old for change in _field_changes(field, old[field], new[field])]


def _fields(spec: GroupSpec) -> dict[str, Any]:
    fields = every_field(spec)
    scaling = short(spec.autoscale) or {}
    replicas = spec.replicas if spec.autoscale is None else None
    given = {key: value for key, value in scaling.items() if value not in ({}, [])}
    return {**fields, "replicas": replicas, "autoscale": given}


def gateway_changes(before: EnvironmentSpec, after: EnvironmentSpec) -> list[Change]:
    """Return the changes of the gateway, each under the name that it has in the settings."""
    old, new = ({} if each is None else every_field(each) for each in (before.gateway, after.gateway))
    fields = [field for field in GatewaySpec.defined if old.get(field) != new.get(field)]
    named = [(f"gateway.{SETTINGS.get(field, field)}", field) for field in fields]
    return [Change(name, old.get(field), new.get(field)) for name, field in named]


def gpu_changes(before: EnvironmentSpec, after: EnvironmentSpec) -> list[Change]:
    """Return the change of how nodes name their GPUs, under the name of the setting."""
    names = (as_table(each.gpu_names) for each in (before, after))
    profile = _field_changes("gpu.profile", before.gpu_profile, after.gpu_profile)
    return [*profile, *_field_changes("gpu.names", *names)]


def _field_changes(field: str, old: Any, new: Any) -> Iterable[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        return [Change(f"{field}.{k}", old.get(k), new.get(k)) for k in keys if old.get(k) != new.get(k)]
    return [] if old == new else [Change(field, old, new)]


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "(unset)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def one_line(changes: Iterable[Change]) -> str:
    """Return the changes as history shows them."""
    return ", ".join(map(str, changes))
