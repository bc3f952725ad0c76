"""What the engine says of a run that has failed, as an error that says what to do."""

from __future__ import annotations

import pytest

from scaling_group.engine.failures import outcome
from scaling_group.errors import Unreachable
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
