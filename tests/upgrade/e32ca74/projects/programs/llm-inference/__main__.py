"""A model server: two replicas with a GPU each, behind one HTTPS hostname."""

import pulumi

from scaling_group.component import ScalingGroup

config = pulumi.Config()

group = ScalingGroup(
    "llm-inference",
    {
        "image": "my-registry/llm-serving:v3",
        "port": 8080,
        "replicas": config.get_int("replicas", 2),
        "gpu": "nvidia-l4:1",
        "cpu": "8",
        "memory": "32Gi",
        "tags": {"model": "llama3", "team": "ml-platform"},
        "entrypoint": ["python", "-m", "vllm.entrypoints.openai.api_server", "--model", "/models/llama3"],
        "environment": config.require_object("environment"),
    },
)

pulumi.export("url", group.url)
pulumi.export("address", group.address)
