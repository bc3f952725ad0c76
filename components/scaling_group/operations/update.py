"""Change a group."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.naming import stack_name
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature, next_revision, noted, wait
from scaling_group.operations.owned import check_objects_are_ours, owned_record
from scaling_group.operations.protocols import ClusterReader, Reader, Report, Writer
from scaling_group.operations.wait import drifted, observe
from scaling_group.records import Action, GroupView, Record
from scaling_group.spec.change import Change, changes_between, one_line
from scaling_group.spec.edit import Edit, Replace
from scaling_group.spec.environment import EnvironmentSpec


@dataclass(frozen=True)
class Updated:
    """The group after an update, the changes of its spec, and whether anything was applied."""

    view: GroupView
    changes: list[Change]
    applied: bool


@dataclass(frozen=True)
class Update:
    """if_revision: refuse unless the group is at this revision."""

    name: str
    environment: EnvironmentSpec
    edit: Edit | Replace
    by: Signature
    if_revision: int | None = None

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> Updated:
        """Return the group with its changes; where there are none, no revision is made.

        What somebody has changed by hand is set back even then. Raises what owned_record raises,
        InvalidInput for an edit that breaks rules, Conflict where `if_revision` is not the newest,
        Failed where the engine or the rollout fails.
        """
        uid = preflight.cluster_identity(cluster, self.environment)
        with writer.locked(stack_name(self.environment.id, self.name)):
            state = reader.read(self.environment.id, self.name)
            record = owned_record(state, cluster, self.environment, self.name, uid)
            self._check_revision(record)
            spec = self.edit.apply(record.spec)
            changes = changes_between(record.spec, spec)
            if not changes and not drifted(cluster, record):
                return Updated(observe(cluster, record)[0], [], applied=False)
            check_objects_are_ours(cluster, record)
            record = noted(record, reader, cluster)
            changed = next_revision(record, spec, Action.UPDATE, self.by)
            report(f"updating {record.name}: {one_line(changes) or 'setting back what was changed by hand'}")
            writer.up(changed, report)
        return Updated(wait(cluster, changed, self.by.timeout, report), changes, applied=True)

    def _check_revision(self, record: Record) -> None:
        if self.if_revision not in (None, record.revision):
            raise Conflict(
                f"{record.name} is at revision {record.revision}, not at {self.if_revision}",
                detail=f"{record.actor} was faster.",
                resolution=f"See what has changed with: scaling-group history --name={record.name}",
            )
