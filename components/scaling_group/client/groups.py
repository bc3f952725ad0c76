"""The client: what the command line does, as methods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from scaling_group.client.arguments import MOST_PARALLEL, checked_name, checked_number
from scaling_group.client.interrupts import Counting, uncounted
from scaling_group.client.progress import OnProgress
from scaling_group.client.reading import Reading
from scaling_group.client.spec_verbs import DEFAULT_TIMEOUT, GroupFields, SpecVerbs
from scaling_group.errors import Fault, InvalidInput
from scaling_group.records import GroupView

if TYPE_CHECKING:
    from scaling_group.client.changed import Deleted, Updated
    from scaling_group.client.plans import Plans
    from scaling_group.client.results import AppliedGroups
    from scaling_group.spec.documents import Document
    from scaling_group.spec.edit import Edit, Replace
    from scaling_group.spec.group import GroupSpec


class ScalingGroups(Reading, SpecVerbs[GroupView, "Updated"]):
    """The groups of one environment in one cluster.

    A client may be used by several threads at once, and a process may have several clients, for several
    clusters. It prints nothing, heeds no signals, and changes no variables of the process. Errors are
    subclasses of ScalingGroupError: `message`, `detail` and `resolution` say what happened, why, and what to
    do. Objects that it returns are values: they are not kept current.
    """

    @property
    def plan(self) -> Plans:
        """The same changes without making them: `groups.plan.update("inference", replicas=3)`."""
        from scaling_group.client.plans import Plans

        return Plans(self)

    def create_from(
        self,
        spec: GroupSpec,
        *,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> GroupView:
        """Create the group of a spec that is there already, as create does."""
        from scaling_group.operations.create import Create

        waited = timeout if wait else None
        return Create(spec, self._by(message, waited)).run(self._context(on_progress, waited))

    def edit(
        self,
        name: str,
        edit: Edit | Replace,
        *,
        if_revision: int | None = None,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Updated:
        """Change a group by an edit, as update does. An Edit can set and take away single tags too."""
        from scaling_group.client.changed import Updated
        from scaling_group.operations.update import Update

        waited = timeout if wait else None
        update = Update(checked_name(name), edit, self._by(message, waited), if_revision)
        done = update.run(self._context(on_progress, waited))
        return Updated.of(done.view, done.changes, applied=done.applied)

    def rollback(
        self,
        name: str,
        *,
        to: int | None = None,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> GroupView:
        """Roll back to an earlier revision, recorded as a new one.

        to: its number. Default: the newest earlier one that was seen Available.

        Raises NotFound for an unknown name or revision, Conflict for a revision that failed, and as update
        does.
        """
        from scaling_group.operations.rollback import Rollback

        waited = timeout if wait else None
        rollback = Rollback(checked_name(name), self._by(message, waited), to)
        return rollback.run(self._context(on_progress, waited))

    def restore(
        self,
        name: str,
        *,
        revision: int | None = None,
        cluster_gone: bool = False,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> GroupView:
        """Restore a group under its old id: one that was deleted, or whose namespace or cluster is gone.

        revision: the one to bring back. Default: the last one.
        cluster_gone: the cluster of the group no longer exists, whatever the connected one looks like. Not
            needed for a namespace that was created after the last change of the group.

        Raises NotFound for an unknown name or revision, Conflict where the group lives, and as create does.
        """
        from scaling_group.operations.restore import Restore

        waited = timeout if wait else None
        restore = Restore(checked_name(name), self._by(message, waited), revision, cluster_gone)
        return restore.run(self._context(on_progress, waited))

    def adopt(
        self,
        name: str,
        *,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> GroupView:
        """Bring a live group under this backend whose state is lost, or that another backend holds.

        Its objects stay what they are, and no Pod is restarted. Changes with the former backend are refused
        from then on; its history stays there. owner() says who that is.

        Raises NotFound for an unknown name, Conflict for a group of this backend or of a Pulumi program.
        """
        from scaling_group.operations.adopt import Adopt

        waited = timeout if wait else None
        adopt = Adopt(checked_name(name), self._by(message, waited))
        return adopt.run(self._context(on_progress, waited))

    def delete(
        self,
        name: str,
        *,
        purge: bool = False,
        cluster_gone: bool = False,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> Deleted:
        """Delete the objects of a group; its record and its history stay.

        purge: forget the group as well: its stack and its history are removed. A group that is deleted
            already can be forgotten too, and so can one whose namespace is gone.
        cluster_gone: with purge, for a group whose cluster no longer exists: forget it without its objects.
        wait: until the objects and their Pods are gone.

        Raises NotFound, and Failed where something does not go away in time: a finalizer, with its name.
        """
        from scaling_group.client.changed import Deleted
        from scaling_group.operations.delete import Delete
        from scaling_group.operations.purge import Purge

        context = self._context(on_progress)
        if purge and (forgotten := Purge(checked_name(name), cluster_gone).run_lost(context)):
            return Deleted.of(*forgotten)
        delete = Delete(checked_name(name), self._by(message, timeout if wait else None))
        ended = delete.ended(context) if purge else None
        view = ended or delete.run(context)
        return Deleted.of(view, Purge(name).run(context) if purge else 0)

    def wait(
        self,
        name: str,
        *,
        until: Literal["available", "deleted"] = "available",
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
    ) -> GroupView:
        """Return a group once it is available, or its objects and Pods are gone; nothing is changed.

        timeout: in seconds.

        Raises NotFound for an unknown name; RolloutFailed or Failed as soon as it is known that it does not
        become so, after the timeout at the latest.
        """
        from scaling_group.operations.wait_for import Goal, wait_for

        if until not in tuple(Goal):
            fault = Fault("until", f"{until!r} is not one of {', '.join(Goal)}.")
            raise InvalidInput("it cannot be waited for that:", [fault])
        return wait_for(self._context(on_progress), checked_name(name), Goal(until), timeout)

    def apply(
        self,
        groups: Iterable[GroupSpec | GroupFields | Document],
        *,
        parallel: int | None = None,
        message: str = "",
        wait: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
        on_progress: OnProgress | None = None,
        counting: Counting = uncounted,
    ) -> AppliedGroups:
        """Create the groups that do not exist yet, and update those that differ.

        groups: mappings of create's arguments, specs, or what read_groups returns.
        parallel: how many at the same time, each until its rollout ends. Default: 16, as many of them changed
            at once as there are cores.
        counting: for a program that hears signals itself: a context manager that is given what stops the
            engines, and yields an Interrupts. By default Ctrl-C does it, in the main thread.

        Returns how each group ended, in their order: a group that fails does not stop the others, and its
        `error` is set. Raises before anything is changed InvalidInput with the faults of all groups, Conflict
        for a group that cannot be changed.
        """
        from scaling_group.client.applying import by_group, checked_groups
        from scaling_group.client.results import AppliedGroups
        from scaling_group.operations.apply import Apply
        from scaling_group.operations.context import unguarded

        checked_number("parallel", parallel, 1, MOST_PARALLEL)
        waited, report = timeout if wait else None, self._told(on_progress)
        specs = checked_groups(groups, self._session.settings, waited, report)
        apply = Apply(specs, self._by(message, waited), parallel)
        context = replace(self._context(on_progress), guard=unguarded)
        return AppliedGroups(apply.run(apply.plan(context), context, by_group(report), counting))

    def unlock(self, name: str, *, force: bool = False) -> Sequence[str]:
        """Remove the engine's lock of a group whose owner is gone; returns who held it.

        force: also one whose owner may still be at work.

        Raises Conflict for such a lock without force.
        """
        from scaling_group.operations.unlock import Unlock

        unlock = Unlock(checked_name(name), self.environment, force)
        return unlock.run(self._session.locks(self._told(None)))
