"""init: what a cluster tells of where groups can live, and what it leaves to be asked."""

from __future__ import annotations

import pytest

from scaling_group.errors import InvalidInput, NotFound
from scaling_group.operations.init import Given, Question, Seen, look, settle
from scaling_group.rollout.certificate import ServedCertificate
from scaling_group.spec.environment import EnvironmentSpec
from tests.unit.operations.fakes import ENVIRONMENT, FakeCluster, FakeNetwork, objects_of, record_of
from tests.unit.rollout.gateways import gateway, listener

NOTHING = Given(None, None, None, None, None)
DEV = Given("dev", None, None, None, None)


class Person:
    """Answers what is asked, and remembers it."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> str:
        self.asked.append(question)
        return self.answers.pop(0)


def settled(
    cluster: FakeCluster,
    given: Given = DEV,
    person: Person | None = None,
    shown: ServedCertificate | None = None,
) -> EnvironmentSpec:
    return settle(look(cluster, "models"), given, FakeNetwork({}, shown), person or Person())


def seen(*listeners) -> Seen:
    cluster = FakeCluster()
    cluster.gateway = gateway(*listeners)
    return look(cluster, "models")


def test_one_listener_tells_all_but_the_environment():
    person = Person("dev")

    environment = settled(FakeCluster(), NOTHING, person)

    assert (environment.id, environment.namespace) == ("dev", "models")
    assert environment.gateway == ENVIRONMENT.gateway
    [question] = person.asked
    assert (question.flag, question.default) == ("--environment", "")


def test_groups_that_are_there_tell_their_environment():
    elsewhere = ENVIRONMENT.model_copy(update={"namespace": "far"})
    cluster = FakeCluster(*objects_of(record_of(environment=elsewhere)))
    person = Person("abc123")

    assert settled(cluster, NOTHING, person) == elsewhere
    assert person.asked[0].default == "abc123"
    assert look(cluster, "models").groups() == {"abc123": 1}


def test_a_namespace_that_is_given_counts_more_than_that_of_groups_there():
    cluster = FakeCluster(*objects_of(record_of()))

    assert settled(cluster, Given("abc123", "other", None, None, None)).namespace == "other"


def test_several_listeners_are_a_choice_and_a_flag_answers_it():
    cluster = FakeCluster()
    cluster.gateway = gateway(listener(), listener(name="wide", hostname="*.example.org"))
    choices = [
        "gateway-system/gateway, listener https, *.gw.example.com (GatewayClass public)",
        "gateway-system/gateway, listener wide, *.example.org (GatewayClass public)",
    ]
    person = Person(choices[1])

    assert settled(cluster, DEV, person).gateway.domain == "example.org"
    assert person.asked[0].choices == choices
    assert settled(cluster, Given("dev", None, "gateway", "https", None)).gateway.section == "https"


def test_a_listener_of_every_host_has_its_domain_from_the_certificate_or_the_user():
    cluster = FakeCluster()
    cluster.gateway = gateway(listener(hostname=None), addresses=[{"value": "192.0.2.1"}])
    person = Person("example.net")

    environment = settled(cluster, DEV, person, ServedCertificate(("*.cert.example", "cert.example")))

    assert environment.gateway.domain == "example.net"
    assert (person.asked[0].flag, person.asked[0].default) == ("--domain", "cert.example")
    assert settled(cluster, Given("dev", None, None, None, "x.example")).gateway.domain == "x.example"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"protocol": "HTTP", "tls": None}, "is HTTP, not HTTPS"),
        ({"tls": {"mode": "Passthrough"}}, "has TLS mode Passthrough"),
        ({"allowedRoutes": {"namespaces": {"from": "Same"}}}, "admits no routes from namespace 'models'"),
        ({"allowedRoutes": {"kinds": [{"kind": "TCPRoute"}]}}, "does not admit HTTPRoutes"),
        ({"hostname": "one.example.com"}, "serves one.example.com alone"),
    ],
)
def test_a_listener_that_takes_no_groups_is_left_out_with_its_reason(changed, why):
    found = seen(listener(**changed))

    assert found.listening == []
    assert why in found.unfit[0]
    with pytest.raises(NotFound, match="no Gateway with an HTTPS listener") as caught:
        settle(found, DEV, FakeNetwork({}, None), Person())
    assert why in caught.value.detail
    assert "gatewayClassName: public" in caught.value.resolution


def test_a_cluster_without_gateways_says_what_is_missing_and_how_to_get_it():
    cluster = FakeCluster()
    cluster.environs = []
    with pytest.raises(NotFound) as caught:
        settled(cluster)
    assert "no Gateway controller is installed" in caught.value.detail
    assert "https://gateway-api.sigs.k8s.io/implementations/" in caught.value.resolution

    cluster.kinds = frozenset()
    with pytest.raises(NotFound, match="no Gateway API") as caught:
        settled(cluster)
    assert "Install the Gateway API" in caught.value.resolution


def test_who_may_not_list_gateways_names_one():
    cluster = FakeCluster()
    cluster.forbidden = {"Gateway", "GatewayClass", "Deployment"}
    with pytest.raises(InvalidInput) as caught:
        settled(cluster)
    assert [fault.field for fault in caught.value.faults] == ["--gateway", "--domain"]

    environment = settled(cluster, Given("dev", None, "infra/public", None, "example.com"))
    assert environment.gateway.model_dump(exclude_none=True) == {
        "name": "public", "namespace": "infra", "section": "https", "domain": "example.com",
    }  # fmt: skip


def test_a_gateway_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(NotFound) as caught:
        settled(FakeCluster(), Given("dev", None, "other", None, None))
    assert "gateway-system/gateway, listener https" in caught.value.detail
