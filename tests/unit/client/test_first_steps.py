"""Where groups of a cluster can live, as a program asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from scaling_group import FirstSteps, InvalidInput, ScalingGroups
from tests.unit.cluster.answering import Server, connection_to
from tests.unit.rollout.gateways import gateway, gateway_class

RESOURCES = {"resources": [{"name": "gateways"}, {"name": "httproutes"}]}
VERSION = {"major": "1", "minor": "36"}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A cluster with a Gateway: what is read of it, in that order."""
    namespace = {"metadata": {"name": "default", "uid": "u"}}
    found = [
        VERSION,
        RESOURCES,
        {"items": [gateway()]},
        {"items": [gateway_class()]},
        namespace,
        {"items": []},
    ]
    with Server() as running:
        running.answers = [(200, json.dumps(each).encode(), {}) for each in found]
        file = tmp_path / "kubeconfig"
        file.write_text(json.dumps(connection_to(f"http://{running.address}").kubeconfig))
        monkeypatch.setenv("KUBECONFIG", str(file))
        Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield running
        running.shutdown()


def test_a_cluster_with_one_gateway_leaves_the_environment_alone_to_choose(cluster: Server, tmp_path: Path):
    found = FirstSteps().find(environment="dev")

    assert (found.id, found.gateway.name, found.gateway.section) == ("dev", "gateway", "https")
    assert ScalingGroups(found, data_dir=tmp_path).environment == found


def test_what_the_cluster_does_not_tell_is_named_as_an_argument(cluster: Server):
    with pytest.raises(InvalidInput, match="the cluster does not tell environment"):
        FirstSteps().find()
