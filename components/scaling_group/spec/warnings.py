"""Warnings: legal, but likely not intended."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Sequence

from scaling_group.spec.entrypoint import entrypoint_text
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.rejection import shown
from scaling_group.spec.workload import PROGRESS_SECONDS, STOP_SECONDS

#: How servers are told their port: `--port 80`, `--port=80`, `:80` at the end of an address.
_PORT = re.compile(
    r"(?:^|\s)--(?:http[-_])?port[=\s]([0-9]{1,5})(?=\s|$)|(?:^|\s)\S*[0-9\]]:([0-9]{1,5})(?=\s|$)"
)


#: Whose GPUs nodes have, as resources and labels begin: nvidia.com/gpu, amd.com/gpu.product-name.
_VENDORS = ("nvidia", "amd", "gpu.intel")


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
    if spec.autoscale and spec.autoscale.min == 0:
        return "a group that sleeps answers 503, and no request waits for its first Pod"
    return "0 replicas: the URL answers 503 until there are some" if spec.replicas == 0 else ""


def _other_port(spec: GroupSpec) -> str:
    text = " ".join(spec.entrypoint)
    ports = {int(port) for match in _PORT.finditer(text) for port in match.groups() if port}
    if ports and spec.port not in ports:
        named = ", ".join(str(port) for port in sorted(ports))
        return f"the entrypoint names port {named}, and requests go to port {spec.port}"
    return ""


def _command_line(spec: GroupSpec) -> str:
    """A command line in one argument, which a shell would have split, or a JSON array as text."""
    text = ",".join(spec.entrypoint)
    if text.startswith("[") and (listed := _json_texts(text)):
        return f"the entrypoint is a JSON array as text: {_program(spec)}; write {_flag(listed)}"
    if len(spec.entrypoint) == 1 and " " in text.strip():
        return f"the entrypoint is one argument with blanks: {_program(spec)}; write {_flag(_words(text))}"
    return ""


def _program(spec: GroupSpec) -> str:
    return f"the container looks for a program of the name {shown(spec.entrypoint[0])}"


def _flag(arguments: Sequence[str]) -> str:
    return f"--entrypoint={entrypoint_text(arguments)}"


def _json_texts(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else []


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        # A quote that nothing closes.
        return text.split()


def _slow_start(spec: GroupSpec) -> str:
    deadline = spec.progress_deadline or PROGRESS_SECONDS
    needed = startup_seconds(spec)
    if needed <= deadline:
        return ""
    return (
        f"a pod may take {needed} s to start, but a rollout fails after {deadline} s without progress; "
        f"set --progress-deadline={needed + STOP_SECONDS}s or a shorter --startup"
    )


def _cut_at_the_end(spec: GroupSpec) -> str:
    """A Pod is killed while the route still lets it answer."""
    grace = spec.termination_grace or spec.shutdown_delay + STOP_SECONDS
    needed = spec.shutdown_delay + (spec.request_timeout or 0)
    if needed <= grace:
        return ""
    return (
        f"a request may take {spec.request_timeout} s, but a Pod that is told to stop is killed after "
        f"{grace} s; set --termination-grace={needed + 1}s or a shorter --request-timeout"
    )


def startup_seconds(spec: GroupSpec) -> int:
    """Return how long a container may take until its startup probe has failed for good, 0 without one."""
    probe = spec.startup
    return 0 if probe.kind == "none" else probe.delay + probe.period * probe.failures


def ended_early(spec: GroupSpec, timeout: float | None) -> str:
    """Return the warning of a wait that ends before a pod has to have started, else nothing."""
    needed = startup_seconds(spec)
    if timeout is None or needed <= timeout:
        return ""
    return (
        f"a pod may take {needed} s to start, but the wait ends after {timeout:g} s; set --timeout={needed}s"
    )


def _share_of_little(spec: GroupSpec) -> str:
    """Percentages are of the request, and the default one is small."""
    scaling = spec.autoscale
    if not scaling:
        return ""
    # Most groups have a fixed number of Pods, and load nothing of this.
    from scaling_group.spec.autoscale import DEFAULT_CPU_PERCENT

    by_cpu = scaling.cpu or (DEFAULT_CPU_PERCENT if scaling.by_default else None)
    for name, percent, given, request in (
        ("cpu", by_cpu, spec.cpu, "100m"),
        ("memory", scaling.memory, spec.memory, "256Mi"),
    ):
        if percent and given is None:
            return (
                f"the {name} target of {percent}% is of the request, and the default request is {request}: "
                f"Pods are added early; set --{name}"
            )
    return ""


def _two_vendors(spec: GroupSpec) -> str:
    """A node has GPUs of one vendor, and labels of that one's programs alone."""
    resource = spec.gpu.resource if spec.gpu and not spec.gpu.claim_template else ""
    vendor = resource.partition(".com/")[0]
    if vendor not in _VENDORS:
        return ""
    others = tuple(f"{each}.com/" for each in _VENDORS if each != vendor)
    label = next((each for each in spec.node_selector if any(other in each for other in others)), "")
    return (
        f"{resource} is of another vendor than nodes with the label {label}: none has both" if label else ""
    )


def _gpu_by_cpu(spec: GroupSpec) -> str:
    if spec.gpu and spec.autoscale and spec.autoscale.by_resources:
        return (
            "a GPU group that scales by CPU or memory follows its load badly; scale by the requests that "
            "wait in its server (--target-metric=vllm:num_requests_waiting=5; see docs/autoscaling.md)"
        )
    return ""


def _overlapping_schedules(spec: GroupSpec) -> str:
    if not spec.autoscale:
        return ""
    from scaling_group.spec.schedule import overlapping

    both = overlapping(spec.autoscale.schedule)
    return f"schedules overlap, and the larger one counts: {both[0]}, {both[1]}" if both else ""


def _grpc_by_name(spec: GroupSpec) -> str:
    if spec.protocol == "http" and spec.readiness.kind == "grpc":
        return (
            "the readiness probe speaks gRPC, and requests come in HTTP/1.1; if clients speak gRPC, set "
            "--protocol=grpc"
        )
    return ""


_RULES: tuple[Callable[[GroupSpec], str], ...] = (
    _gpu_with_little_memory,
    _mutable_tag,
    _no_replicas,
    _other_port,
    _command_line,
    _slow_start,
    _cut_at_the_end,
    _share_of_little,
    _two_vendors,
    _gpu_by_cpu,
    _overlapping_schedules,
    _grpc_by_name,
)
