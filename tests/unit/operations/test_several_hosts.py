"""A group with several hostnames: each is asked, judged, kept and deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scaling_group.errors import Conflict, InvalidInput
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.checks import answer, gateway, host
from scaling_group.operations.checks.context import CheckContext
from scaling_group.operations.delete import Delete
from scaling_group.operations.evidence import gather
from scaling_group.operations.get import get
from scaling_group.operations.gone import surviving
from scaling_group.operations.observed import observe
from scaling_group.operations.update import Update
from scaling_group.records import Status, now
from scaling_group.rollout.certificate import ServedCertificate
from scaling_group.rollout.diagnose import diagnose
from scaling_group.rollout.response import Response
from scaling_group.rollout.snapshot_file import snapshot_data, snapshot_of
from scaling_group.rollout.status import judge
from scaling_group.spec.edit import Edit
from scaling_group.spec.group import group_spec
from scaling_group.spec.hostname import check_apart, check_together
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakeNetwork,
    FakeReader,
    FakeState,
    context_of,
    objects_of,
    pod_of,
    record_of,
)
from tests.unit.rollout import gateways

ADDRESS = "192.0.2.1"
RECORD = record_of(spec_hostnames=["a.gw.example.com", "api.example.com/v1"])
PATH_ROUTE = "inference-2d234c97"
GOOD = ServedCertificate(("*.gw.example.com",), now() + timedelta(days=60), issuer="An Authority")
BY = ChangeOptions("alice@host", None)


def cluster_of(*objects: dict, hostname: str = "") -> FakeCluster:
    cluster = FakeCluster(*(objects or objects_of(RECORD)), pod_of(RECORD))
    cluster.gateway = gateways.gateway(addresses=[{"type": "IPAddress", "value": ADDRESS}])
    if hostname:
        cluster.gateway["spec"]["listeners"][0]["hostname"] = hostname
    return cluster


def reader() -> FakeReader:
    return FakeReader({"inference": FakeState(RECORD, exists=True, live=True)})


def network(**elsewhere: Response) -> FakeNetwork:
    hosts = ("abc123-inference.gw.example.com", "a.gw.example.com", "api.example.com")
    names = {host: [ADDRESS] for host in hosts}
    return FakeNetwork(names, GOOD, Response(200, {}), elsewhere=elsewhere)


def test_get_tells_every_url_and_with_probe_what_each_answers():
    looks = network(**{"api.example.com/v1": Response(503, {})})

    view = get(context_of(reader(), cluster_of(), network=looks), "inference", probe=True)

    assert view.url == "https://abc123-inference.gw.example.com"
    assert view.urls == (view.url, "https://a.gw.example.com", "https://api.example.com/v1")
    assert view.answer is not None
    assert view.answer.answered
    assert view.answers["https://a.gw.example.com"].answered
    refused = view.answers["https://api.example.com/v1"]
    # The certificate is for none of its names.
    assert (refused.answered, refused.stage) == (False, "tls")
    assert not view.answers_everywhere
    assert view.tree is not None
    assert [each.name for each in view.tree.path_routes] == [PATH_ROUTE]


def test_doctor_tells_of_each_host_of_the_named_group():
    cluster = cluster_of(hostname="*.gw.example.com")
    place = CheckContext(
        lambda: ENVIRONMENT,
        None,  # type: ignore[arg-type]
        network(),
        lambda: cluster,
        name="inference",
    )

    covered = next(check for check in gateway.CHECKS if check.id == "hostname-covered").run(place)
    shown = next(check for check in host.CHECKS if check.id == "certificate").run(place)
    [asked] = [check.run(place) for check in answer.CHECKS]

    assert (covered.outcome, covered.category) == ("failed", "hostname-not-covered")
    assert covered.summary.endswith("does not cover the host api.example.com")
    assert "Leave it out of hostnames" in covered.resolution
    assert (shown.outcome, shown.category) == ("failed", "certificate-other-host")
    assert shown.resolution == "Have it issued for api.example.com as well."
    assert asked.summary.startswith("https://api.example.com/v1: ")


def test_a_listener_that_serves_some_of_the_hosts_is_told_of_for_the_others():
    record = record_of(spec_hostnames=["api.example.com"])
    seen = gather(cluster_of(*objects_of(record), hostname="*.gw.example.com"), record, whole=True)

    [found] = diagnose(seen)

    assert (judge(seen).status, found.category) == (Status.DEGRADED, "hostname-not-covered")
    assert "does not cover the host api.example.com" in found.summary


def test_a_route_of_a_path_that_is_gone_is_missed():
    own = [each for each in objects_of(RECORD) if each["metadata"]["name"] != PATH_ROUTE]
    group = observe(context_of(reader(), cluster_of(*own)), "inference")

    assert [change.field for change in group.drift] == [f"HTTPRoute/{PATH_ROUTE}"]
    assert group.view.status is Status.DEGRADED
    assert group.view.reason == f"the HTTPRoute {PATH_ROUTE} does not exist in namespace default"


def test_a_snapshot_holds_every_route_and_is_read_again():
    seen = gather(cluster_of(), RECORD, whole=True)

    again = snapshot_of(snapshot_data(seen))

    assert again.path_routes.keys() == {PATH_ROUTE}
    assert [each["metadata"]["name"] for each in again.routes] == ["inference", PATH_ROUTE]
    # A List, as kubectl writes it, names no group: labels do.
    listed = snapshot_of({"kind": "List", "items": objects_of(RECORD)})
    assert listed.path_routes.keys() == {PATH_ROUTE}
    assert listed.other_routes == []


def test_a_delete_takes_every_route():
    cluster = cluster_of()
    assert list(surviving(cluster, RECORD)) == [
        "Deployment",
        "Service",
        "HTTPRoute",
        f"HTTPRoute/{PATH_ROUTE}",
    ]

    plan = Delete("inference", BY).plan(context_of(reader(), cluster))

    assert [each.name for each in plan.objects] == [*["inference"] * 3, PATH_ROUTE]


def test_an_update_asks_of_what_it_adds_and_leaves_the_rest():
    rival = objects_of(record_of("chat"))[2]
    rival["spec"]["hostnames"] = ["b.gw.example.com"]
    context = context_of(reader(), cluster_of(*objects_of(RECORD), rival))

    with pytest.raises(Conflict, match=r"b\.gw\.example\.com is taken by the HTTPRoute default/chat"):
        Update("inference", Edit({"hostnames": ["b.gw.example.com"]}), BY).plan(context)

    plan = Update("inference", Edit({"hostnames": ["a.gw.example.com"]}), BY).plan(context)
    ended = [each for each in plan.objects if each.action == "delete"]
    assert [(each.kind, each.name) for each in ended] == [("HTTPRoute", PATH_ROUTE)]


def test_an_object_of_somebody_else_under_the_name_of_a_new_route_is_not_taken_over():
    plain = record_of()
    foreign = {**objects_of(record_of("chat"))[2], "metadata": {"name": PATH_ROUTE, "namespace": "default"}}
    foreign["spec"] = {**foreign["spec"], "hostnames": ["z.example.com"]}
    state = FakeReader({"inference": FakeState(plain, exists=True, live=True)})
    context = context_of(state, cluster_of(*objects_of(plain), foreign))

    with pytest.raises(Conflict, match=f"the HTTPRoute default/{PATH_ROUTE} does not belong to this group"):
        Update("inference", Edit({"hostnames": ["b.gw.example.com/v1"]}), BY).plan(context)


def test_two_groups_of_one_file_cannot_have_one_host_and_path():
    base = {"image": "a", "port": 1}
    one = group_spec({**base, "name": "one", "hostnames": ["api.example.com", "api.example.com/v1"]})
    other = group_spec(
        {**base, "name": "other", "hostnames": ["api.example.com/v1", "abc123-one.gw.example.com"]}
    )

    with pytest.raises(InvalidInput) as caught:
        check_apart([one, other], ENVIRONMENT)

    assert [fault.message.partition(":")[0] for fault in caught.value.faults] == [
        "abc123-one.gw.example.com is one's too",
        "api.example.com/v1 is one's too",
    ]


def test_the_own_hostname_is_not_given_again():
    spec = group_spec({"image": "a", "port": 1, "name": "one", "hostnames": ["abc123-one.gw.example.com/v1"]})

    with pytest.raises(InvalidInput) as caught:
        check_together(spec, ENVIRONMENT)

    assert [(fault.field, fault.message) for fault in caught.value.faults] == [
        (
            "hostnames",
            "abc123-one.gw.example.com/v1 is served already: abc123-one.gw.example.com is the group's own.",
        )
    ]
