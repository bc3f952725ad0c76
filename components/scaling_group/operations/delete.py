"""Delete a group's objects; its record and history stay."""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.errors import Interrupted
from scaling_group.naming import stack_name
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature, noted
from scaling_group.operations.owned import owned_record
from scaling_group.operations.protocols import ClusterReader, Reader, Report, Writer
from scaling_group.operations.views import stored_view
from scaling_group.operations.wait import survivors, wait_gone
from scaling_group.records import Action, GroupView, Record, now
from scaling_group.spec.environment import EnvironmentSpec


@dataclass(frozen=True)
class Delete:
    """The wait is for objects and pods to be gone."""

    name: str
    environment: EnvironmentSpec
    by: Signature

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> GroupView:
        """Return the deleted group.

        Raises NotFound where there is none (or no more), Conflict where it belongs to another
        cluster or stack, Failed where the engine fails or something does not go away.
        """
        uid = preflight.cluster_identity(cluster, self.environment)
        with writer.locked(stack_name(self.environment.id, self.name)):
            state = reader.read(self.environment.id, self.name)
            found = owned_record(state, cluster, self.environment, self.name, uid)
            record = self._deleted(noted(found, reader, cluster))
            report(f"deleting {record.name} in environment {record.environment.id}")
            writer.destroy(record, state.context, report)
            for kind in survivors(cluster, record):
                cluster.delete(kind, record.environment.namespace, record.name)
        if self.by.timeout is not None:
            self._wait(cluster, record, report)
        return stored_view(record, live=False)

    def _wait(self, cluster: ClusterReader, record: Record, report: Report) -> None:
        try:
            wait_gone(cluster, record, self.by.timeout or 0, report)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted: {record.name} is deleted, and its pods may still be ending"
            ) from None

    def _deleted(self, record: Record) -> Record:
        time = now()
        return record.with_(
            updated=time, deleted=time, action=Action.DELETE, actor=self.by.actor, message=self.by.message
        )
