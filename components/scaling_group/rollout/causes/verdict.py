"""What the scheduler says of the nodes, in one sentence of many reasons.

Its words are those of its plugins, from Kubernetes 1.24 to 1.36; since 1.36 taints may go unnamed.
https://github.com/kubernetes/kubernetes/tree/master/pkg/scheduler/framework/plugins
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: "0/5 nodes are available: 2 Insufficient cpu, 3 node(s) had untolerated taint {a: b}. preemption: …"
COUNT = re.compile(r"\b\d{1,6}/(?P<total>\d{1,6})$")
AVAILABLE = " nodes are available: "
PREEMPTION = re.compile(r"\. preemption: |\. no new claims|\. $")
REASON = re.compile(r"(?:^|, )(\d{1,6}) (?=[A-Za-z(])")
LACKING = re.compile(r"Insufficient ([\w./-]{1,253})")
TAINT = re.compile(r"\{([^:{}]{1,317}): ?([^{}]{0,63})\}")


@dataclass(frozen=True)
class SchedulerVerdict:
    """What the scheduler said: reasons with the number of nodes that they are of; total: of all nodes."""

    message: str
    reasons: Sequence[tuple[int, str]]
    total: int = 0

    @staticmethod
    def of(message: str) -> SchedulerVerdict:
        before, said, after = message.partition(AVAILABLE)
        if not said:
            return SchedulerVerdict(message, [])
        told = PREEMPTION.split(after, maxsplit=1)[0].removesuffix(".")
        pieces = REASON.split(told)
        reasons = [(int(n), text.strip(" .")) for n, text in zip(pieces[1::2], pieces[2::2], strict=False)]
        count = COUNT.search(before[-20:])
        return SchedulerVerdict(message, reasons, int(count["total"]) if count else 0)

    def tells_of(self, nodes: Sequence[object]) -> bool:
        """Return whether these are all the nodes that it tells of, so that none is missing among them."""
        return len(nodes) >= max(self.total, 1)

    def says(self, *words: str) -> bool:
        return any(word in reason for _, reason in self.reasons for word in words)

    @property
    def lacking(self) -> list[str]:
        """Return the resources that nodes have too little of, which the pod could be on otherwise."""
        found = (LACKING.match(reason) for _, reason in self.reasons)
        return [match[1] for match in found if match]

    def nodes_lacking(self, resource: str) -> int:
        return sum(count for count, reason in self.reasons if reason == f"Insufficient {resource}")

    @property
    def apart(self) -> bool:
        """Whether each node has one reason, so that a reason is all that is wrong with its nodes."""
        return sum(count for count, _ in self.reasons) == self.total > 0

    @property
    def taints(self) -> list[tuple[str, str]]:
        """Return the keys and values of the taints that it names."""
        found = (TAINT.search(reason) for _, reason in self.reasons if "taint" in reason)
        return sorted({(match[1].strip(), match[2].strip()) for match in found if match})
