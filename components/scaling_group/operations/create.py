"""Create a group."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from scaling_group.errors import Conflict
from scaling_group.naming import stack_name
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature, wait
from scaling_group.operations.planning import plan_creation
from scaling_group.operations.protocols import ClusterReader, Reader, Report, State, Writer
from scaling_group.operations.revising import apply_revision
from scaling_group.records import Action, GroupView, Plan, Record, now
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, check_together


@dataclass(frozen=True)
class Create:
    """A new group from a spec."""

    spec: GroupSpec
    environment: EnvironmentSpec
    by: Signature

    def run(self, reader: Reader, writer: Writer, cluster: ClusterReader, report: Report) -> GroupView:
        """Return the new group.

        Raises InvalidInput for a name that does not fit the environment, NotFound for a missing
        namespace or Gateway, Conflict for a taken name or hostname or a Gateway that would not serve
        it, Forbidden for missing rights: nothing has changed then. Raises Failed where the engine or
        the rollout fails: the record is kept then.
        """
        check_together(self.spec.name, self.environment)
        with writer.locked(stack_name(self.environment.id, self.spec.name)):
            state, record = self._new(reader, cluster)
            report(f"creating {record.name} in environment {record.environment.id}")
            if not state.exists:
                writer.create_stack(record, report)
            apply_revision(record, writer, cluster, report)
        return wait(cluster, record, self.by.timeout, report)

    def plan(self, reader: Reader, cluster: ClusterReader) -> Plan:
        """Return what run would do; raises as it does, and changes nothing."""
        check_together(self.spec.name, self.environment)
        return plan_creation(cluster, self._new(reader, cluster)[1])

    def _new(self, reader: Reader, cluster: ClusterReader) -> tuple[State, Record]:
        uid = preflight.cluster_identity(cluster, self.environment)
        state = reader.read(self.environment.id, self.spec.name)
        self._check(state, cluster, uid)
        return state, self._record(state, uid)

    def _check(self, state: State, cluster: ClusterReader, uid: str) -> None:
        name = self.spec.name
        if state.live and state.record:
            raise self._exists(state.record, uid)
        preflight.check_creatable(cluster, self.environment, name)

    def _exists(self, record: Record, uid: str) -> Conflict:
        name, there = self.spec.name, record.environment.namespace
        if there != self.environment.namespace:
            return Conflict(
                f"{name} already exists in environment {self.environment.id}, in the namespace {there}",
                detail="A name can be used once in an environment.",
                resolution="Choose another --name.",
            )
        preflight.check_same_cluster(record, self.environment, uid)
        return Conflict(
            f"{name} already exists in environment {self.environment.id}",
            detail=f"Its id is {record.id}, its revision {record.revision}.",
            resolution=f"See it with: scaling-group get --name={name}\n"
            f"Change it with: scaling-group update --name={name}, or apply -f, which creates or updates",
        )

    def _record(self, state: State, uid: str) -> Record:
        time = now()
        return Record(
            id=str(uuid.uuid4()),
            spec=self.spec,
            environment=self.environment,
            cluster=uid,
            # Numbers go on where the name was used before: its history is in the same stack.
            revision=(state.record.revision if state.record else 0) + 1,
            created=time,
            updated=time,
            action=Action.CREATE,
            actor=self.by.actor,
            message=self.by.message,
        )
