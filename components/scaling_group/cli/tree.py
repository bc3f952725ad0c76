"""What a group consists of, as a tree for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaling_group.cli.echo import say
from scaling_group.cli.output import age
from scaling_group.errors import counted
from scaling_group.records import GroupView
from scaling_group.spec.hosts import EVERYTHING
from scaling_group.tree import ParentView, PodView, ReplicaSetView, RouteView, Tree

#: A line and the lines below it.
Branch = tuple[str, Sequence["Branch"]]


def print_tree(view: GroupView, tree: Tree) -> None:
    """Print the objects of a group after an empty line."""
    counts = view.replicas
    top: list[Branch] = [
        (
            f"Deployment {view.name}: {counts.available} of {counts.desired} available",
            [_replica_set(found) for found in tree.replica_sets],
        )
    ]
    if tree.service:
        top.append((f"Service {tree.service.name}: {_addresses(tree)}", ()))
    for route in (*([tree.route] if tree.route else []), *tree.path_routes):
        answers = [_parent(parent) for parent in route.parents]
        top.append(
            (f"{route.kind} {route.name}: {_urls(route)}", answers or [("no gateway has answered", ())])
        )
    say()
    for text, below in top:
        say(text)
        for line in _lines(below, ""):
            say(line)


# By hand: importing rich.tree takes 0.08 s, a sixth of a `get`.
def _lines(branches: Sequence[Branch], indent: str) -> Iterator[str]:
    for number, (text, below) in enumerate(branches, 1):
        last = number == len(branches)
        yield f"{indent}{'└─' if last else '├─'} {text}"
        yield from _lines(below, f"{indent}{'   ' if last else '│  '}")


def _replica_set(found: ReplicaSetView) -> Branch:
    # A program has no revisions of ours; the number of the Deployment's is the same in `kubectl rollout`.
    number = f"revision {found.revision}" if found.revision else f"rollout {found.number or 'unknown'}"
    about = ", ".join((number, *(["the newest"] if found.current else []), age(found.created)))
    width = max((len(pod.name) for pod in found.pods), default=0)
    pods = [(_pod(pod, width), ()) for pod in found.pods]
    return f"ReplicaSet {found.name}: {found.ready} of {found.desired} ready ({about})", pods


def _pod(pod: PodView, width: int) -> str:
    restarts = counted(pod.restarts, "restart")
    ready = "ready" if pod.ready else "not ready"
    about = ", ".join((pod.state, ready, restarts, pod.node or "no node", age(pod.created)))
    return f"Pod {pod.name:<{width}}  {about}"


def _addresses(tree: Tree) -> str:
    if tree.service is None or tree.service.ready is None:
        return "addresses unknown"
    waiting = f", {tree.service.not_ready} not ready" if tree.service.not_ready else ""
    addresses = "address" if tree.service.ready == 1 else "addresses"
    return f"{tree.service.ready} {addresses} ready{waiting}"


def _urls(route: RouteView) -> str:
    """Return the hostnames of a route, each with its path where it is for one."""
    path = route.path if route.path != EVERYTHING else ""
    return ", ".join(f"{host}{path}" for host in route.hostnames)


def _parent(parent: ParentView) -> Branch:
    section = f" (listener {parent.section})" if parent.section else ""
    said = " ".join(f"{condition.type}={condition.status}" for condition in parent.conditions)
    wrong = [
        (f"{condition.type}: {condition.reason}: {condition.message}", ())
        for condition in parent.conditions
        if condition.status != "True"
    ]
    return f"Gateway {parent.gateway}{section}: {said}", wrong
