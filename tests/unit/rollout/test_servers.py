"""What servers say before they end: words of vLLM, SGLang, TGI, Triton, Ollama, PyTorch and NCCL."""

from __future__ import annotations

import pytest

from scaling_group.records import Diagnosis
from tests.unit.rollout.situations import ended, event, found, one, pod, waiting

GPU = {"resources": {"limits": {"nvidia.com/gpu": "1", "memory": "8Gi"}}}


def crashed(log: str, code: int = 1, container: dict[str, object] | None = None) -> Diagnosis:
    loop = waiting("CrashLoopBackOff", lastState=ended(code, 1, 90), restartCount=3)
    return one(pod("web-1", loop, container=container or GPU), logs={"web-1": log}, after=300)


@pytest.mark.parametrize(
    ("log", "category", "fix"),
    [
        (
            "ValueError: The model's max seq len (8192) is larger than the maximum number of tokens that can "
            "be stored in KV cache (4512). Try increasing `gpu_memory_utilization`",
            "context-too-long",
            "--max-model-len",
        ),
        ("ValueError: No available memory for the cache blocks.", "gpu-out-of-memory", "--gpu=TYPE:COUNT"),
        (
            "ValueError: Free memory on device cuda:0 (7.34/15.49 GiB) on startup is less than desired GPU "
            "memory utilization (0.9, 13.9 GiB).",
            "gpu-out-of-memory",
            "quantized",
        ),
        ("RuntimeError: CUDA error: out of memory", "gpu-out-of-memory", "--gpu=TYPE:COUNT"),
        ("ggml_cuda: cudaMalloc failed: out of memory", "gpu-out-of-memory", "--gpu=TYPE:COUNT"),
        ("RuntimeError: No CUDA GPUs are available", "gpu-not-visible", "driver"),
        ("ImportError: libcuda.so.1: cannot open shared object file", "gpu-not-visible", "driver"),
        (
            "CUDA error: no kernel image is available for execution",
            "gpu-not-supported",
            "another type of GPU",
        ),
        ("ncclInternalError: Internal check failed.", "nccl-failed", "NCCL_DEBUG"),
        ("OSError: You are trying to access a gated repo.", "model-access-denied", "HF_TOKEN"),
        (
            "OSError: meta/x is not a local folder and is not a valid model identifier listed on hf",
            "model-not-found",
            "--mount",
        ),
        ("Error: pull model manifest: file does not exist", "model-not-found", "--mount"),
        (
            "socket.gaierror: [Errno -3] Temporary failure in name resolution",
            "model-host-unreachable",
            "--mount",
        ),
        ("OSError: [Errno 98] Address already in use", "port-taken", "--port"),
        ("ModuleNotFoundError: No module named 'vllm'", "missing-library", "--image"),
        ("OSError: [Errno 28] No space left on device: '/tmp/x'", "container-disk-full", "--mount"),
        ("PermissionError: [Errno 13] Permission denied: '/.cache'", "file-not-permitted", "user"),
    ],
)
def test_the_words_of_a_server_name_their_cause(log: str, category: str, fix: str) -> None:
    diagnosis = crashed(f"starting\n{log}\nRuntimeError: the engine could not be started")

    assert (diagnosis.category, diagnosis.terminal) == (category, True)
    assert log[:60] in diagnosis.summary
    assert fix in diagnosis.resolution


def test_what_a_server_warned_of_long_before_its_end_is_not_the_cause() -> None:
    warned = ["WARNING: No module named 'flash_attn'", *[f"step {at}" for at in range(30)]]

    assert crashed("\n".join(warned)).category == "flapping"


def test_a_group_that_asks_for_no_gpu_is_told_to() -> None:
    diagnosis = crashed("RuntimeError: No CUDA GPUs are available", container={"image": "x"})

    assert "asks for no GPU" in diagnosis.resolution
    assert "--gpu=TYPE:COUNT" in diagnosis.resolution


def test_replicas_that_differ_in_a_number_alone_are_told_as_one() -> None:
    loops = [
        pod(f"web-{at}", waiting("CrashLoopBackOff", lastState=ended(1), restartCount=3)) for at in (1, 2)
    ]
    logs = {f"web-{at}": f"CUDA out of memory. Tried to allocate {at} GiB" for at in (1, 2)}
    [diagnosis] = found(*loops, logs=logs)

    assert diagnosis.summary.endswith("(2 of 2 replicas)")


def test_last_words_count_before_the_log() -> None:
    last = {**ended(1)["terminated"], "message": "no seats left at the licence server"}
    loop = waiting("CrashLoopBackOff", lastState={"terminated": last}, restartCount=3)
    diagnosis = one(pod("web-1", loop), logs={"web-1": "starting\nbye"})

    assert diagnosis.summary.startswith(
        "the process exits with code 1 right after it starts: no seats left at the licence server"
    )


@pytest.mark.parametrize(
    ("code", "advice"),
    [(126, "may not run"), (127, "PATH"), (139, "native code"), (143, "SIGTERM"), (132, "CPU")],
)
def test_an_exit_code_says_what_it_mostly_comes_from(code: int, advice: str) -> None:
    assert advice in crashed("", code).resolution


def test_a_kill_that_is_not_of_the_memory_limit_says_who_else_kills() -> None:
    diagnosis = crashed("", 137)

    assert diagnosis.category == "process-killed"
    assert "--memory=16Gi" in diagnosis.resolution


@pytest.mark.parametrize(
    ("reason", "message", "said"),
    [
        ("FailedPreStopHook", "PreStopHook failed", "after its preStop hook failed"),
        ("Killing", "Stopping container main", "Stopping container main"),
    ],
)
def test_events_say_who_has_killed_a_process(reason: str, message: str, said: str) -> None:
    killed = pod("web-1", waiting("CrashLoopBackOff", lastState=ended(137), restartCount=3))

    assert said in one(killed, events=[event(killed, reason, message)]).summary
