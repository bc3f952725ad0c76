"""An edit of a spec: what is given changes, the rest stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scaling_group.errors import Fault, InvalidInput, did_you_mean
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.written import without_defaults

#: Mappings in which an edit sets single keys; tags have flags of their own for that.
BY_KEY = ("autoscale", "env", "secret_env", "node_selector", "annotations")
#: Fields that a group cannot be without.
NEEDED = ("image", "name", "port")


@dataclass(frozen=True)
class Edit:
    """values: fields to set (mappings of BY_KEY key by key, all else as a whole). unset: fields, or
    keys of mappings (`env.MODEL`), to take away. tags and untag: single tags to set and take away.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    untag: tuple[str, ...] = ()

    def apply(self, spec: GroupSpec) -> GroupSpec:
        """Return the edited spec; raises InvalidInput with every fault."""
        fields = without_defaults(spec)
        faults = [fault for path in self.unset for fault in _take_away(fields, path)]
        two_counts = _two_counts(fields, self.values)
        for name, value in self.values.items():
            if two_counts and name == "replicas":
                continue
            by_key = name in BY_KEY and isinstance(value, Mapping)
            fields[name] = {**fields.get(name, {}), **value} if by_key else value
        tags = {**fields.get("tags", {}), **self.tags}
        faults += two_counts
        faults += [Fault("untag", f"there is no tag {key!r}.") for key in self.untag if key not in tags]
        fields["tags"] = {key: value for key, value in tags.items() if key not in self.untag}
        try:
            edited = group_spec(fields)
        except InvalidInput as error:
            raise InvalidInput("the change is not valid:", [*faults, *error.faults]) from None
        if faults:
            raise InvalidInput("the change is not valid:", faults)
        return edited


@dataclass(frozen=True)
class Replace:
    """An edit that leaves nothing of the old spec."""

    spec: GroupSpec

    def apply(self, _spec: GroupSpec) -> GroupSpec:
        return self.spec


def _two_counts(fields: dict[str, Any], values: Mapping[str, Any]) -> list[Fault]:
    """Return the fault of a fixed number of Pods for a group that is autoscaled."""
    if values.get("autoscale"):
        fields.pop("replicas", None)
    held = fields.get("autoscale")
    if not held or "replicas" not in values or "autoscale" in values:
        return []
    between = f"{held.get('min', 1)} and {held['max']}"
    return [
        Fault(
            "replicas",
            f"the group is autoscaled between {between} Pods. Set --min-replicas and --max-replicas, or fix "
            f"the number with --no-autoscale --replicas={values['replicas']}.",
        )
    ]


def _take_away(fields: dict[str, Any], path: str) -> list[Fault]:
    name, dot, key = path.partition(".")
    name = name.replace("-", "_")
    if name not in GroupSpec.defined:
        return [Fault("unset", f"no such field {name!r}.{did_you_mean(name, GroupSpec.defined)}")]
    if name in NEEDED:
        return [Fault("unset", f"a group must have {name}.")]
    if not dot:
        fields.pop(name, None)
        return []
    held = fields.get(name)
    if not isinstance(held, dict) or key not in held:
        return [Fault("unset", f"there is no {path!r}.")]
    fields[name] = {other: value for other, value in held.items() if other != key}
    return []
