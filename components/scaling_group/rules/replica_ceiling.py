"""replica-ceiling: nobody scales to a thousand pods by a slip of the finger."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.errors import counted
from scaling_group.rules.ceiling import Ceiling
from scaling_group.rules.rule import Rule
from scaling_group.rules.subject import MOST, Subject

KINDS = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", *MOST)


def find(subject: Subject, config: Ceiling) -> Iterator[str]:
    """Yield the number of replicas where it is over the ceiling."""
    # The Deployment of a group knows what scales it.
    if subject.kind not in KINDS or (subject.of_group and subject.kind in MOST):
        return
    replicas = subject.replicas
    if over := config.exceeded(replicas, subject):
        yield f"{counted(replicas, 'replica')} {over}"


RULE = Rule(
    name="replica-ceiling",
    demand="A group must not have more replicas than its environment allows.",
    fix="Request fewer (--replicas, --max-replicas), or raise the ceiling.",
    config=Ceiling,
    find=find,
)
