"""Objects for rules to look at: those of a group, and those of somebody's own program."""

from __future__ import annotations

from typing import Any

from scaling_group.operations.render import render
from scaling_group.rules.guardrails import configured, rule_named
from scaling_group.rules.subject import Subject
from scaling_group.spec.group import environment_spec, group_spec

Object = dict[str, Any]

GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}


def found(name: str, given: Object, *objects: Object, of_group: bool = False) -> list[str]:
    """Return the sentences of a rule with its configuration about objects."""
    rule = rule_named(name)
    config = configured(rule, given)
    return [text for each in objects for text in rule.find(Subject(each, of_group), config)]


def group(environment: Object | None = None, **fields: Any) -> list[Object]:
    """Return the three objects of a group."""
    spec = group_spec({"image": "my-registry/server:v1", "name": "inference", "port": 8080, **fields})
    settings = environment_spec({"id": "dev", "gateway": GATEWAY, **(environment or {})})
    return render(spec, settings)


def deployment(*containers: Object, pod: Object | None = None, **spec: Any) -> Object:
    """Return a Deployment of a program."""
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": list(containers), **(pod or {})},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"template": template, **spec},
    }


def container(image: str = "nginx:1.27", **fields: Any) -> Object:
    return {"name": "web", "image": image, **fields}


def gpus(count: Any, resource: str = "nvidia.com/gpu", **limits: str) -> Object:
    return container(resources={"limits": {resource: count, **limits}})


def route(*parents: Object, hostnames: list[str] | None = None, kind: str = "HTTPRoute") -> Object:
    spec: Object = {"parentRefs": list(parents)}
    if hostnames is not None:
        spec["hostnames"] = hostnames
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "r"},
        "spec": spec,
    }


def service(*ports: Object, **spec: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s"},
        "spec": {"ports": list(ports), **spec},
    }
