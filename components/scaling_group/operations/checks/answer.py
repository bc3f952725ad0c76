"""Whether the URLs of one group answer."""

from __future__ import annotations

from dataclasses import replace

from scaling_group.answer import Answer
from scaling_group.errors import NotFound
from scaling_group.operations.checks.check import Check, CheckFinding, failed, ok, worst
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.probe import ask


def _run(context: CheckContext) -> CheckFinding:
    record = context.record
    if record is None:
        raise NotFound(
            f"there is no scaling group {context.name!r} in the namespace {context.environment.namespace}",
            resolution="List the groups with: scaling-group list",
        )
    if not record.hosts:
        return ok(f"{record.name} is private, and has no URL")
    told = ask(context.cluster, context.network, record).answers
    return worst([_found(host.url, answer) for host, answer in told.items()])


def _found(url: str, found: Answer) -> CheckFinding:
    if found.answered:
        return ok(f"{url}: {found.summary} ({found.address})")
    failure = failed(f"{url}: {found.summary}", detail=found.detail, resolution=found.resolution)
    return replace(failure, category=found.category)


CHECKS = (
    Check(
        id="answer",
        title="Answer",
        about="With a NAME: one HTTPS request from this machine to each URL of the group, through the "
        "Gateway's address, with its certificate checked. It fails where the request stops: DNS, "
        "connection, TLS, route, Pods.",
        run=_run,
        needs=("gateway", "namespace"),
        of_group=True,
    ),
)
