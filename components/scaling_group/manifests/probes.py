"""Probe texts as Kubernetes writes probes."""

from __future__ import annotations

from scaling_group.manifests.leaves import Manifest
from scaling_group.spec.probe import parse_probe

#: Option of the text, field of Kubernetes.
FIELDS = {
    "delay": "initialDelaySeconds",
    "period": "periodSeconds",
    "timeout": "timeoutSeconds",
    "failures": "failureThreshold",
}
#: Written out for every probe: Kubernetes' own default of 10 s lets a replica wait twice as long.
ALWAYS = ("period",)


def probe(text: str, port: int) -> Manifest | None:
    """Return the probe of the group's port, None for `none`."""
    parsed = parse_probe(text)
    if parsed.kind == "none":
        return None
    handlers: dict[str, Manifest] = {
        "tcp": {"tcpSocket": {"port": port}},
        "http": {"httpGet": {"path": parsed.path, "port": port}},
        "grpc": {"grpc": {"port": port}},
    }
    options = {
        FIELDS[name]: parsed.seconds(name) for name in FIELDS if name in parsed.options or name in ALWAYS
    }
    return handlers[parsed.kind] | options
