"""What a process says before it ends, by its last words and the last lines of its log.

The words were looked up in public reports and in the sources that each cause names; a server that says it
otherwise is told by its exit code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scaling_group.rollout.causes import servers
from scaling_group.rollout.causes.nodes import gpu_of, requested
from scaling_group.rollout.finding import Cause, Explanation
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

#: Lines of a log that are looked at, from its end, and those that are the end itself.
LINES, NEAR = 200, 8


@dataclass(frozen=True)
class Words:
    """Words that tell of a cause, in lower case, and the sentence that they are put after.

    near: among how many of the last lines they tell of the end; servers warn of some and go on.
    """

    cause: Cause
    sentence: str
    any_of: tuple[str, ...]
    near: int = LINES


#: In this order: a line may hold the words of a later one, and a log lines of several.
KNOWN = (
    Words(
        servers.CONTEXT,
        "the context of the model does not fit in the GPU's memory",
        (
            "larger than the maximum number of tokens that can be stored in kv cache",
            "kv cache is needed, which is larger than",
            "is greater than the derived max_model_len",
        ),
    ),
    Words(
        servers.SHARED_MEMORY,
        "the container's /dev/shm is too small",
        ("creating shared memory segment", "insufficient shared memory", "failed to extend /dev/shm"),
    ),
    Words(
        servers.GPU_MEMORY,
        "the GPU's memory is not enough",
        (
            "cuda out of memory",
            "hip out of memory",
            "cuda error: out of memory",
            "cuda_error_out_of_memory",
            "cudamalloc failed: out of memory",
            "outofmemoryerror: cuda",
            "no available memory for the cache blocks",
            "increase --mem-fraction-static",
            "is less than desired gpu memory utilization",
            "not enough memory to handle",
            "unable to allocate cuda",
            "unable to allocate backend buffer",
        ),
    ),
    Words(
        servers.KERNEL,
        "the image has no code for this type of GPU",
        ("no kernel image is available", "is not compatible with the current pytorch installation"),
    ),
    Words(
        servers.NO_GPU,
        "the process finds no GPU",
        (
            "no cuda gpus are available",
            "found no nvidia driver",
            "failed to infer device type",
            "no cuda-capable device is detected",
            "cuda driver version is insufficient",
            "libcuda.so.1: cannot open shared object",
            "torch not compiled with cuda enabled",
            "cuda is not available",
        ),
    ),
    Words(
        servers.NCCL,
        "the GPUs cannot talk to each other",
        ("ncclsystemerror", "ncclunhandledcudaerror", "ncclinternalerror", "ncclremoteerror", "nccl error"),
    ),
    Words(
        servers.DENIED,
        "the model is not given without a token",
        (
            "gatedrepoerror",
            "access a gated repo",
            "cannot access gated repo",
            "is restricted. you must",
            "is restricted and you are not",
            "401 client error",
            "403 client error",
            "invalid user token",
            "invalid username or password",
            "awaiting a review from the repo authors",
        ),
    ),
    Words(
        servers.HUB,
        "the place that the model is loaded from cannot be reached",
        (
            "temporary failure in name resolution",
            "couldn't connect to 'https://huggingface.co'",
            "can't load the configuration of",
            "localentrynotfounderror",
            "max retries exceeded with url",
        ),
    ),
    Words(
        servers.MODEL,
        "the model is not there",
        (
            "is not a valid model identifier",
            "is not a local folder",
            "does not appear to have a file named",
            "repositorynotfounderror",
            "entrynotfounderror",
            "pull model manifest: file does not exist",
            "no version is available",
            "failed to load all models",
            "failed to poll from model repository",
            "cannot find any model weights",
            "hfvalidationerror: repo id must be",
            "error loading model: failed to open",
            "unable to load model",
        ),
    ),
    Words(
        servers.HOST_MEMORY,
        "the model needs more memory",
        ("requires more system memory", "defaultcpuallocator"),
    ),
    Words(
        servers.ARGUMENTS,
        "the program does not take its arguments",
        (
            "error: unrecognized arguments",
            "error: the following arguments are required",
            "error: unexpected argument",
            "flag provided but not defined",
            "error: no such option",
            "error: invalid value",
            "invalid choice:",
        ),
    ),
    Words(servers.PORT_TAKEN, "the port is taken", ("address already in use", "eaddrinuse"), near=NEAR),
    Words(
        servers.LIBRARY,
        "the image lacks a library",
        ("modulenotfounderror", "cannot open shared object file", "cannot find module", "no module named"),
        near=NEAR,
    ),
    Words(
        servers.DISK,
        "a disk that the process writes to is full",
        ("no space left on device", "disk quota exceeded"),
        near=NEAR,
    ),
    Words(
        servers.FORBIDDEN,
        "the process may not use a file",
        ("permissionerror", "permission denied", "read-only file system", "eacces"),
        near=NEAR,
    ),
)
#: What loggers put before the words: process, level, time, file.
LEVEL = r"(?:(?:ERROR|WARNING|INFO|CRITICAL|FATAL)[: ] ?)?"
TIME = r"(?:[\d-]{5,10}[ T][\d:.,]{5,15}Z? )?"
BEFORE = re.compile(rf"^(?:\([^)]{{1,80}}\) )?{LEVEL}{TIME}(?:\[[^\]]{{1,80}}\] ?){{0,3}}{LEVEL}")
#: Characters of a line that are looked at.
WIDE = 2000


def explained(rollout: ObservedRollout, pod: Pod, last_words: str, log: str) -> Explanation | None:
    """Return what a process says of its end: its last words, then the newest telling line of its log."""
    for said in (last_words, log):
        lines = [line.strip()[:WIDE] for line in said.splitlines()[-LINES:] if line.strip()]
        for known in KNOWN:
            ends = reversed(lines[-known.near :])
            telling = (line for line in ends if any(w in line.lower() for w in known.any_of))
            if line := next(telling, None):
                what = BEFORE.sub("", line).strip()[:240]
                return Explanation(
                    known.cause,
                    f"{known.sentence}: {what}",
                    _fix(rollout, pod, known.cause),
                    alike=known.cause.category,
                )
    return None


def _fix(rollout: ObservedRollout, pod: Pod, cause: Cause) -> str:
    gpus = rollout.command("update", "--gpu=TYPE:COUNT")
    entrypoint = rollout.command("update", "--entrypoint=PROGRAM,ARGUMENT")
    token = rollout.command("update", "--secret-env=HF_TOKEN=SECRET:KEY")
    asked = requested(pod.found, gpu_of(pod.found))
    fixes = {
        servers.CONTEXT: f"Lower --max-model-len ({entrypoint}), or ask for more GPUs: {gpus}",
        servers.GPU_MEMORY: "Lower --max-model-len, --max-total-tokens or the batch size, use a smaller or "
        f"quantized model ({entrypoint}), or ask for more or larger GPUs: {gpus}",
        servers.NO_GPU: servers.NO_GPU.advice if asked else f"The group asks for no GPU; ask for one: {gpus}",
        servers.SHARED_MEMORY: f"Do without it: {rollout.command('update', '--env=NCCL_SHM_DISABLE=1')}",
        servers.NCCL: f"See what it meets: {rollout.command('update', '--env=NCCL_DEBUG=INFO')}",
        servers.DENIED: f"Accept the model's licence, and give a token that is valid: {token}",
        servers.ARGUMENTS: f"Correct them, one element for each: {entrypoint}",
        servers.HOST_MEMORY: f"Give it more: {rollout.command('update', '--memory=MEMORY')}",
        servers.PORT_TAKEN: f"Name another port: {rollout.command('update', '--port=PORT')}",
        servers.LIBRARY: f"Correct the image: {rollout.command('update', '--image=IMAGE')}",
    }
    return fixes.get(cause, cause.advice)
