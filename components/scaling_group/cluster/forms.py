"""The form of what an API server answers, checked once where it comes in.

What an API server keeps has the form of its kind. What stands in its place need not: a proxy, an aggregated
API, a server of tests. Only fields that are read as if they had their form are named here; the readers in
`rollout/fields.py` take any.

https://kubernetes.io/docs/reference/kubernetes-api/
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

Object = dict[str, Any]


class OtherForm(ValueError):
    """An answer is not of the form that it has to have."""


class Needed(NamedTuple):
    """A form of what has to be there; anything else may be null or left out."""

    form: Any


#: A mapping of fields is a form, and so are a list of one form and a type; datetime is the text of a time.
TEXTS = {"*": str}
CONDITIONS: Any = [{"observedGeneration": int}]
METADATA = {
    "name": Needed(str),
    "namespace": str,
    "uid": str,
    "generation": int,
    "creationTimestamp": datetime,
    "labels": TEXTS,
    "annotations": TEXTS,
}
SELECTOR = {
    "matchLabels": TEXTS,
    "matchExpressions": [{"key": Needed(str), "operator": Needed(str), "values": [str]}],
}
LISTENER = {
    "name": Needed(str),
    "protocol": Needed(str),
    "port": Needed(int),
    "hostname": str,
    "tls": {"mode": str},
    "allowedRoutes": {
        "kinds": [{"kind": Needed(str)}],
        "namespaces": {"from": str, "selector": SELECTOR},
    },
}
LIMIT = {"type": Needed(str), "max": TEXTS, "min": TEXTS, "maxLimitRequestRatio": TEXTS}
PARENT = {
    "parentRef": {"namespace": str, "name": str, "sectionName": str},
    "conditions": CONDITIONS,
}
ROUTE = {"spec": {"hostnames": [str]}, "status": {"parents": [PARENT]}}
RUN = {"reason": str}
OWN: Mapping[str, Any] = {
    "ReplicaSet": {"spec": {"replicas": int}, "status": {"readyReplicas": int}},
    "Pod": {
        "spec": {"nodeName": str},
        "status": {
            "phase": str,
            "containerStatuses": [
                {"restartCount": int, "state": {"waiting": RUN, "running": {}, "terminated": RUN}}
            ],
        },
    },
    "EndpointSlice": {"endpoints": [{"conditions": {}}]},
    "Event": {
        "involvedObject": {"kind": str, "name": str, "uid": str},
        "series": {"count": int, "lastObservedTime": datetime},
        "count": int,
        "firstTimestamp": datetime,
        "lastTimestamp": datetime,
        "eventTime": datetime,
        "type": str,
        "reason": str,
        "message": str,
    },
    "HTTPRoute": ROUTE,
    "GRPCRoute": ROUTE,
    "Gateway": {
        "spec": Needed({"gatewayClassName": Needed(str), "listeners": [LISTENER]}),
        "status": {
            "conditions": CONDITIONS,
            "addresses": [{"value": Needed(str)}],
            "listeners": [{"name": str, "conditions": CONDITIONS}],
        },
    },
    "GatewayClass": {"spec": Needed({"controllerName": Needed(str)}), "status": {"conditions": CONDITIONS}},
    "LimitRange": {"spec": Needed({"limits": Needed([LIMIT])})},
    "ResourceQuota": {"status": {"hard": TEXTS, "used": TEXTS}},
    "Node": {
        "spec": Needed({"taints": [{"key": Needed(str), "effect": Needed(str)}]}),
        "status": {"allocatable": TEXTS},
    },
}
RULE = {"verbs": [str], "apiGroups": [str], "resources": [str], "resourceNames": [str]}
REVIEW = {"status": Needed({"allowed": bool, "resourceRules": [RULE]})}
VERSION = {"major": str, "minor": str}
RESOURCES = {"resources": [{"name": Needed(str)}]}
GROUPS = {"groups": [{"name": Needed(str), "preferredVersion": Needed({"version": Needed(str)})}]}
PAGE = {"metadata": {"continue": str, "resourceVersion": str}, "items": Needed([])}
TABLE = {
    "metadata": {"continue": str},
    "columnDefinitions": [{"name": Needed(str)}],
    "rows": [{"cells": Needed([])}],
}
EVENT = {"type": Needed(str), "object": Needed({})}
STATUS = {"code": int, "message": str}
VERSIONED = {"metadata": Needed({"resourceVersion": Needed(str)})}
IDENTIFIED = {"metadata": Needed({"uid": Needed(str)})}


def object_of(kind: str, found: Any) -> Object:
    """Return an object of a kind; raises OtherForm."""
    _check(found, {"metadata": Needed(METADATA)}, kind)
    if kind in OWN:
        _check(found, OWN[kind], kind)
    checked: Object = found
    return checked


def page_of(kind: str, found: Any) -> Object:
    """Return a page of a list, each item of the kind; raises OtherForm."""
    page = answer_of(PAGE, found)
    for item in page["items"]:
        object_of(kind, item)
    return page


def answer_of(form: Any, found: Any) -> Object:
    """Return an answer that is no object; raises OtherForm."""
    _check(found, form, "the answer")
    checked: Object = found
    return checked


def _check(found: Any, form: Any, where: str) -> None:
    if isinstance(form, Needed):
        form = form.form
    if isinstance(form, dict):
        _check_mapping(found, form, where)
    elif isinstance(form, list):
        if not isinstance(found, list):
            raise OtherForm(f"{where} is no list")
        for item in found if form else ():
            _check(item, form[0], f"{where}[]")
    elif form is datetime:
        _check_time(found, where)
    elif not isinstance(found, form):
        raise OtherForm(f"{where} is no {NAMES[form]}")


def _check_mapping(found: Any, form: Mapping[str, Any], where: str) -> None:
    if not isinstance(found, dict):
        raise OtherForm(f"{where} is no mapping")
    if form is TEXTS:
        for key, value in found.items():
            if type(value) is not str:
                raise OtherForm(f"{where}.{key} is no text")
        return
    for key, part in form.items():
        value = found.get(key)
        if value is None:
            if isinstance(part, Needed):
                raise OtherForm(f"{where} has no {key}")
        # Most are texts: a list of 1,000 groups has 40,000 of them.
        elif type(value) is not part:
            _check(value, part, f"{where}.{key}")


def _check_time(found: Any, where: str) -> None:
    try:
        datetime.fromisoformat(found)
    except (TypeError, ValueError):
        raise OtherForm(f"{where} is no time") from None


NAMES = {str: "text", int: "number", bool: "yes or no"}
