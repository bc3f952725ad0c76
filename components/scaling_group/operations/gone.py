"""What is left of a deleted group, and waiting for it to be gone."""

from __future__ import annotations

from collections.abc import Sequence

from scaling_group.errors import Failed
from scaling_group.operations.context import Context
from scaling_group.operations.finalizers import ending, holds_of
from scaling_group.operations.gather import own_labels
from scaling_group.operations.live import is_of, live_objects, refs_in
from scaling_group.operations.presence import Presence
from scaling_group.operations.protocols import ClusterReader, Object, Watch
from scaling_group.reads import Selection
from scaling_group.records import Record

#: Between two looks at the time.
TICK_SECONDS = 1.0


def surviving(cluster: ClusterReader, record: Record) -> dict[str, Object]:
    """Return the objects that still exist under their names and the group's id, by what tells them apart."""
    live = live_objects(cluster, record.environment.namespace, refs_in(record))
    return {key: found for key, found in live.items() if found and is_of(record, found)}


def wait_gone(context: Context, record: Record, timeout: float, *, deleted: bool = True) -> None:
    """Return once the objects and the pods of a group are gone; raises Failed after `timeout` seconds.

    deleted: whether the record says that the group is.
    """
    namespace = record.environment.namespace
    refs = refs_in(record).values()
    chosen = [Selection(ref.kind, namespace, name=ref.name, needed=True) for ref in refs]
    chosen.append(Selection("Pod", namespace, labels=own_labels(record), needed=True))
    with context.cluster.watch(chosen) as watch:
        ends = watch.now() + timeout
        presence = Presence(watch, context.report, f"wait --name={record.name} --for=deleted")
        left: list[Object] = []
        while not presence.current() or (left := _left(watch, record)):
            if watch.now() >= ends:
                raise _still_there(record, left, timeout, deleted=deleted)
            if not watch.trouble and watch.complete:
                context.report(f"waiting for {_awaited(left)}")
            watch.wait(min(TICK_SECONDS, ends - watch.now()))


def _left(watch: Watch, record: Record) -> list[Object]:
    kinds = dict.fromkeys(ref.kind for ref in refs_in(record).values())
    objects = [found for kind in kinds for found in watch.objects(kind) or () if is_of(record, found)]
    return [*objects, *(watch.objects("Pod") or ())]


def _held(left: Sequence[Object]) -> list[Object]:
    """Return the objects that only the owner of a finalizer can let go."""
    return [found for found in left if ending(found) and holds_of(found)]


def _awaited(left: Sequence[Object]) -> str:
    held = _held(left)
    rest = _listed([found for found in left if found not in held])
    return "; ".join(filter(None, (_finalizers(held), f"{rest} to end" if rest else "")))


def _finalizers(held: Sequence[Object]) -> str:
    return ", ".join(str(hold) for found in held for hold in holds_of(found))


def _listed(left: Sequence[Object]) -> str:
    kinds = [str(found["kind"]) for found in left]
    pods, others = kinds.count("Pod"), dict.fromkeys(kind for kind in kinds if kind != "Pod")
    return ", ".join([*others, *([f"{pods} pods"] if pods else [])])


def _still_there(record: Record, left: Sequence[Object], timeout: float, *, deleted: bool) -> Failed:
    if held := _held(left):
        return _still_held(record, left, held, timeout, deleted=deleted)
    return Failed(
        f"{_listed(left) or 'objects'} of {record.name} still exist after {timeout:g} s",
        detail=_state(left, deleted=deleted),
        resolution=f"Look at them with: kubectl get pods -n {record.environment.namespace}",
    )


def _still_held(
    record: Record, left: Sequence[Object], held: Sequence[Object], timeout: float, *, deleted: bool
) -> Failed:
    """Return the error for what others have to let go.

    Whoever takes a finalizer away by hand leaves behind what it stands for: that is no advice.
    """
    rest = _listed([found for found in left if found not in held])
    who = ", ".join(dict.fromkeys(hold.whose for found in held for hold in holds_of(found)))
    look = " ".join(f"{found['kind'].lower()}/{found['metadata']['name']}" for found in held)
    return Failed(
        f"{record.name} is not gone after {timeout:g} s: it waits for {_finalizers(held)}"
        + (f"; {rest} are left too" if rest else ""),
        detail=f"{_state(left, deleted=deleted)} The controller of a finalizer removes it "
        "after cleaning up; the object is deleted then.",
        resolution=f"See what blocks {who} from it: "
        f"kubectl describe -n {record.environment.namespace} {look}\n"
        f"Keep waiting with: scaling-group wait --name={record.name} --for=deleted",
    )


def _state(left: Sequence[Object], *, deleted: bool) -> str:
    if deleted:
        return "They are being deleted; the record already says deleted."
    return "They are being deleted." if left and all(map(ending, left)) else "They have not been deleted."
