"""Whether the URL of one group answers."""

from __future__ import annotations

from dataclasses import replace

from scaling_group.errors import NotFound
from scaling_group.operations.annotation import read_annotation
from scaling_group.operations.checks.check import Check, CheckFinding, failed, ok, skipped
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.probe import ask


def _run(context: CheckContext) -> CheckFinding:
    namespace = context.environment.namespace
    deployment = context.cluster.get("Deployment", namespace, context.name)
    record = read_annotation(deployment).record if deployment else None
    if record is None:
        raise NotFound(
            f"there is no scaling group {context.name!r} in the namespace {namespace}",
            resolution="List the groups with: scaling-group list",
        )
    if record.spec.is_private:
        return skipped(f"{record.name} is private: no Gateway serves it")
    found = ask(context.cluster, context.network, record).answer
    if found.answered:
        return ok(f"{record.url}: {found.summary} ({found.address})")
    failure = failed(f"{record.url}: {found.summary}", detail=found.detail, resolution=found.resolution)
    return replace(failure, category=found.category)


CHECKS = (
    Check(
        id="answer",
        title="Answer",
        about="With a NAME: one HTTPS request from this machine to the URL of the group, through the "
        "Gateway's address, with its certificate checked. It fails where the request stops: DNS, "
        "connection, TLS, route, Pods.",
        run=_run,
        needs=("gateway", "namespace"),
        of_group=True,
    ),
)
