"""What a process says before it ends, by its last words and the last lines of its log."""

from __future__ import annotations

import re

from scaling_group.rollout.causes import servers
from scaling_group.rollout.causes.nodes import GPU, requested
from scaling_group.rollout.finding import Cause, Explanation
from scaling_group.rollout.observed_rollout import ObservedRollout
from scaling_group.rollout.pods import Pod

#: What loggers put before the words: process, level, time, file.
LEVEL = r"(?:(?:ERROR|WARNING|INFO|CRITICAL|FATAL)[: ] ?)?"
TIME = r"(?:[\d-]{5,10}[ T][\d:.,]{5,15}Z? )?"
BEFORE = re.compile(rf"^(?:\([^)]{{1,80}}\) )?{LEVEL}{TIME}(?:\[[^\]]{{1,80}}\] ?){{0,3}}{LEVEL}")
#: Characters of a line that are looked at.
WIDE = 2000


def explained(rollout: ObservedRollout, pod: Pod, last_words: str, log: str) -> Explanation | None:
    """Return what a process says of its end: its last words, then the newest telling line of its log."""
    for said in (last_words, log):
        lines = [line.strip()[:WIDE] for line in said.splitlines()[-servers.LINES :] if line.strip()]
        for known in servers.KNOWN:
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
    asked = requested(pod.found, GPU)
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
