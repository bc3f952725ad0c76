"""A record in an annotation is a claim: the object that carries it has to bear it out."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from scaling_group.errors import NotFound
from scaling_group.operations.annotation import annotated_record, read_annotation
from scaling_group.operations.get import get
from scaling_group.operations.list_groups import list_groups
from scaling_group.operations.protocols import Object
from scaling_group.records import Record, Status
from scaling_group.spec.group import environment_spec
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    record_of,
)

SECRET = environment_spec({**ENVIRONMENT.model_dump(), "namespace": "secret"})
OTHER = environment_spec({**ENVIRONMENT.model_dump(), "id": "prod"})
DOMAIN = environment_spec({**ENVIRONMENT.model_dump(), "label_domain": "corp.test"})

#: What a Deployment may say of itself that is not so.
FALSE_CLAIMS = {
    "namespace": record_of("web", environment=SECRET),
    "name": record_of("web").with_(spec=record_of("admin").spec),
    "id": record_of("web", id="id-of-another"),
    "label domain": record_of("web", environment=DOMAIN),
    "environment": record_of("web", environment=OTHER),
}


def claiming(record: Record, **labels: str) -> Object:
    """Return the Deployment `default/web` with an annotation that says something else."""
    deployment = objects_of(record_of("web"))[0]
    metadata: dict[str, Any] = deployment["metadata"]
    text = orjson.dumps(record.to_config()).decode()
    metadata["annotations"] = {**metadata["annotations"], "chalk.ai/record": text}
    metadata["labels"] = {**metadata["labels"], **labels}
    return deployment


def test_a_record_that_the_object_bears_out_is_believed():
    deployment = objects_of(record_of("web"))[0]

    assert annotated_record(deployment) == record_of("web")
    assert read_annotation(deployment).ignored == ""


@pytest.mark.parametrize("what", FALSE_CLAIMS)
def test_a_claim_that_the_object_does_not_bear_out_is_ignored(what):
    deployment = claiming(FALSE_CLAIMS[what])

    assert annotated_record(deployment) is None
    assert read_annotation(deployment).ignored.startswith(
        f"the Deployment default/web carries a record that is not its own, which is ignored: its {what} is "
    )


def test_a_false_claim_names_both_values():
    assert read_annotation(claiming(FALSE_CLAIMS["namespace"])).ignored.endswith(
        "its namespace is 'default', and the record says 'secret'"
    )


@pytest.mark.parametrize("what", FALSE_CLAIMS)
def test_get_reads_nothing_that_a_false_claim_names(what):
    """Today's worst: a foreign Deployment made `get` read Services, pods and logs of another namespace."""
    cluster = FakeCluster(claiming(FALSE_CLAIMS[what]))

    with pytest.raises(NotFound) as raised:
        get(context_of(FakeReader(), cluster), "web")

    assert "carries a record that is not its own" in raised.value.detail
    assert {call[2] for call in cluster.calls} == {"default"}


@pytest.mark.parametrize("what", FALSE_CLAIMS)
def test_list_leaves_a_false_claim_out_and_says_so(what):
    said: list[str] = []
    cluster = FakeCluster(claiming(FALSE_CLAIMS[what]), *objects_of(record_of("ant")))

    views = list_groups(context_of(FakeReader(), cluster, said.append), include_deleted=False)

    assert [view.name for view in views] == ["ant"]
    [warning] = said
    assert warning == f"warning: {read_annotation(claiming(FALSE_CLAIMS[what])).ignored}"


@pytest.mark.parametrize("text", ["no json", "[]", '{"id": "x"}', "[" * 100_000])
def test_a_record_that_cannot_be_read_is_said(text):
    deployment = objects_of(record_of("web"))[0]
    deployment["metadata"]["annotations"] = {"chalk.ai/record": text}

    assert annotated_record(deployment) is None
    assert read_annotation(deployment).ignored == (
        "the Deployment default/web carries a record that cannot be read, which is ignored"
    )


def test_a_label_of_somebody_elses_does_not_hide_a_group():
    """Labels are sorted, so that theirs may come first."""
    deployment = claiming(record_of("web"), **{"a.example.com/scaling-group": "x"})

    assert annotated_record(deployment) == record_of("web")


def test_a_deployment_of_somebody_else_claims_nothing():
    deployment = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}}

    assert annotated_record(deployment) is None
    assert read_annotation(deployment).ignored == ""
    assert list_groups(context_of(FakeReader(), FakeCluster(deployment)), include_deleted=True) == []


def test_a_group_of_ones_own_is_listed_with_its_state_whatever_its_deployment_claims():
    record = record_of("web")
    reader = FakeReader({"web": FakeState(record, exists=True, live=True)})
    cluster = FakeCluster(claiming(FALSE_CLAIMS["namespace"]), *objects_of(record)[1:])

    [view] = list_groups(context_of(reader, cluster), include_deleted=False)

    assert (view.name, view.namespace, view.status) == ("web", "default", Status.AVAILABLE)


@pytest.mark.parametrize("excused", [[[]], [{}], "DB_PASSWORD", {"DB_PASSWORD": 1}, 7])
def test_a_record_that_excuses_what_is_no_name_is_ignored(excused):
    """`list` ended in a traceback: names are compared before the record is checked."""
    deployment = claiming(record_of("web"))
    annotations = deployment["metadata"]["annotations"]
    record = orjson.loads(annotations["chalk.ai/record"])
    record["spec"] |= {"env": {"DB_PASSWORD": "x"}, "not_secret": excused}
    annotations["chalk.ai/record"] = orjson.dumps(record).decode()

    assert read_annotation(deployment).ignored.endswith(
        "carries a record that cannot be read, which is ignored"
    )
