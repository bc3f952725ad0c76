"""What keeps a server that was started from serving, as servers themselves say it."""

from __future__ import annotations

from scaling_group.rollout.finding import Cause

CONTEXT = Cause(
    "context-too-long",
    "The model's context needs more of the GPU's memory than is left for it.",
    "Lower `--max-model-len` (vLLM), or ask for more GPUs with `--gpu`.",
    source="https://github.com/vllm-project/vllm/issues/2418, "
    "https://docs.vllm.ai/en/latest/configuration/conserving_memory/",
    example="the context of the model does not fit in the GPU's memory: the model's max seq len (131072) is "
    "larger than the maximum number of tokens that can be stored in KV cache (39024)",
    hopeless="once the kubelet backs off",
)
GPU_MEMORY = Cause(
    "gpu-out-of-memory",
    "The process needs more memory of its GPU than there is, or than is free.",
    "Use a smaller or quantized model or shorter context, or ask for more or larger GPUs with `--gpu`.",
    source="https://docs.pytorch.org/docs/stable/notes/cuda.html, "
    "https://docs.vllm.ai/en/latest/configuration/conserving_memory/, "
    "https://docs.sglang.ai/advanced_features/hyperparameter_tuning.html, "
    "https://huggingface.co/docs/text-generation-inference/reference/launcher",
    example="the GPU's memory is not enough: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate "
    "2.00 GiB",
    hopeless="once the kubelet backs off",
)
NO_GPU = Cause(
    "gpu-not-visible",
    "The process finds no GPU, or no driver that fits it.",
    "Ask for GPUs with `--gpu`; if the group does, the node's driver or the image's CUDA is at fault.",
    source="https://docs.nvidia.com/deploy/cuda-compatibility/, https://docs.vllm.ai/en/latest/usage/troubleshooting/",
    example="the process finds no GPU: RuntimeError: No CUDA GPUs are available",
    hopeless="once the kubelet backs off",
)
KERNEL = Cause(
    "gpu-not-supported",
    "The image has no code for this type of GPU.",
    "Use an image that is built for it, or another type of GPU.",
    source="https://docs.nvidia.com/deploy/cuda-compatibility/",
    example="the image has no code for this type of GPU: CUDA error: no kernel image is available for "
    "execution on the device",
    hopeless="once the kubelet backs off",
)
SHARED_MEMORY = Cause(
    "shared-memory-full",
    "The container's /dev/shm is too small for what processes share there.",
    "Set `NCCL_SHM_DISABLE=1`, or use one GPU a replica.",
    source="https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
    example="the container's /dev/shm is too small: Error while creating shared memory segment",
    hopeless="once the kubelet backs off",
)
NCCL = Cause(
    "nccl-failed",
    "The GPUs of a replica cannot talk to each other.",
    "Read the log with `NCCL_DEBUG=INFO`; often the interface, the driver or /dev/shm is at fault.",
    source="https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html",
    example="the GPUs cannot talk to each other: ncclUnhandledCudaError: Call to CUDA function failed",
    hopeless="once the kubelet backs off",
)
DENIED = Cause(
    "model-access-denied",
    "The model needs a licence that is accepted, or a token that is valid.",
    "Accept its licence, and give a token with `--secret-env=HF_TOKEN=SECRET:KEY`.",
    source="https://huggingface.co/docs/hub/models-gated",
    example="the model is not given without a token: Access to model meta-llama/Llama-3.1-8B is restricted",
    hopeless="once the kubelet backs off",
)
MODEL = Cause(
    "model-not-found",
    "The model is not where the process looks for it.",
    "Correct the model's name or path, or mount where it is with `--mount`.",
    source="https://huggingface.co/docs/huggingface_hub/guides/download, "
    "https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_repository.md",
    example="the model is not there: /models/llama does not appear to have a file named config.json",
    hopeless="once the kubelet backs off",
)
HUB = Cause(
    "model-host-unreachable",
    "The process cannot reach the place that it loads its model from.",
    "Let the pods reach it, or mount the model with `--mount`.",
    source="https://huggingface.co/docs/huggingface_hub/guides/download",
    example="the place that the model is loaded from cannot be reached: Temporary failure in name resolution",
    hopeless="once the kubelet backs off",
)
HOST_MEMORY = Cause(
    "model-needs-memory",
    "The model needs more memory of the container than its limit leaves.",
    "Raise `--memory`, or use a smaller model.",
    source="https://github.com/ollama/ollama/issues/10920",
    example="the model needs more memory: model requires more system memory (44.0 GiB) than is available",
    hopeless="once the kubelet backs off",
)
ARGUMENTS = Cause(
    "wrong-arguments",
    "The program does not take the arguments that it is started with.",
    "Correct `--entrypoint`: one element for each argument.",
    source="https://docs.python.org/3/library/argparse.html",
    example="the program does not take its arguments: error: unrecognized arguments: --max-len 10",
    hopeless="once the kubelet backs off",
)
PORT_TAKEN = Cause(
    "port-taken",
    "Another process of the Pod listens on the port already.",
    "Change `--port`, or the port of the other.",
    source="https://man7.org/linux/man-pages/man2/bind.2.html",
    example="the port is taken: [Errno 98] Address already in use",
    hopeless="once the kubelet backs off",
)
LIBRARY = Cause(
    "missing-library",
    "The image lacks a library or module that the program needs.",
    "Correct the image.",
    source="https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError",
    example="the image lacks a library: ModuleNotFoundError: No module named 'vllm'",
    hopeless="once the kubelet backs off",
)
DISK = Cause(
    "container-disk-full",
    "The process has filled the disk that it writes to.",
    "Write less, or mount a volume for it with `--mount`.",
    source="https://kubernetes.io/docs/concepts/storage/ephemeral-storage/",
    example="a disk that the process writes to is full: OSError: [Errno 28] No space left on device",
    hopeless="once the kubelet backs off",
)
FORBIDDEN = Cause(
    "file-not-permitted",
    "The process may not read or write a file.",
    "Let the image's user own it, or mount a volume there with `--mount`.",
    source="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
    example="the process may not use a file: PermissionError: [Errno 13] Permission denied: '/.cache'",
    hopeless="once the kubelet backs off",
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
