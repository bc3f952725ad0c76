"""Probes as Kubernetes writes them."""

from __future__ import annotations

from scaling_group.manifests.inputs import Manifest
from scaling_group.spec.probe import Probe

#: Option of a probe, field of Kubernetes.
FIELDS = {
    "delay": "initialDelaySeconds",
    "period": "periodSeconds",
    "timeout": "timeoutSeconds",
    "failures": "failureThreshold",
}


def probe(of: Probe, port: int) -> Manifest | None:
    """Return the probe of the group's port, None for `none`."""
    if of.kind == "none":
        return None
    handlers: dict[str, Manifest] = {
        "tcp": {"tcpSocket": {"port": port}},
        "http": {"httpGet": {"path": of.path, "port": port}},
        "grpc": {"grpc": {"port": port}},
    }
    # Written out for every probe: Kubernetes' own default of 10 s lets a replica wait twice as long.
    options = {"period": of.period, **of.changed_options()}
    return handlers[of.kind] | {FIELDS[name]: options[name] for name in FIELDS if name in options}
