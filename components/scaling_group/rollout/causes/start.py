"""The container is made, and its program cannot be started."""

from __future__ import annotations

import re

from scaling_group.rollout.causes import image
from scaling_group.rollout.containers import NEVER_RAN, Container
from scaling_group.rollout.fields import instant, message, text
from scaling_group.rollout.finding import Cause, Finding
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

COMMAND = Cause(
    "missing-command",
    "The image has no program with this name, or the program is not executable.",
    "Correct `--entrypoint`, or the image.",
    source="https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
    example="the image has no program /no/such/binary",
    hopeless="at once",
)
GPU_RUNTIME = Cause(
    "node-gpu-runtime",
    "The node cannot give GPUs to containers: its NVIDIA runtime, toolkit or driver is missing or broken.",
    "Repair the node's driver or NVIDIA container toolkit, or drain the node. The image is not at fault.",
    source="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html",
    example="node-1 lacks its GPU runtime: nvidia-container-runtime: executable file not found in $PATH",
)
DRIVER_OLD = Cause(
    "gpu-driver-too-old",
    "The image needs a newer CUDA driver than the node has.",
    "Use nodes with a newer driver, or an image for an older CUDA.",
    source="https://docs.nvidia.com/deploy/cuda-compatibility/",
    example="the driver of node-1 is too old for the image: unsatisfied condition: cuda>=12.4",
)
NODE_RUNTIME = Cause(
    "node-runtime-broken",
    "The container runtime of the node lacks a program of its own.",
    "Repair the node's container runtime, or drain the node. The image is not at fault.",
    source="https://github.com/containerd/containerd/blob/main/docs/cri/config.md",
    example="node-1 lacks a program of its container runtime: containerd-shim-kata-v2",
)
NAME_TAKEN = Cause(
    "container-name-reserved",
    "The node is still busy with an earlier attempt to create the container.",
    "Wait; if it goes on, the node's disk or container runtime is overloaded.",
    source="https://github.com/containerd/containerd/issues/4604",
    example="node-1 is still busy with an earlier attempt to create the container",
)
MOUNTED = Cause(
    "mount-path-unusable",
    "A volume cannot be mounted at its path in the container: a file where a folder is, or the reverse.",
    "Correct the path in `--mount`; a single file needs a subPath.",
    source="https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath",
    example="a volume cannot be mounted in the container: not a directory",
    hopeless="once the kubelet backs off",
)
NO_IMAGE_VOLUMES = Cause(
    "image-volumes-unsupported",
    "The container runtime of the node cannot mount images as volumes.",
    "Use nodes with containerd 2.1, CRI-O 1.31 or newer, or bring the files in a volume of another kind.",
    source="https://kubernetes.io/docs/tasks/configure-pod-container/image-volumes/",
    example="the container runtime of node-1 cannot mount the image registry.example.com/team/llm:1 at "
    "/models",
)
OTHER = Cause(
    "container-not-started",
    "The container runtime cannot start the container.",
    "See the evidence; a GPU's driver, a mount or the node may be at fault.",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/",
    example="the container cannot be started: mount propagation is unknown",
    hopeless="once the kubelet backs off",
)
CAUSES = (COMMAND, GPU_RUNTIME, DRIVER_OLD, NODE_RUNTIME, NAME_TAKEN, MOUNTED, NO_IMAGE_VOLUMES, OTHER)

FAILED = ("RunContainerError", "CreateContainerError", "StartError", "PostStartHookError")
#: runc and crun: https://github.com/opencontainers/runc, https://github.com/containers/crun
PROGRAM = re.compile(r'exec: "(?P<runc>[^"]{0,500})"|executable file `(?P<crun>[^`]{0,500})` not found')
#: Programs of the node: a container's own would be named after "container process".
OF_NODE = re.compile(
    r"^(?:.*/)?(?:runc|crun|youki|runsc|kata-runtime|containerd-shim[\w.-]*|nvidia-container-[\w.-]+|nvidia-ctk)$"
)
SHIM = re.compile(r"containerd-shim-[\w.-]{1,60}")
OF_GPU = re.compile(
    r"nvidia-container-(?:cli|runtime|toolkit|runtime-hook)|nvidia-ctk|libnvidia-ml|nvml error|libcuda\.so"
    r"|unresolvable cdi devices|cdi device injection failed|/dev/nvidia|driver not loaded"
    r"|could not select device driver",
    re.IGNORECASE,
)
#: Of these the node is at fault, and another pod may find another node.
OF_THE_NODE = (GPU_RUNTIME, DRIVER_OLD, NODE_RUNTIME, NAME_TAKEN, NO_IMAGE_VOLUMES, image.DISK_FULL)
#: What containerd before 2.1 says of a mount for which the kubelet names an image and no folder.
NO_FOLDER = 'failed to mkdir ""'
NO_COMMAND = re.compile(r"no command specified", re.IGNORECASE)


def find(rollout: ObservedRollout, pod: Pod) -> Finding | None:
    """Return why a program of the pod cannot be started."""
    failed = (c for c in pod.containers if _failed(c))
    return next((_finding(rollout, pod, container) for container in failed), None)


def _failed(container: Container) -> bool:
    return container.waiting[0] in FAILED or (
        not container.running and text(container.ended, "reason") in NEVER_RAN
    )


def _finding(rollout: ObservedRollout, pod: Pod, container: Container) -> Finding:
    reason, waiting = container.waiting
    words = message(container.ended, "message") or waiting
    cause, said = _without_image_volumes(pod, words) or _of_node(pod, words) or _explained(words)
    shown = reason if reason in FAILED else text(container.ended, "reason")
    failed = pod.event("Failed", container=container.name)
    whose = "" if container.own or cause in OF_THE_NODE else f"container {container.name}: "
    return Finding(
        cause,
        f"{whose}{said}",
        _fix(rollout, pod, cause),
        detail=f"pod {pod.name}: {shown}: {words}",
        terminal=cause is COMMAND or (cause not in OF_THE_NODE and container.backs_off),
        since=failed.first if failed else instant(container.ended, "finishedAt"),
        pod=pod.name,
    )


def _fix(rollout: ObservedRollout, pod: Pod, cause: Cause) -> str:
    if cause is COMMAND:
        entrypoint = rollout.command("update", "--entrypoint=PROGRAM,ARGUMENT")
        return f"Correct the program ({entrypoint}), or the image"
    see = f" See it: kubectl describe node {pod.node or 'NODE'}" if cause in OF_THE_NODE else ""
    return f"{cause.advice}{see}"


def _of_node(pod: Pod, words: str) -> tuple[Cause, str] | None:
    """Return what the node lacks, where it is not the image that is at fault."""
    node, lower = pod.node or "the node", words.lower()
    if "unsatisfied condition" in lower and "cuda" in lower:
        return DRIVER_OLD, f"the driver of {node} is too old for the image: {_end(words)}"
    program = _program(words) or _shim(words)
    of_node = bool(program and OF_NODE.match(program)) and "container process" not in lower
    if OF_GPU.search(words) and (of_node or "container process" not in lower or "hook" in lower):
        return GPU_RUNTIME, f"{node} lacks its GPU runtime: {_lacking(program, words)}"
    if of_node or "unable to retrieve oci runtime error" in lower or "binary not installed" in lower:
        return NODE_RUNTIME, f"{node} lacks a program of its container runtime: {_lacking(program, words)}"
    if "no space left on device" in lower or "disk quota exceeded" in lower:
        return image.DISK_FULL, f"{node} has no room on its disk for the container"
    if "failed to reserve container name" in lower or "failed to reserve sandbox name" in lower:
        return NAME_TAKEN, f"{node} is still busy with an earlier attempt to create the container"
    return None


def _without_image_volumes(pod: Pod, words: str) -> tuple[Cause, str] | None:
    if NO_FOLDER not in words or not pod.image_volumes:
        return None
    mounted, path = next(iter(pod.image_volumes.items()))
    node = pod.node or "the node"
    return NO_IMAGE_VOLUMES, f"the container runtime of {node} cannot mount the image {mounted} at {path}"


def _lacking(program: str, words: str) -> str:
    _, cli, said = words.partition("nvidia-container-cli: ")
    if cli:
        return " ".join(said.removesuffix(": unknown").split())[:160]
    return f"{program}: {_end(words)}" if program else _end(words)


def _end(words: str) -> str:
    """Return the innermost error of a chain, without the word `unknown` that its code adds."""
    chain = [part.strip() for part in words.removesuffix(": unknown").split(": ") if part.strip()]
    return " ".join(chain[-1].split())[:160] if chain else "no reason is given"


def _program(words: str) -> str:
    found = PROGRAM.search(words)
    return (found["runc"] if found["runc"] is not None else found["crun"]) if found else ""


def _shim(words: str) -> str:
    found = SHIM.search(words)
    return found[0] if found else ""


def _explained(words: str) -> tuple[Cause, str]:
    if NO_COMMAND.search(words):
        return COMMAND, "neither the image nor the group names a program to start"
    if "not a directory" in words and "mount" in words:
        return MOUNTED, f"a volume cannot be mounted in the container: {_end(words)}"
    program = _program(words)
    if not PROGRAM.search(words):
        return OTHER, f"the container cannot be started: {words[-160:] or 'no reason is given'}"
    if "permission denied" in words:
        return COMMAND, f"the image does not allow {program} to run: permission denied"
    if "exec format error" in words:
        return COMMAND, f"{program} is not a program for the CPU of the node"
    return COMMAND, f"the image has no program {program}"
