"""An inline Pulumi program for the objects of a file, as `scaling-group render -o json` prints them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Service

#: Like `create --no-wait`: nobody waits for pods.
NO_AWAIT = {"pulumi.com/skipAwait": "true"}


def program_of(file: Path) -> Callable[[], None]:
    """Return the program; the image is taken from the stack's configuration where that has one."""
    items = json.loads(file.read_text())["items"]

    def program() -> None:
        image = pulumi.Config().get("image")
        for item in items:
            _declare(item, image)
        pulumi.export("objects", [f"{item['kind']}/{item['metadata']['name']}" for item in items])

    return program


def _declare(item: dict[str, Any], image: str | None) -> None:
    name, kind = item["metadata"]["name"], item["kind"]
    arguments = {"metadata": item["metadata"], "spec": item["spec"]}
    if kind == "Deployment":
        annotations = {**item["metadata"].get("annotations", {}), **NO_AWAIT}
        arguments["metadata"] = {**item["metadata"], "annotations": annotations}
        if image:
            item["spec"]["template"]["spec"]["containers"][0]["image"] = image
        Deployment(name, **arguments)
    elif kind == "Service":
        Service(name, **arguments)
    else:
        CustomResource(name, api_version=item["apiVersion"], kind=kind, **arguments)
