"""What can be known of groups; nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scaling_group.client.arguments import (
    checked_name,
    checked_namespace,
    checked_number,
)
from scaling_group.client.base import Client
from scaling_group.client.results import Changes, Events, GroupList, History
from scaling_group.client.spec_verbs import GroupFields
from scaling_group.reads import EVERYWHERE
from scaling_group.records import GroupView

if TYPE_CHECKING:
    from scaling_group.answer import Answer
    from scaling_group.check_result import CheckResult
    from scaling_group.client.progress import OnProgress
    from scaling_group.client.results import Lock, LogLine
    from scaling_group.gpu_offer import GpuOffer
    from scaling_group.reports import Verdict
    from scaling_group.spec.documents import Document
    from scaling_group.spec.group import GroupSpec


class Reading(Client):
    """Each method raises Unreachable where the cluster or the backend cannot be used."""

    def get(self, name: str, *, probe: bool = False) -> GroupView:
        """Return a group with its status, its causes and its objects; raises NotFound.

        A deleted group is returned from its record.

        probe: ask its URL too, once from this machine; `answer` says what came of it.
        """
        from scaling_group.operations.get import get

        return get(self._context(), checked_name(name), probe=probe)

    def probe(self, name: str, *, patience: float = 0, on_progress: OnProgress | None = None) -> Answer:
        """Return whether the URL of a group answers: one HTTPS request from this machine; raises NotFound.

        patience: for so many seconds it is asked again while the gateway has no route or no Pod yet.
        """
        from scaling_group.operations.probe import probe

        checked_number("patience", patience, 0)
        return probe(self._context(on_progress), checked_name(name), patience=patience)

    def watch(self, name: str) -> Iterator[GroupView]:
        """Yield a group as it is, and again after each change, without an end; raises NotFound.

        A deleted group is yielded once.
        """
        from scaling_group.operations.follow import follow

        return follow(self._context(), checked_name(name))

    def list(
        self,
        *,
        tags: Mapping[str, str | None] | None = None,
        status: Collection[str] = (),
        include_deleted: bool = False,
        namespace: str | None = None,
        all_namespaces: bool = False,
    ) -> GroupList:
        """Return the groups of the environment by name.

        tags: only those with all these tags; None asks for the tag alone.
        status: only those in one of these: `Available`, `Failed`, as in Status.
        include_deleted: deleted groups too, after the others.
        namespace: only those of this one. Default: those of the environment's namespace, and those of its
            stacks wherever they are.
        all_namespaces: those of every namespace, of Pulumi programs too.
        """
        from scaling_group.operations.list_groups import list_groups

        within = EVERYWHERE if all_namespaces else checked_namespace(namespace)
        found = list_groups(self._context(), include_deleted=include_deleted, within=within)
        return GroupList(found).where(tags, status)

    def history(self, name: str | None = None) -> History:
        """Return every operation on a name, or on every name, the newest first; raises NotFound."""
        from scaling_group.operations.history import history, history_of_all

        context = self._context()
        return History(history(context, checked_name(name)) if name is not None else history_of_all(context))

    def revision(self, name: str, number: int) -> GroupSpec:
        """Return the spec that a revision applied; raises NotFound, which names those there are."""
        from scaling_group.operations.history import spec_of

        return spec_of(self.history(name), name, number)

    def recorded(self, name: str) -> int:
        """Return how many operations the history of a name holds, which delete(purge=True) loses."""
        reader = self._context().reader
        return len(reader.history(self.environment.id, checked_name(name)))

    def owner(self, name: str) -> str:
        """Return which backend holds a group that adopt would take, and who changed it last.

        Raises as adopt does.
        """
        from scaling_group.operations.adopt import adoptable
        from scaling_group.operations.owned import owner_of

        return owner_of(adoptable(self._context(), checked_name(name))[0].record)

    def lost(self, name: str) -> str:
        """Return why the objects of a live group cannot be where the settings lead, empty where they can.

        Its namespace is not there or another one by now, or its cluster does not answer: restore brings it
        back here, and delete(purge=True) forgets it.
        """
        from scaling_group.operations.lost import find_lost

        found = find_lost(self._context(), checked_name(name))
        return found.why if found else ""

    def diff(self, name: str, first: int | None = None, second: int | None = None) -> Changes:
        """Return what changed in the spec from one revision to another; raises NotFound.

        second defaults to the newest, first to the one before it.
        """
        from scaling_group.operations.diff import diff

        given = [each for each in (first, second) if each is not None]
        return Changes(diff(self._context(), checked_name(name), given))

    def drift(self, name: str) -> Changes:
        """Return where live objects are not what the record says; raises NotFound."""
        from scaling_group.operations.diff import diff_live

        return Changes(diff_live(self._context(), checked_name(name)))

    def events(self, name: str) -> Events:
        """Return the events that the cluster keeps of a group, the oldest first; raises NotFound."""
        from scaling_group.operations.events import events

        return Events(events(self._context(), checked_name(name)))

    def logs(
        self,
        name: str,
        *,
        follow: bool = False,
        previous: bool = False,
        replica: str | int | None = None,
        since: float | None = None,
        tail: int | None = None,
    ) -> Iterator[LogLine]:
        """Yield the lines of a group's logs by time, each with its pod.

        follow: go on with what is written, also by new pods, without an end.
        previous: of the run before the last restart.
        replica: only this one: the name of its Pod, or its number in order of names, from 0.
        since: only lines of the last so many seconds.
        tail: only the last so many lines of each replica.

        Raises NotFound for an unknown group or replica, Failed where no pod has a log.
        """
        from scaling_group.operations.logs import Logs

        checked_number("since", since, 0)
        checked_number("tail", tail, 0)
        which = None if replica is None else str(replica)
        return Logs(checked_name(name), follow, previous, which, since, tail).run(self._context())

    def snapshot(self, name: str, *, with_env: bool = False) -> dict[str, Any]:
        """Return everything that tells how a group is, as plain JSON data for diagnose; raises NotFound.

        with_env: with the plain values of variables too. No Secret is in it, but annotations and the last
            log lines are; `about` says what it holds.
        """
        from scaling_group.operations.snapshot import snapshot

        return snapshot(self._context(), checked_name(name), with_env=with_env)

    @staticmethod
    def diagnose(*recorded: Any, name: str | None = None) -> Verdict:
        """Return what recorded objects tell: status and causes, without a cluster.

        recorded: plain JSON data: of the method snapshot, Lists or single objects as kubectl writes them, or
            what read_recorded returns.
        name: of the group. Default: the only one.

        Raises InvalidInput where it holds no group, or several.
        """
        from scaling_group.operations.diagnose import diagnose_recorded

        return diagnose_recorded(*recorded, name="" if name is None else checked_name(name))

    def export(self, *names: str) -> Sequence[dict[str, Any]]:
        """Return groups as people write them in YAML, all live ones where none is named; raises NotFound."""
        from scaling_group.operations.export import export

        return export(self._context(), [checked_name(name) for name in names])

    def render(self, groups: Iterable[GroupSpec | GroupFields | Document]) -> Sequence[dict[str, Any]]:
        """Return the Kubernetes objects of groups, as create would apply them; no cluster is asked.

        groups: as apply takes them. Raises InvalidInput with every fault, those of the guardrails too.
        """
        from scaling_group.client.applying import checked_groups
        from scaling_group.operations.render import render

        specs = checked_groups(groups, self._session.settings, None, self._told(None))
        return [found for spec in specs for found in render(spec, self.environment)]

    def doctor(self, name: str | None = None) -> Iterator[CheckResult]:
        """Yield the result of each check of engine, cluster, gateway and permissions, once it is made.

        name: of a group whose URL is asked too.
        """
        from scaling_group.client.checks import check_session

        return check_session(self._session, None if name is None else checked_name(name))

    def gpus(self) -> Sequence[GpuOffer]:
        """Return the GPUs that the cluster offers by type: free and taken, by which groups, on which nodes.

        What is taken is None where this user may not list the pods of all namespaces. Raises Unreadable where
        it may not list nodes.
        """
        from scaling_group.operations.gpus import gpus

        return gpus(self._context().cluster, self.environment)

    def locks(self, name: str) -> Sequence[Lock] | None:
        """Return the engine's locks of a group's stack, None where the backend does not show them."""
        return self._session.locks(self._told(None)).held(self.environment.id, checked_name(name))

    def engine_variables(self) -> Mapping[str, str]:
        """Return the variables that point `pulumi` at the state of these groups."""
        from scaling_group.engine.backend import PASSPHRASE_FILE, URL

        given = self._session.backend.variables
        return {name: given[name] for name in (URL, PASSPHRASE_FILE) if name in given}
