"""Change a group."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature, next_revision, noted, wait
from scaling_group.operations.owned import check_objects_are_ours, owned_record
from scaling_group.operations.protocols import KINDS, ClusterReader, Reader, Report, Writer
from scaling_group.operations.wait import observe
from scaling_group.records import Action, GroupView, Record
from scaling_group.spec.change import Change, changes_between, one_line
from scaling_group.spec.edit import Edit
from scaling_group.spec.environment import EnvironmentSpec


@dataclass(frozen=True)
class Updated:
    """The group after an update; no changes means that nothing was done."""

    view: GroupView
    changes: list[Change]


@dataclass(frozen=True)
class Update:
    """if_revision: refuse unless the group is at this revision."""

    name: str
    environment: EnvironmentSpec
    edit: Edit
    by: Signature
    if_revision: int | None = None

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> Updated:
        """Return the group with its changes; where there are none, no revision is made.

        An object that somebody has deleted is made again even then. Raises what owned_record raises,
        InvalidInput for an edit that breaks rules, Conflict where `if_revision` is not the newest,
        Failed where the engine or the rollout fails.
        """
        uid = preflight.cluster_identity(cluster, self.environment)
        with writer.locked(f"{self.environment.id}.{self.name}"):
            state = reader.read(self.environment.id, self.name)
            record = owned_record(state, cluster, self.environment, self.name, uid)
            self._check_revision(record)
            spec = self.edit.apply(record.spec)
            changes = changes_between(record.spec, spec)
            if not changes and not _missing(cluster, record):
                return Updated(observe(cluster, record)[0], [])
            check_objects_are_ours(cluster, record)
            record = noted(record, reader, cluster)
            changed = next_revision(record, spec, Action.UPDATE, self.by)
            report(f"updating {record.name}: {one_line(changes) or 'making missing objects again'}")
            writer.up(changed, report)
        return Updated(wait(cluster, changed, self.by.timeout, report), changes)

    def _check_revision(self, record: Record) -> None:
        if self.if_revision not in (None, record.revision):
            raise Conflict(
                f"{record.name} is at revision {record.revision}, not at {self.if_revision}",
                detail=f"{record.actor} was faster.",
                resolution=f"See what has changed with: scaling-group history --name={record.name}",
            )


def _missing(cluster: ClusterReader, record: Record) -> bool:
    namespace = record.environment.namespace
    return any(cluster.get(kind, namespace, record.name) is None for kind in KINDS)
