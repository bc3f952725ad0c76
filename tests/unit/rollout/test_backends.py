"""What keeps a gateway from the Service of a route: TLS policies, and references without a grant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.records import Diagnosis
from scaling_group.rollout.snapshot_file import snapshot_data, snapshot_of

Object = dict[str, Any]
Change = Callable[[Object], object]
CASES = Path(__file__).parents[2] / "cases"


def recording(case: str, **changes: Change) -> Object:
    """Return a case with the objects of these kinds changed."""
    data: Object = orjson.loads((CASES / f"{case}.json").read_bytes())
    for found in data["items"]:
        changes.get(found["kind"], lambda _: None)(found)
    return data


def causes(case: str, **changes: Change) -> tuple[Diagnosis, ...]:
    return diagnose_recorded(recording(case, **changes)).diagnoses


def answer(policy: Object) -> Object:
    return policy["status"]["ancestors"][0]  # type: ignore[no-any-return]


def refused_for(reason: str) -> Change:
    return lambda policy: [each.update(reason=reason) for each in answer(policy)["conditions"]]


def tls_failed(route: Object) -> None:
    said = route["status"]["parents"][0]["conditions"][1]
    said.update(status="False", reason="InvalidBackendTLS", message="no ca found in the ConfigMap")


@pytest.mark.parametrize(
    "change",
    [
        lambda policy: policy["spec"]["targetRefs"][0].update(name="chat"),
        lambda policy: policy["spec"]["targetRefs"][0].update(kind="InferencePool"),
        lambda policy: policy["spec"]["targetRefs"][0].update(sectionName="metrics"),
        lambda policy: policy["metadata"].update(namespace="demo"),
        lambda policy: policy["metadata"].update(generation=2),
        lambda policy: answer(policy)["ancestorRef"].update(name="internal"),
        lambda policy: answer(policy)["ancestorRef"].update(kind="Service"),
        lambda policy: [each.update(status="True") for each in answer(policy)["conditions"]],
        lambda policy: policy.pop("status"),
    ],
)
def test_a_policy_that_is_not_for_the_group_or_not_refused_is_no_cause(change: Change) -> None:
    def named(service: Object) -> None:
        service["spec"]["ports"] = [{"name": "http", "port": 8000}]

    assert causes("backend-tls-no-ca", BackendTLSPolicy=change, Service=named) == ()


@pytest.mark.parametrize(
    ("reason", "fix"),
    [
        ("InvalidCACertificateRef", "under the key ca.crt of the ConfigMap llm-ca in namespace ml"),
        ("NoValidCACertificate", "under the key ca.crt of the ConfigMap llm-ca in namespace ml"),
        ("InvalidKind", "Name a ConfigMap in its validation.caCertificateRefs"),
        ("Invalid", "kubectl edit backendtlspolicy -n ml llm-tls"),
    ],
)
def test_the_fix_of_a_refused_policy_is_for_its_reason(reason: str, fix: str) -> None:
    [cause] = causes("backend-tls-no-ca", BackendTLSPolicy=refused_for(reason))

    assert (cause.category, cause.terminal) == ("backend-tls-policy", False)
    assert fix in cause.resolution
    assert f"({reason})" in cause.detail


def test_a_policy_that_is_not_in_effect_is_a_note() -> None:
    served = diagnose_recorded(recording("backend-tls-conflict"))
    failed = diagnose_recorded(recording("backend-tls-conflict", HTTPRoute=tls_failed))

    assert (served.status, served.reason) == ("Available", "")
    assert ([each.category for each in served.notes], served.diagnoses) == (["backend-tls-conflict"], ())
    assert failed.status == "Degraded"
    assert failed.reason.endswith("no ca found in the ConfigMap")
    assert [each.category for each in failed.notes] == ["backend-tls-conflict"]


def test_a_route_without_tls_to_its_service_is_explained_by_the_policy_where_it_is_known() -> None:
    [known] = causes("backend-tls-no-ca", HTTPRoute=tls_failed)
    [unknown] = causes("route-reference-other-grant", HTTPRoute=tls_failed)

    assert {known.category, unknown.category} == {"backend-tls-policy"}
    assert "BackendTLSPolicy llm-tls" in known.summary
    assert unknown.summary.endswith("cannot speak TLS with the Service llm: no ca found in the ConfigMap")
    assert "kubectl get backendtlspolicies -n ml" in unknown.resolution


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda grant: None, "none of which is for it: from-demo"),
        (lambda grant: grant["spec"]["from"][0].update(namespace="ml"), "models/from-demo permits it"),
        (lambda grant: grant["metadata"].update(namespace="demo"), "any ReferenceGrant"),
    ],
)
def test_the_grants_of_the_services_namespace_are_evidence(change: Change, said: str) -> None:
    [cause] = causes("route-reference-other-grant", ReferenceGrant=change)

    assert cause.category == "reference-not-granted"
    assert cause.detail.rstrip(".").removesuffix("; the gateway has not taken it on yet").endswith(said)


@pytest.mark.parametrize("case", ["backend-tls-no-ca", "backend-tls-conflict", "route-reference-other-grant"])
def test_a_snapshot_keeps_policies_and_grants(case: str) -> None:
    data = orjson.loads(orjson.dumps(snapshot_data(snapshot_of(recording(case)))))

    assert diagnose_recorded(data).diagnoses == causes(case)
