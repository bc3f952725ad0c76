"""What an answer to a change means: the object is refused, or the cluster is not reached."""

from __future__ import annotations

import json

import pytest

from scaling_group.cluster.client import Cluster
from scaling_group.errors import Failed, Unreachable
from tests.unit.cluster.answering import connection_to

SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"}}
STATUS = json.dumps({"kind": "Status", "message": "spec.ports: Required value"}).encode()


@pytest.mark.parametrize("code", [400, 403, 409, 422])
def test_what_is_said_of_the_object_is_a_refusal_of_it(server, code):
    server.answers = [(code, STATUS, {})]

    with pytest.raises(Failed) as caught:
        Cluster(connection_to(f"http://{server.address}")).apply(SERVICE, "scaling-group", dry_run=True)

    assert caught.value.message == "the API server refuses the Service web"
    assert caught.value.detail == "spec.ports: Required value"


@pytest.mark.parametrize("code", [401, 500, 502])
def test_any_other_error_is_of_the_cluster(server, code):
    server.answers = [(code, STATUS, {})] * 9

    with pytest.raises(Unreachable):
        Cluster(connection_to(f"http://{server.address}")).apply(SERVICE, "scaling-group", dry_run=True)


def test_the_groups_of_apis_are_told_with_the_version_that_each_prefers(server):
    version = {"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}
    group = {"name": "metrics.k8s.io", "versions": [version], "preferredVersion": version}
    server.answers = [(200, json.dumps({"kind": "APIGroupList", "groups": [group]}).encode(), {})]

    assert Cluster(connection_to(f"http://{server.address}")).api_groups() == {"metrics.k8s.io": "v1beta1"}
