"""A Pulumi program in memory: the engine is mocked, each run has an event loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
from pulumi.runtime import stack
from pulumi.runtime.settings import SETTINGS

from scaling_group.component import ScalingGroup

GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}
ENVIRONMENT = {"id": "abc123", "gateway": GATEWAY}
BASE = {"image": "a/b:1", "name": "inference", "port": 8080, "environment": ENVIRONMENT}

COMPONENT = "scaling-group:index:ScalingGroup"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SERVICE = "kubernetes:core/v1:Service"
ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"


class Recorder(pulumi.runtime.Mocks):
    """Notes every resource and answers with its inputs."""

    def __init__(self) -> None:
        self.resources: list[pulumi.runtime.MockResourceArgs] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append(args)
        return f"{args.name}-id", dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        return {}


@dataclass
class Run:
    """What a program registered, and the values of the outputs of its group."""

    resources: dict[str, pulumi.runtime.MockResourceArgs]
    outputs: dict[str, Any]
    urns: dict[str, str]

    def inputs(self, kind: str) -> dict[str, Any]:
        return self.resources[kind].inputs


def run(program: Callable[[], ScalingGroup]) -> Run:
    """Run a program that makes one group; raises what the program or an Output of it raises."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # A refusal is raised once and repeated by every Output that hangs on it.
    loop.set_exception_handler(lambda _loop, _context: None)
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, project="platform", stack="prod", preview=False, organization="acme")
    SETTINGS.rpc_manager.clear()
    SETTINGS.outputs.clear()
    found: dict[str, Any] = {}
    try:
        loop.run_until_complete(stack.run_pulumi_func(lambda: _collect(program, found)))
    finally:
        _end_tasks(loop)
        loop.close()
    outputs, urns = found.pop("outputs"), found.pop("urns")
    return Run({args.typ: args for args in recorder.resources}, outputs, urns)


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """End what waits for Outputs that a refusal left unresolved."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


def _collect(program: Callable[[], ScalingGroup], found: dict[str, Any]) -> None:
    group = program()
    found["outputs"], found["urns"] = {}, {}
    for name in ("id", "hostname", "url", "address", "route_kind", "route_name", "service_name"):
        getattr(group, name).apply(lambda value, name=name: found["outputs"].update({name: value}))
    # A private group has no route.
    for name in filter(partial(hasattr, group), ("deployment", "service", "route")):
        getattr(group, name).urn.apply(lambda value, name=name: found["urns"].update({name: value}))


def group(
    resource: str = "inference", opts: pulumi.ResourceOptions | None = None, **fields: Any
) -> ScalingGroup:
    """Make a group; a field that is None is left out."""
    args = {key: value for key, value in {**BASE, **fields}.items() if value is not None}
    return ScalingGroup(resource, args, opts)  # type: ignore[arg-type]
