"""The GPUs on offer, type by type: how many, on which nodes, and who has them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scaling_group.gpu_offer import GpuHolder, GpuNode, GpuOffer
from scaling_group.naming import NAME_LABEL
from scaling_group.rollout.fields import Object, labels_of, name_of, part, parts, text
from scaling_group.rollout.gpu_nodes import Naming, gpus_of, sharing_of, takes_pods, type_of
from scaling_group.spec.quantity import amount_of

DEVICE_PLUGIN, DRA = "device-plugin", "dra"
#: Phases of pods that hold nothing any more.
ENDED = ("Succeeded", "Failed")


class Kind(NamedTuple):
    """What makes GPUs one row."""

    type: str
    resource: str
    profile: str
    shared: str
    by: str = DEVICE_PLUGIN


class Holder(NamedTuple):
    """Whose a pod is: a group, empty for none of this environment, in a namespace."""

    group: str
    namespace: str


@dataclass
class Row:
    """GPUs of one kind by node, and who holds how many."""

    gib: int
    nodes: dict[str, int] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    held: Counter[Holder] = field(default_factory=Counter)


class Taking(NamedTuple):
    """GPUs that a pod holds on a node."""

    node: str
    resource: str
    amount: int
    holder: Holder


def holder_of(pod: Object, environment_label: str, environment: str) -> Holder:
    """Return whose a pod is."""
    ours = labels_of(pod).get(environment_label) == environment
    return Holder(text(labels_of(pod), NAME_LABEL) if ours else "", text(pod, "metadata", "namespace"))


def takings(pods: Iterable[Object], environment_label: str, environment: str) -> Iterator[Taking]:
    """Yield what pods hold of extended resources on their nodes."""
    for pod in pods:
        node = text(pod, "spec", "nodeName")
        if not node or text(pod, "status", "phase") in ENDED:
            continue
        asked: Counter[str] = Counter()
        for container in parts(pod, "spec", "containers"):
            for name, amount in part(container, "resources", "limits").items():
                asked[name] += int(amount_of(str(amount)) or 0) if "/" in name else 0
        for name, count in asked.items():
            if count:
                yield Taking(node, name, count, holder_of(pod, environment_label, environment))


def rows_of(nodes: Sequence[Object], naming: Naming, taken: Iterable[Taking]) -> dict[Kind, Row]:
    """Return what the nodes' device plugins offer, with who holds it."""
    rows: dict[Kind, Row] = {}
    at: dict[tuple[str, str], Kind] = {}
    for node in nodes:
        for resource, count in gpus_of(node):
            known = type_of(node, resource, naming)
            kind = Kind(known.type, resource, known.profile, sharing_of(node, resource))
            rows.setdefault(kind, Row(known.gib)).nodes[name_of(node)] = count
            at[name_of(node), resource] = kind
    for each in taken:
        if kind_there := at.get((each.node, each.resource)):
            rows[kind_there].taken[each.node] += each.amount
            rows[kind_there].held[each.holder] += each.amount
    return rows


def offers(rows: Mapping[Kind, Row], nodes: Sequence[Object], *, known: bool) -> list[GpuOffer]:
    """Return the rows as they are shown. known: whether it is known who holds what."""
    able = defaultdict(lambda: True, {name_of(node): takes_pods(node) for node in nodes})
    return [_offer(kind, row, able, known=known) for kind, row in sorted(rows.items(), key=_order)]


def _order(row: tuple[Kind, Row]) -> tuple[bool, str, str]:
    kind, _ = row
    return "/" in kind.type or not kind.type, kind.type, kind.shared


def _offer(kind: Kind, row: Row, able: Mapping[str, bool], *, known: bool) -> GpuOffer:
    free = sum(max(count - row.taken[node], 0) for node, count in row.nodes.items() if able[node])
    return GpuOffer(
        type=kind.type,
        resource=kind.resource,
        profile=kind.profile,
        memory=row.gib or None,
        shared=kind.shared,
        by=kind.by,
        count=sum(row.nodes.values()),
        taken=row.taken.total() if known else None,
        free=free if known else None,
        taken_by=tuple(
            GpuHolder(group=holder.group, namespace=holder.namespace, count=count)
            for holder, count in sorted(row.held.items())
        ),
        nodes=tuple(
            GpuNode(name=node, count=count, taken=row.taken[node] if known else None, ready=able[node])
            for node, count in sorted(row.nodes.items())
        ),
    )
