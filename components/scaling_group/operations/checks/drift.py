"""Groups that somebody has changed by hand."""

from __future__ import annotations

from scaling_group.naming import environment_label
from scaling_group.operations.annotation import annotated_record
from scaling_group.operations.checks.check import Check, CheckFinding, ok, warning
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.live import refs_in
from scaling_group.operations.observed import drift_of
from scaling_group.operations.protocols import KINDS, Object
from scaling_group.records import Record


def _run(context: CheckContext) -> CheckFinding:
    environment = context.environment
    labels = {environment_label(environment.label_domain): environment.id}

    def listed(kind: str) -> dict[str, Object]:
        found = context.cluster.list_objects(kind, environment.namespace, labels)
        return {str(each["metadata"]["name"]): each for each in found}

    live = {kind: listed(kind) for kind in KINDS}
    records = [record for each in live["Deployment"].values() if (record := annotated_record(each))]
    further = {ref.kind for record in records for ref in refs_in(record).values()} - {*KINDS}
    live |= {kind: listed(kind) for kind in further}
    changed = [sentence for record in records if (sentence := _sentence(record, live))]
    if not changed:
        return ok(f"every group is as recorded ({len(records)})" if records else "no groups yet")
    name = changed[0].partition(":")[0]
    return warning(
        f"{len(changed)} of {len(records)} groups were changed by hand",
        detail="\n".join(changed),
        resolution=f"Revert one with: scaling-group update --name={name}",
    )


def _sentence(record: Record, live: dict[str, dict[str, Object]]) -> str:
    refs = refs_in(record)
    found = drift_of(record, {key: live[ref.kind].get(ref.name) for key, ref in refs.items()})
    fields = ", ".join(f"{change.field}{change.by}" for change in found)
    return f"{record.name}: {fields}" if found else ""


CHECKS = (
    Check(
        id="drift",
        title="Drift",
        about="Nobody has changed the objects of a group since its record was applied.",
        run=_run,
        needs=("gateway-api", "namespace"),
    ),
)
