"""What the engine says of a run that has failed, as an error that says what to do."""

from __future__ import annotations

import pytest

from scaling_group.engine.failures import outcome
from scaling_group.errors import Failed, Unreachable
from tests.unit.operations.fakes import record_of

#: Of the provider: what it says, and what it advises.
ADVICE = (
    "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove "
    "this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE "
    'environment variable set to "true"'
)


@pytest.mark.parametrize("verb", ["up", "destroy"])
@pytest.mark.parametrize("said", ["configured Kubernetes cluster is unreachable: unexpected EOF", ADVICE])
def test_a_cluster_that_the_engine_cannot_reach_is_unreachable(verb: str, said: str):
    assert isinstance(outcome(verb, record_of(), [said]), Unreachable)


def test_nobody_is_told_to_let_the_state_forget_what_is_in_the_cluster():
    error = outcome("up", record_of(), [ADVICE, "connection refused"])

    assert error.detail == "failed to read resource state due to unreachable cluster\nconnection refused"


URN = "urn:pulumi:abc123.web::scaling-group::scaling-group:index:ScalingGroup$kubernetes:core/v1:Service::web"
URL = '"https://127.0.0.1:6443/apis/apps/v1/namespaces/default/deployments/web"'
CREATED = f'resource "{URN}" was not successfully created by the Kubernetes API server: '
#: What Go says of a connection that ends, in the words of the requests that met it.
BREAKS = (
    "EOF",
    "unexpected EOF",
    "read tcp 127.0.0.1:49794->127.0.0.1:36885: read: connection reset by peer",
    "dial tcp 127.0.0.1:6443: connect: connection refused",
    "http2: client connection lost",
    "net/http: TLS handshake timeout",
    "dial tcp 10.0.0.1:6443: i/o timeout",
)


@pytest.mark.parametrize("why", BREAKS)
@pytest.mark.parametrize(
    "request_of",
    [
        f"Delete {URL}: ",
        f"{CREATED}Patch {URL}: ",
        f'update of resource "{URN}" failed: Patch {URL}: ',
        f"Failed to fetch OpenAPI schema from the API server: Get {URL}: ",
    ],
)
def test_a_request_that_the_api_server_has_not_answered_is_unreachable(request_of: str, why: str):
    refused = 'services "web" is forbidden'
    error = outcome("up", record_of(), [refused, request_of + why])

    assert isinstance(error, Unreachable)
    assert error.detail == f"{refused}\n{request_of}{why}"


@pytest.mark.parametrize("why", BREAKS)
@pytest.mark.parametrize(
    "said",
    [
        f'{CREATED}Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: '
        'Post "https://hook.default.svc:443/check?timeout=10s": ',
        f'{CREATED}admission webhook "w.example.com" denied the request: Patch {URL}: ',
        f'{CREATED}admission webhook "w.example.com" denied the request: no\nPatch {URL}: ',
        f'image "a/b:1": Get {URL}: ',
    ],
)
def test_what_others_say_of_their_requests_is_a_failure(said: str, why: str):
    assert type(outcome("up", record_of(), [said + why])) is Failed


def test_a_request_that_was_given_up_because_another_one_failed_says_nothing_of_the_api_server():
    assert type(outcome("up", record_of(), [f"Delete {URL}: context canceled"])) is Failed
