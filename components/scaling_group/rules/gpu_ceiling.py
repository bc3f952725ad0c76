"""gpu-ceiling: the GPUs of a group are a sum that somebody has agreed to pay."""

from __future__ import annotations

from collections.abc import Iterator

from scaling_group.errors import counted
from scaling_group.rules.amounts import gpus_per_pod
from scaling_group.rules.ceiling import Ceiling
from scaling_group.rules.rule import Rule
from scaling_group.rules.subject import Subject


def find(subject: Subject, config: Ceiling) -> Iterator[str]:
    """Yield the GPUs of all replicas together where they are over the ceiling."""
    try:
        each = gpus_per_pod(subject)
    except ValueError as error:
        yield str(error)
        return
    if not each:
        return
    replicas = subject.replicas
    if over := config.exceeded(each * replicas, subject):
        yield f"{counted(each * replicas, 'GPU')} ({counted(replicas, 'replica')} with {each} each) {over}"


RULE = Rule(
    name="gpu-ceiling",
    demand="The replicas of a group must not have more GPUs in total than its environment allows.",
    fix="Request fewer replicas (--replicas, --max-replicas) or GPUs (--gpu), or raise the ceiling.",
    config=Ceiling,
    find=find,
)
