"""What keeps a server that was started from serving, as servers themselves say it: causes and words.

Their words were looked up in public reports and in the sources that each cause names; a server that says
it otherwise is told by its exit code.
"""

from __future__ import annotations

from dataclasses import dataclass

from scaling_group.rollout.finding import Cause

CONTEXT = Cause(
    "context-too-long",
    "The model's context needs more of the GPU's memory than is left for it.",
    "Lower `--max-model-len` (vLLM), or ask for more GPUs with `--gpu`.",
    source="https://github.com/vllm-project/vllm/issues/2418, https://docs.vllm.ai/",
    example="the context of the model does not fit in the GPU's memory: the model's max seq len (131072) is "
    "larger than the maximum number of tokens that can be stored in KV cache (39024)",
)
GPU_MEMORY = Cause(
    "gpu-out-of-memory",
    "The process needs more memory of its GPU than there is, or than is free.",
    "Use a smaller or quantized model or shorter context, or ask for more or larger GPUs with `--gpu`.",
    source="https://docs.pytorch.org/docs/stable/notes/cuda.html, https://docs.vllm.ai/, "
    "https://docs.sglang.ai/, https://huggingface.co/docs/text-generation-inference/",
    example="the GPU's memory is not enough: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate "
    "2.00 GiB",
)
NO_GPU = Cause(
    "gpu-not-visible",
    "The process finds no GPU, or no driver that fits it.",
    "Ask for GPUs with `--gpu`; if the group does, the node's driver or the image's CUDA is at fault.",
    source="https://docs.nvidia.com/deploy/cuda-compatibility/, https://docs.vllm.ai/",
    example="the process finds no GPU: RuntimeError: No CUDA GPUs are available",
)
KERNEL = Cause(
    "gpu-not-supported",
    "The image has no code for this type of GPU.",
    "Use an image that is built for it, or another type of GPU.",
    source="https://docs.nvidia.com/deploy/cuda-compatibility/",
    example="the image has no code for this type of GPU: CUDA error: no kernel image is available for "
    "execution on the device",
)
SHARED_MEMORY = Cause(
    "shared-memory-full",
    "The container's /dev/shm is too small for what processes share there.",
    "Set `NCCL_SHM_DISABLE=1`, or use one GPU a replica.",
    source="https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
    example="the container's /dev/shm is too small: Error while creating shared memory segment",
)
NCCL = Cause(
    "nccl-failed",
    "The GPUs of a replica cannot talk to each other.",
    "Read the log with `NCCL_DEBUG=INFO`; often the interface, the driver or /dev/shm is at fault.",
    source="https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
    example="the GPUs cannot talk to each other: ncclUnhandledCudaError: Call to CUDA function failed",
)
DENIED = Cause(
    "model-access-denied",
    "The model needs a licence that is accepted, or a token that is valid.",
    "Accept its licence, and give a token with `--secret-env=HF_TOKEN=SECRET:KEY`.",
    source="https://huggingface.co/docs/hub/models-gated",
    example="the model is not given without a token: Access to model meta-llama/Llama-3.1-8B is restricted",
)
MODEL = Cause(
    "model-not-found",
    "The model is not where the process looks for it.",
    "Correct the model's name or path, or mount where it is with `--mount`.",
    source="https://huggingface.co/docs/huggingface_hub/, https://docs.nvidia.com/deeplearning/triton-inference-"
    "server/, https://github.com/ollama/ollama",
    example="the model is not there: /models/llama does not appear to have a file named config.json",
)
HUB = Cause(
    "model-host-unreachable",
    "The process cannot reach the place that it loads its model from.",
    "Let the pods reach it, or mount the model with `--mount`.",
    source="https://huggingface.co/docs/huggingface_hub/guides/download",
    example="the place that the model is loaded from cannot be reached: Temporary failure in name resolution",
)
HOST_MEMORY = Cause(
    "model-needs-memory",
    "The model needs more memory of the container than its limit leaves.",
    "Raise `--memory`, or use a smaller model.",
    source="https://github.com/ollama/ollama",
    example="the model needs more memory: model requires more system memory (44.0 GiB) than is available",
)
ARGUMENTS = Cause(
    "wrong-arguments",
    "The program does not take the arguments that it is started with.",
    "Correct `--entrypoint`: one element for each argument.",
    source="https://docs.python.org/3/library/argparse.html",
    example="the program does not take its arguments: error: unrecognized arguments: --max-len 10",
)
PORT_TAKEN = Cause(
    "port-taken",
    "Another process of the Pod listens on the port already.",
    "Change `--port`, or the port of the other.",
    source="https://man7.org/linux/man-pages/man2/bind.2.html",
    example="the port is taken: [Errno 98] Address already in use",
)
LIBRARY = Cause(
    "missing-library",
    "The image lacks a library or module that the program needs.",
    "Correct the image.",
    source="https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError",
    example="the image lacks a library: ModuleNotFoundError: No module named 'vllm'",
)
DISK = Cause(
    "container-disk-full",
    "The process has filled the disk that it writes to.",
    "Write less, or mount a volume for it with `--mount`.",
    source="https://kubernetes.io/docs/concepts/storage/ephemeral-storage/",
    example="a disk that the process writes to is full: OSError: [Errno 28] No space left on device",
)
FORBIDDEN = Cause(
    "file-not-permitted",
    "The process may not read or write a file.",
    "Let the image's user own it, or mount a volume there with `--mount`.",
    source="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    example="the process may not use a file: PermissionError: [Errno 13] Permission denied: '/.cache'",
)
CAUSES = (
    CONTEXT,
    GPU_MEMORY,
    NO_GPU,
    KERNEL,
    SHARED_MEMORY,
    NCCL,
    DENIED,
    MODEL,
    HUB,
    HOST_MEMORY,
    ARGUMENTS,
    PORT_TAKEN,
    LIBRARY,
    DISK,
    FORBIDDEN,
)


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
        CONTEXT,
        "the context of the model does not fit in the GPU's memory",
        (
            "larger than the maximum number of tokens that can be stored in kv cache",
            "kv cache is needed, which is larger than",
            "is greater than the derived max_model_len",
        ),
    ),
    Words(
        SHARED_MEMORY,
        "the container's /dev/shm is too small",
        ("creating shared memory segment", "insufficient shared memory", "failed to extend /dev/shm"),
    ),
    Words(
        GPU_MEMORY,
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
        KERNEL,
        "the image has no code for this type of GPU",
        ("no kernel image is available", "is not compatible with the current pytorch installation"),
    ),
    Words(
        NO_GPU,
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
        NCCL,
        "the GPUs cannot talk to each other",
        ("ncclsystemerror", "ncclunhandledcudaerror", "ncclinternalerror", "ncclremoteerror", "nccl error"),
    ),
    Words(
        DENIED,
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
        HUB,
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
        MODEL,
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
    Words(HOST_MEMORY, "the model needs more memory", ("requires more system memory", "defaultcpuallocator")),
    Words(
        ARGUMENTS,
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
    Words(PORT_TAKEN, "the port is taken", ("address already in use", "eaddrinuse"), near=NEAR),
    Words(
        LIBRARY,
        "the image lacks a library",
        ("modulenotfounderror", "cannot open shared object file", "cannot find module", "no module named"),
        near=NEAR,
    ),
    Words(
        DISK,
        "a disk that the process writes to is full",
        ("no space left on device", "disk quota exceeded"),
        near=NEAR,
    ),
    Words(
        FORBIDDEN,
        "the process may not use a file",
        ("permissionerror", "permission denied", "read-only file system", "eacces"),
        near=NEAR,
    ),
)
