"""The page of service discovery: its group is legal, its policy selects pods of groups, its code is code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from scaling_group.manifests.group import objects
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import environment_spec, group_spec

PAGE = (Path(__file__).parents[3] / "docs" / "discovery.md").read_text(encoding="utf-8")
GROUP, POLICY = (yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S))


def environment() -> EnvironmentSpec:
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}
    return environment_spec({"id": "dev", "gateway": gateway})


def of_group(name: str, **fields: Any) -> dict[str, dict[str, Any]]:
    spec = group_spec({"name": name, "image": "a/b:1", "port": 8080, **fields})
    return {each["metadata"]["name"] + each["kind"]: each for each in objects(spec, environment(), "id", {})}


def test_its_group_is_legal_and_has_the_addresses_that_it_says():
    [deployment] = [each for key, each in of_group(**with_port(GROUP)).items() if key.endswith("Deployment")]
    [container] = deployment["spec"]["template"]["spec"]["containers"]

    assert {each["name"]: each["value"] for each in container["env"]} == {
        "EMBEDDINGS": "embeddings.default.svc:8080",
        "RERANKER": "reranker.default.svc:9000",
    }


def with_port(group: dict[str, Any]) -> dict[str, Any]:
    """Return a group with the port that is looked up."""
    return {**group, "peers": {**group["peers"], "EMBEDDINGS": "embeddings:8080"}}


def test_its_policy_selects_the_pods_and_the_port():
    spec = POLICY["spec"]
    for name, selector in (
        ("inference", spec["podSelector"]),
        ("chat", spec["ingress"][0]["from"][1]["podSelector"]),
    ):
        found = of_group(name)
        labels = found[f"{name}Deployment"]["spec"]["template"]["metadata"]["labels"]
        assert selector["matchLabels"].items() <= labels.items()
        assert spec["ingress"][0]["ports"][0]["port"] == found[f"{name}Service"]["spec"]["ports"][0]["port"]


def test_its_code_compiles_and_names_the_address_of_a_group():
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)

    assert len(blocks) == 2
    for block in blocks:
        compile(block, "discovery.md", "exec")
        assert "inference.default.svc:8080" in block


def test_the_second_service_is_called_as_it_says():
    found = of_group("inference", service="cluster-ip")

    assert found["inference-cluster-ipService"]["spec"]["type"] == "ClusterIP"
    assert found["inferenceService"]["spec"]["clusterIP"] == "None"
    [rule] = found["inferenceHTTPRoute"]["spec"]["rules"]
    assert rule["backendRefs"][0]["name"] == "inference-cluster-ip"
