"""Create or update many groups: a plan first, then all of them in parallel, each on its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from scaling_group.errors import Interrupted, ScalingGroupError
from scaling_group.operations import preflight
from scaling_group.operations.applying import Signature
from scaling_group.operations.create import Create
from scaling_group.operations.owned import owned_record
from scaling_group.operations.protocols import ClusterReader, Reader, Writer
from scaling_group.operations.update import Update
from scaling_group.operations.wait import drifted
from scaling_group.records import GroupView, Plan, Step
from scaling_group.spec.edit import Replace
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, check_together

#: Told what happens to a group: (name, message).
GroupReport = Callable[[str, str], None]


@dataclass(frozen=True)
class Planned:
    """What is going to be done with one group."""

    spec: GroupSpec
    step: Step


@dataclass(frozen=True)
class Applied:
    """How a group ended: a view, or the error."""

    name: str
    step: Step
    view: GroupView | None = None
    error: ScalingGroupError | None = None


@dataclass(frozen=True)
class Apply:
    """parallel: how many groups are changed at the same time."""

    specs: Sequence[GroupSpec]
    environment: EnvironmentSpec
    by: Signature
    parallel: int

    def plan(self, reader: Reader, cluster: ClusterReader) -> list[Planned]:
        """Return what would be done; raises for a group that cannot be changed, before any is."""
        uid = preflight.cluster_identity(cluster, self.environment)
        for spec in self.specs:
            check_together(spec.name, self.environment)
        return [self._planned(spec, reader, cluster, uid) for spec in self.specs]

    def _planned(self, spec: GroupSpec, reader: Reader, cluster: ClusterReader, uid: str) -> Planned:
        state = reader.read(self.environment.id, spec.name)
        if not state.live:
            preflight.check_no_foreign_objects(cluster, self.environment, spec.name)
            return Planned(spec, Step.CREATE)
        record = owned_record(state, cluster, self.environment, spec.name, uid)
        changed = record.spec != spec or drifted(cluster, record)
        return Planned(spec, Step.UPDATE if changed else Step.UNCHANGED)

    def preview(self, planned: Sequence[Planned], reader: Reader, cluster: ClusterReader) -> list[Plan]:
        """Return what run would do in detail; raises Failed where the API server would refuse an object."""

        def one(group: Planned) -> Plan:
            if group.step is Step.CREATE:
                return Create(group.spec, self.environment, self.by).plan(reader, cluster)
            if group.step is Step.UPDATE:
                return self._update(group.spec).plan(reader, cluster)
            return Plan(name=group.spec.name, action=group.step)

        with ThreadPoolExecutor(self.parallel) as pool:
            return list(pool.map(one, planned))

    def run(
        self,
        planned: Sequence[Planned],
        reader: Reader,
        writer: Writer,
        cluster: ClusterReader,
        report: GroupReport,
    ) -> list[Applied]:
        """Carry out a plan; a group that fails does not stop the others."""

        def one(group: Planned) -> Applied:
            name = group.spec.name
            if group.step is Step.UNCHANGED:
                return Applied(name, group.step)
            try:
                view = self._apply(group, reader, writer, cluster, lambda said: report(name, said))
            except ScalingGroupError as error:
                return Applied(name, group.step, error=error)
            return Applied(name, group.step, view=view)

        pool = ThreadPoolExecutor(self.parallel)
        try:
            return list(pool.map(one, planned))
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted: groups that had begun were finished, the others were not touched",
                resolution="Apply the same files again to go on.",
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)

    def _apply(
        self,
        group: Planned,
        reader: Reader,
        writer: Writer,
        cluster: ClusterReader,
        report: Callable[[str], None],
    ) -> GroupView:
        if group.step is Step.CREATE:
            return Create(group.spec, self.environment, self.by).run(reader, writer, cluster, report)
        return self._update(group.spec).run(reader, writer, cluster, report).view

    def _update(self, spec: GroupSpec) -> Update:
        return Update(spec.name, self.environment, Replace(spec), self.by)
