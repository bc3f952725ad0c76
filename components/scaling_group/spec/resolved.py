"""What a spec leaves to the cluster: where nobody looks at one, it has to be given."""

from __future__ import annotations

from scaling_group.errors import Fault
from scaling_group.spec.group import GroupSpec


def unresolved(spec: GroupSpec) -> list[Fault]:
    """Return a fault for each value that only a look at a cluster can tell."""
    service = "auto is decided by the cluster, which is not looked at here; write headless or cluster-ip."
    faults = [Fault("service", service)] if spec.service == "auto" else []
    for name, peer in spec.peers.items():
        if peer.port is None:
            sentence = f"the port of {peer.group} is not looked up here; write {peer.group}:PORT."
            faults.append(Fault(f"peers.{name}", sentence))
    return faults
