"""The examples of the product page, as the objects that they become.

pytest tests/unit/manifests --update-goldens    rewrites tests/golden/manifests; read the diff
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scaling_group.manifests.deployment import deployment
from scaling_group.manifests.inputs import GroupInputs
from scaling_group.manifests.route import routes
from scaling_group.manifests.service import service
from scaling_group.spec.entrypoint import parse_entrypoint
from scaling_group.spec.group import environment_spec, group_spec
from scaling_group.spec.tags import parse_tags

GOLDEN = Path(__file__).parents[2] / "golden" / "manifests"
ID = "0b3f9b1e-1111-4222-8333-444455556666"
ENVIRONMENT = environment_spec(
    {
        "id": "abc123",
        "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.chalk.ai"},
    }
)

INFERENCE = {"image": "my-registry/my-inference-server:v1", "name": "inference", "port": 8080}
GPU = {
    "image": "my-registry/my-gpu-model:v1",
    "name": "gpu-inference",
    "port": 8080,
    "cpu": "4",
    "memory": "16Gi",
}
SERVICE = {"image": "my-registry/my-app:v1", "name": "my-service", "port": 8080}

CASES: dict[str, dict[str, Any]] = {
    "inference": INFERENCE,
    "inference-resources": {**INFERENCE, "replicas": 3, "cpu": "4", "memory": "8Gi"},
    "gpu-type-and-count": {**GPU, "gpu": "nvidia-tesla-t4:1"},
    "gpu-count": {**GPU, "gpu": "1"},
    "multi-gpu": {
        "image": "my-registry/my-training-server:v1",
        "name": "multi-gpu",
        "port": 8080,
        "gpu": "nvidia-tesla-a100:4",
    },
    "cpu-and-memory": {**SERVICE, "cpu": "2", "memory": "4Gi"},
    "tags": {**SERVICE, "tags": parse_tags("team=ml,version=2.1")},
    "entrypoint": {
        "image": "python:3.12",
        "name": "custom-server",
        "port": 8000,
        "entrypoint": parse_entrypoint(["python,-m,uvicorn,main:app,--host,0.0.0.0,--port,8000"]),
    },
    "llm-inference": {
        "image": "my-registry/llm-serving:v3",
        "name": "llm-inference",
        "port": 8080,
        "replicas": 2,
        "gpu": "nvidia-l4:1",
        "cpu": "8",
        "memory": "32Gi",
        "tags": parse_tags("model=llama3,team=ml-platform"),
        "entrypoint": parse_entrypoint(
            ["python,-m,vllm.entrypoints.openai.api_server,--model,/models/llama3"]
        ),
    },
}


class NoAliases(yaml.SafeDumper):
    """Writes a dict that occurs twice out twice, as people write manifests."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def rendered(fields: dict[str, Any]) -> str:
    inputs = GroupInputs(ID, group_spec(fields), ENVIRONMENT)
    objects = [deployment(inputs), service(inputs), *routes(inputs)]
    return yaml.dump_all(objects, Dumper=NoAliases, sort_keys=True, explicit_start=True, width=100)


@pytest.mark.parametrize("case", CASES)
def test_an_example_of_the_product_page_becomes_its_golden_objects(case, request):
    file = GOLDEN / f"{case}.yaml"
    text = rendered(CASES[case])
    if request.config.getoption("--update-goldens"):
        file.write_text(text, encoding="utf-8")

    assert text == file.read_text(encoding="utf-8")


def test_every_golden_file_has_its_case():
    assert {file.stem for file in GOLDEN.glob("*")} == set(CASES)
