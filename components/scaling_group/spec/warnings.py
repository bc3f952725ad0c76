"""What is legal and nearly always wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

from scaling_group.spec.group import GroupSpec

#: How servers are told their port: `--port 80`, `--port=80`, `:80` at the end of an address.
_PORT = re.compile(
    r"(?:^|\s)--(?:http[-_])?port[=\s]([0-9]{1,5})(?=\s|$)|(?:^|\s)\S*[0-9\]]:([0-9]{1,5})(?=\s|$)"
)


def warnings_of(spec: GroupSpec) -> tuple[str, ...]:
    """Return a sentence for each thing that deserves a second look."""
    found = (rule(spec) for rule in _RULES)
    return tuple(sentence for sentence in found if sentence)


def _gpu_with_little_memory(spec: GroupSpec) -> str:
    if spec.gpu and spec.memory is None:
        return (
            f"a GPU group ({spec.gpu}) with the default memory limit of 1Gi is killed as soon as it loads a "
            "model; set --memory"
        )
    return ""


def _mutable_tag(spec: GroupSpec) -> str:
    if "@" in spec.image:
        return ""
    _, _, tag = spec.image.rpartition("/")[2].partition(":")
    if tag in ("", "latest"):
        said = "the tag latest" if tag else "no tag, which means latest"
        return f"{spec.image} has {said}: replicas can run different images; name a version or a digest"
    return ""


def _no_replicas(spec: GroupSpec) -> str:
    return "0 replicas: the URL answers 503 until there are some" if spec.replicas == 0 else ""


def _other_port(spec: GroupSpec) -> str:
    text = " ".join(spec.entrypoint)
    ports = {int(port) for match in _PORT.finditer(text) for port in match.groups() if port}
    if ports and spec.port not in ports:
        named = ", ".join(str(port) for port in sorted(ports))
        return f"the entrypoint names port {named}, and requests go to port {spec.port}"
    return ""


_RULES: tuple[Callable[[GroupSpec], str], ...] = (
    _gpu_with_little_memory,
    _mutable_tag,
    _no_replicas,
    _other_port,
)
