"""Create a group."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from scaling_group.errors import Conflict
from scaling_group.operations import preflight
from scaling_group.operations.applying import ChangeOptions, wait
from scaling_group.operations.context import AllowedSpec, Context
from scaling_group.operations.gpu_fit import say_unfit
from scaling_group.operations.history import latest_record
from scaling_group.operations.metrics_apis import say_unmeasured
from scaling_group.operations.planning import plan_creation
from scaling_group.operations.protocols import State
from scaling_group.operations.resolving import resolved
from scaling_group.operations.revising import apply_revision
from scaling_group.operations.scaling import check_scalable
from scaling_group.operations.traffic import check_served, with_route_kind
from scaling_group.records import Action, GroupView, Record, now
from scaling_group.reports import Plan
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.hostname import check_together


@dataclass(frozen=True)
class Create:
    """A new group from a spec. beside: the ports of groups that are applied together with it."""

    spec: GroupSpec
    by: ChangeOptions
    beside: Mapping[str, int] = field(default_factory=dict)

    def run(self, context: Context) -> GroupView:
        """Return the new group.

        Raises InvalidInput for a name that does not fit the environment, NotFound for a missing
        namespace or Gateway, Conflict for a taken name or hostname or a Gateway that would not serve
        it, Forbidden for missing permissions: nothing has changed then. Raises Failed where the engine or
        the rollout fails: the record is kept then.
        """
        allowed = self._allowed(context)
        with context.locked(self.spec.name) as writer:
            state, record = self._new(context, allowed)
            context.report(f"creating {record.name} in environment {record.environment.id}")
            say_unmeasured(context.cluster, record.spec, context.report)
            say_unfit(context.cluster, record, context.report)
            if not state.exists:
                writer.create_stack(record, context.report)
            apply_revision(context, record)
        return wait(context, record, self.by.timeout)

    def plan(self, context: Context) -> Plan:
        """Return what run would do; raises as it does, and changes nothing."""
        return plan_creation(context.cluster, self._new(context, self._allowed(context))[1])

    def _allowed(self, context: Context) -> AllowedSpec:
        allowed = context.allow(self.spec, context.environment)
        check_together(self.spec, context.environment)
        return allowed

    def _new(self, context: Context, allowed: AllowedSpec) -> tuple[State, Record]:
        environment = allowed.environment
        uid = preflight.cluster_identity(context.cluster, environment)
        state = context.reader.read(environment.id, self.spec.name)
        if state.live and state.record:
            raise self._exists(state.record, environment, uid)
        spec = resolved(context, allowed.spec, environment, self.beside)
        environment = with_route_kind(context, spec, environment)
        gateway = preflight.check_creatable(context.cluster, spec, environment, context.report)
        check_served(context, spec, environment, gateway=gateway)
        allowed = context.allow(spec, environment)
        before = latest_record(context, state.record) if state.record else None
        record = self._record(before, allowed, uid)
        check_scalable(context.cluster, record, allowed.spec)
        return state, record

    def _exists(self, record: Record, environment: EnvironmentSpec, uid: str) -> Conflict:
        name, there = self.spec.name, record.environment.namespace
        if there != environment.namespace:
            return Conflict(
                f"{name} already exists in environment {environment.id}, in the namespace {there}",
                detail="A name can be used once in an environment.",
                resolution="Choose another --name.",
            )
        preflight.check_same_cluster(record, environment, uid)
        return Conflict(
            f"{name} already exists in environment {environment.id}",
            detail=f"Its id is {record.id}, its revision {record.revision}.",
            resolution=f"See it with: scaling-group get --name={name}\n"
            f"Change it with: scaling-group update --name={name}, or apply -f, which creates or updates",
        )

    def _record(self, before: Record | None, allowed: AllowedSpec, uid: str) -> Record:
        time = now()
        return Record(
            id=str(uuid.uuid4()),
            spec=allowed.spec,
            environment=allowed.environment,
            namespace_uid=uid,
            # Numbers go on where the name was used before: its history is in the same stack.
            revision=(before.revision if before else 0) + 1,
            created=time,
            updated=time,
            action=Action.CREATE,
            actor=self.by.actor,
            message=self.by.message,
            backend=self.by.backend,
        )
