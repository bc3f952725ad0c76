"""What `get` shows of a group, a line a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scaling_group.cli.output import timestamp
from scaling_group.naming import PROJECT, stack_name
from scaling_group.records import GroupView
from scaling_group.spec.entrypoint import entrypoint_text
from scaling_group.spec.flag import TIME, flag_of
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.plain import marks_of

if TYPE_CHECKING:
    from scaling_group.autoscaler import AutoscalerView


def group_fields(view: GroupView) -> list[tuple[str, str]]:
    """Return what `get` shows, in order; fields that say nothing are left out."""
    spec, counts = view.spec, view.replicas
    own_stack = stack_name(view.environment, view.name)
    replicas = f"{counts.desired} desired, {counts.ready} ready, {counts.available} available"
    fields = [
        ("ID", view.id),
        ("Name", view.name),
        ("Environment", f"{view.environment} (namespace {view.namespace})"),
        ("Status", view.status.value),
        ("Reason", "" if view.diagnoses else view.reason),
        ("Replicas", replicas),
        ("Autoscale", "" if view.autoscaler else str(spec.autoscale or "")),
        *(_autoscaler_fields(view.autoscaler) if view.autoscaler else ()),
        ("Web URL", view.url),
        *(("Also at", each.url) for each in spec.hostnames),
        ("In cluster", view.address),
        ("Image", spec.image),
        ("Entrypoint", entrypoint_text(spec.entrypoint)),
        ("Port", str(spec.port)),
        ("CPU", spec.cpu or "default (request 100m, limit 1)"),
        ("Memory", spec.memory or "default (request 256Mi, limit 1Gi)"),
        ("GPU", str(spec.gpu or "")),
        *_pod_fields(spec),
        ("Tags", _pairs(spec.tags) or "none"),
        ("Owned by", view.source if view.source != f"{PROJECT}/{own_stack}" else ""),
        ("Revision", str(view.revision) if view.revision else ""),
        ("Created", timestamp(view.created)),
        ("Updated", timestamp(view.updated)),
        ("Deleted", timestamp(view.deleted)),
    ]
    return [(label, value) for label, value in fields if value]


def _autoscaler_fields(scaled_by: AutoscalerView) -> Iterator[tuple[str, str]]:
    """Yield what scales a group and how far it is."""
    wants = "" if scaled_by.desired is None else f", wants {scaled_by.desired}"
    bounds = f"{scaled_by.min} to {scaled_by.max} replicas{wants}"
    scaler = f"{scaled_by.kind} {scaled_by.name}"
    yield "Autoscaler", f"{bounds} ({scaler})" if scaled_by.own else bounds
    yield "Scaled by", "" if scaled_by.own else f"{scaler}, which is not this group's"
    yield "Besides", ", ".join(f"{other} scales it too" for other in scaled_by.others)
    yield from (("Metric", str(metric)) for metric in scaled_by.metrics)
    yield "Last scaled", " ".join(filter(None, (timestamp(scaled_by.last_scaled), scaled_by.last_reason)))


#: What has a row of its own above.
ELSEWHERE = (
    *("name", "image", "entrypoint", "port", "replicas", "autoscale", "cpu", "memory", "gpu", "tags"),
    "hostnames",
)
PROBES = ("readiness", "liveness", "startup")


def _pod_fields(spec: GroupSpec) -> Iterator[tuple[str, str]]:
    """Yield what was set beyond the page's fields, in the form of the flags."""
    for name, field in GroupSpec.defined.items():
        value = getattr(spec, name)
        if name in ELSEWHERE or name in PROBES or value == field.preset:
            continue
        is_time = flag_of(name, marks_of(GroupSpec, name)).metavar == TIME
        yield name.replace("_", " ").capitalize(), f"{value}s" if is_time else _text(value)
    changed = [name for name in PROBES if getattr(spec, name) != GroupSpec.defined[name].default]
    yield "Probes", "; ".join(f"{name} {getattr(spec, name)}" for name in changed)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return _pairs(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)


def _pairs(pairs: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in pairs.items())
