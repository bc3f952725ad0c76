"""Scaling groups: a replicated, GPU-aware HTTPS service on your own Kubernetes cluster.

For Python programs: `from scaling_group import ScalingGroups`. For Pulumi programs:
`from scaling_group import ScalingGroup, ScalingGroupArgs`. What `__all__` lists is public: docs/python.md.
A name is loaded when it is first used: importing the package costs nothing, and the command line answers
without loading the engine's SDK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaling_group.answer import Answer
    from scaling_group.autoscaler import AutoscalerView, MetricView
    from scaling_group.check_result import CheckResult, Outcome
    from scaling_group.client.changed import Deleted, Updated
    from scaling_group.client.files import read_groups
    from scaling_group.client.first_steps import FirstSteps
    from scaling_group.client.groups import ScalingGroups
    from scaling_group.client.plans import Plans
    from scaling_group.client.progress import WARNING
    from scaling_group.client.recorded import read_recorded
    from scaling_group.client.results import AppliedGroups, Changes, Events, GroupList, History
    from scaling_group.client.spec_verbs import GroupFields
    from scaling_group.component import ScalingGroup, ScalingGroupArgs
    from scaling_group.engine.locks import Lock
    from scaling_group.errors import (
        Conflict,
        Failed,
        Fault,
        Forbidden,
        Interrupted,
        InvalidInput,
        NotFound,
        RolloutFailed,
        ScalingGroupError,
        Unreachable,
        Unreadable,
    )
    from scaling_group.operations.apply import Applied
    from scaling_group.operations.log_following import LogLine
    from scaling_group.records import Action, Diagnosis, GroupView, Replicas, Result, Status, Step
    from scaling_group.reports import HistoryEntry, ObjectPlan, Plan, Verdict
    from scaling_group.spec.change import Change, LiveChange
    from scaling_group.spec.documents import Document
    from scaling_group.spec.edit import Edit
    from scaling_group.spec.environment import EnvironmentSpec, GatewaySpec
    from scaling_group.spec.group import GroupSpec
    from scaling_group.tree import EventView

__all__ = [
    "WARNING",
    "Action",
    "Answer",
    "Applied",
    "AppliedGroups",
    "AutoscalerView",
    "Change",
    "Changes",
    "CheckResult",
    "Conflict",
    "Deleted",
    "Diagnosis",
    "Document",
    "Edit",
    "EnvironmentSpec",
    "EventView",
    "Events",
    "Failed",
    "Fault",
    "FirstSteps",
    "Forbidden",
    "GatewaySpec",
    "GroupFields",
    "GroupList",
    "GroupSpec",
    "GroupView",
    "History",
    "HistoryEntry",
    "Interrupted",
    "InvalidInput",
    "LiveChange",
    "Lock",
    "LogLine",
    "MetricView",
    "NotFound",
    "ObjectPlan",
    "Outcome",
    "Plan",
    "Plans",
    "Replicas",
    "Result",
    "RolloutFailed",
    "ScalingGroup",
    "ScalingGroupArgs",
    "ScalingGroupError",
    "ScalingGroups",
    "Status",
    "Step",
    "Unreachable",
    "Unreadable",
    "Updated",
    "Verdict",
    "read_groups",
    "read_recorded",
]

#: Where each public name is.
_MODULES = {
    "answer": ("Answer",),
    "autoscaler": ("AutoscalerView", "MetricView"),
    "check_result": ("CheckResult", "Outcome"),
    "client.changed": ("Deleted", "Updated"),
    "client.files": ("read_groups",),
    "client.first_steps": ("FirstSteps",),
    "client.groups": ("ScalingGroups",),
    "client.plans": ("Plans",),
    "client.progress": ("WARNING",),
    "client.recorded": ("read_recorded",),
    "client.results": ("AppliedGroups", "Changes", "Events", "GroupList", "History"),
    "client.spec_verbs": ("GroupFields",),
    "component": ("ScalingGroup", "ScalingGroupArgs"),
    "engine.locks": ("Lock",),
    "errors": (
        "Conflict",
        "Failed",
        "Fault",
        "Forbidden",
        "Interrupted",
        "InvalidInput",
        "NotFound",
        "RolloutFailed",
        "ScalingGroupError",
        "Unreachable",
        "Unreadable",
    ),
    "operations.apply": ("Applied",),
    "operations.log_following": ("LogLine",),
    "records": ("Action", "Diagnosis", "GroupView", "Replicas", "Result", "Status", "Step"),
    "reports": ("HistoryEntry", "ObjectPlan", "Plan", "Verdict"),
    "spec.change": ("Change", "LiveChange"),
    "spec.documents": ("Document",),
    "spec.edit": ("Edit",),
    "spec.environment": ("EnvironmentSpec", "GatewaySpec"),
    "spec.group": ("GroupSpec",),
    "tree": ("EventView",),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    module = next((module for module, names in _MODULES.items() if name in names), None)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, *globals()]
