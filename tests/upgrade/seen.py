"""What must stay as it is while a group goes on under a later commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.integration.terminal import Terminal

HASH = "pod-template-hash"
#: Written by the command line alone, for the engine that it runs: `pulumi up` does without them.
OPERATED = {
    "pulumi.com/deletionPropagationPolicy",
    "pulumi.com/patchForce",
    "pulumi.com/skipAwait",
}


@dataclass(frozen=True)
class Seen:
    """Of each object, by kind: its UID, the keys of its labels and annotations.

    hashes: of the pod template, by ReplicaSet; pods: UIDs by name. Both tell a restart.
    """

    uids: dict[str, str]
    labels: dict[str, set[str]]
    annotations: dict[str, set[str]]
    selectors: list[Any]
    template: Any
    hashes: dict[str, str]
    pods: dict[str, str]

    def same_pods(self, later: Seen) -> bool:
        """Return whether every pod is still there, and no other template has been rolled out."""
        return self.pods.items() <= later.pods.items() and self.hashes == later.hashes


def seen(terminal: Terminal, name: str) -> Seen:
    """Return what the API server shows of a group."""
    found = terminal.objects(name)
    deployment, service = found["deployment"]["spec"], found["service"]["spec"]
    path = f"/apis/apps/v1/namespaces/{terminal.namespace}/replicasets"
    owned = [item for item in (terminal.cluster.api.get(path) or {})["items"] if _of(item, name)]
    return Seen(
        uids={kind: item["metadata"]["uid"] for kind, item in found.items()},
        labels={kind: set(item["metadata"]["labels"]) for kind, item in found.items()},
        annotations={kind: _annotations(item) for kind, item in found.items()},
        selectors=[deployment["selector"], service["selector"]],
        template=deployment["template"],
        hashes={item["metadata"]["name"]: item["metadata"]["labels"][HASH] for item in owned},
        pods={pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in terminal.pods()},
    )


def assert_in_place(before: Seen, after: Seen) -> None:
    """Nothing is replaced, no pod is restarted, and nothing has another name."""
    assert after.uids == before.uids
    assert (after.labels, after.annotations) == (before.labels, before.annotations)
    assert (after.selectors, after.template) == (before.selectors, before.template)
    assert before.same_pods(after), (before.pods, after.pods)


def _of(item: dict[str, Any], name: str) -> bool:
    return bool(item["metadata"]["ownerReferences"][0]["name"] == name)


def _annotations(item: dict[str, Any]) -> set[str]:
    return set(item["metadata"].get("annotations", {})) - OPERATED


def lost(now: Any, then: Any, path: str = "") -> list[str]:
    """Return what of JSON is no longer there or has changed; more names are no loss."""
    if isinstance(then, dict) and isinstance(now, dict):
        gone = [f"{path}.{key} is gone" for key in then if key not in now]
        kept = [key for key in then if key in now]
        return gone + [each for key in kept for each in lost(now[key], then[key], f"{path}.{key}")]
    if isinstance(then, list) and isinstance(now, list) and len(now) == len(then):
        pairs = enumerate(zip(now, then, strict=True))
        return [each for index, (new, old) in pairs for each in lost(new, old, f"{path}[{index}]")]
    return [] if now == then else [f"{path} was {then!r} and is {now!r}"]
