"""What `get` shows of a group, a line a field."""

from __future__ import annotations

from collections.abc import Mapping

from scaling_group.cli.output import timestamp
from scaling_group.naming import PROJECT, stack_name
from scaling_group.records import GroupView
from scaling_group.spec.entrypoint import entrypoint_text
from scaling_group.spec.group import DRAIN_SECONDS, GroupSpec


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
        ("Web URL", view.url),
        ("In cluster", view.address),
        ("Image", spec.image),
        ("Entrypoint", entrypoint_text(spec.entrypoint)),
        ("Port", str(spec.port)),
        ("CPU", spec.cpu or "default (request 100m, limit 1)"),
        ("Memory", spec.memory or "default (request 256Mi, limit 1Gi)"),
        ("GPU", spec.gpu or ""),
        *_pod_fields(spec),
        ("Tags", _pairs(spec.tags) or "none"),
        ("Owned by", view.source if view.source != f"{PROJECT}/{own_stack}" else ""),
        ("Revision", str(view.revision) if view.revision else ""),
        ("Created", timestamp(view.created)),
        ("Updated", timestamp(view.updated)),
        ("Deleted", timestamp(view.deleted)),
    ]
    return [(label, value) for label, value in fields if value]


def _pod_fields(spec: GroupSpec) -> list[tuple[str, str]]:
    """Return what was set beyond the page's fields, in the form of the flags."""
    probes = {"readiness": spec.readiness, "liveness": spec.liveness, "startup": spec.startup}
    usual = {"readiness": "tcp", "liveness": "none", "startup": "none"}
    changed = [f"{name} {text}" for name, text in probes.items() if text != usual[name]]
    return [
        ("Env", _pairs(spec.env)),
        ("Secret env", _pairs(spec.secret_env)),
        ("Env from", ", ".join(spec.env_from)),
        ("Not secret", ", ".join(spec.not_secret)),
        ("Mounts", ", ".join(spec.mounts)),
        ("Shm size", spec.shm_size or ""),
        ("Probes", "; ".join(changed)),
        ("Shutdown delay", _seconds(spec.shutdown_delay) if spec.shutdown_delay != DRAIN_SECONDS else ""),
        ("Termination grace", _seconds(spec.termination_grace)),
        ("Progress deadline", _seconds(spec.progress_deadline)),
        ("Service account", spec.service_account or ""),
        ("Image pull secrets", ", ".join(spec.image_pull_secrets)),
        ("Node selector", _pairs(spec.node_selector)),
        ("Tolerations", ", ".join(spec.tolerations)),
        ("Annotations", _pairs(spec.annotations)),
    ]


def _seconds(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds}s"


def _pairs(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in pairs.items())
