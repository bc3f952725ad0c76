"""Create: what is refused before anything changes, and what the record of a new group holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scaling_group.errors import Conflict, Forbidden, Interrupted, InvalidInput, NotFound
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.create import Create
from scaling_group.operations.protocols import WARNING
from scaling_group.records import GroupView, Status
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import environment_spec, group_spec
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    UID,
    FakeCluster,
    FakeReader,
    FakeState,
    FakeWriter,
    context_of,
    held,
    objects_of,
    record_of,
)
from tests.unit.rollout.gateways import gateway, listener, namespace

OTHER_UID = "99999999-aaaa-bbbb-cccc-000011112222"


def create(name: str = "inference", **spec: Any) -> Create:
    fields = {"image": "a/b:1", "name": name, "port": 8080, **spec}
    return Create(group_spec(fields), ChangeOptions("ada@host", None, "first try"))


def run(operation: Create, cluster: FakeCluster, **states: FakeState) -> tuple[GroupView, FakeWriter]:
    writer = FakeWriter(cluster)
    return operation.run(context_of(FakeReader(states), cluster, writer=writer)), writer


def refused(
    error: type[Exception],
    cluster: FakeCluster,
    operation: Create | None = None,
    environment: EnvironmentSpec = ENVIRONMENT,
    **states: FakeState,
):
    """Return the error of a create that must change nothing."""
    writer, before = FakeWriter(cluster), list(cluster.objects)
    with pytest.raises(error) as caught:
        (operation or create()).run(
            context_of(FakeReader(states), cluster, writer=writer, environment=environment)
        )
    assert writer.done == []
    assert cluster.objects == before
    assert cluster.deleted() == []
    return caught.value


def test_a_new_group_gets_a_stack_and_objects():
    view, writer = run(create(), FakeCluster())

    assert writer.verbs() == ["create_stack", "up"]
    assert (view.name, view.environment, view.status) == ("inference", "abc123", Status.AVAILABLE)
    assert view.url == "https://abc123-inference.gw.example.com"
    assert view.address == "inference.default.svc:8080"


def test_the_record_says_who_when_where_and_what():
    _, writer = run(create(replicas=3), FakeCluster())

    (_, first), (_, second) = writer.done
    assert first == second
    assert len(first.id) == 36
    assert (first.revision, first.namespace_uid, first.actor, first.message) == (
        1,
        UID,
        "ada@host",
        "first try",
    )
    assert first.created == first.updated is not None
    assert first.deleted is None
    assert first.spec.replicas == 3
    assert first.environment == ENVIRONMENT


def test_two_groups_have_different_ids():
    ids = {run(create(), FakeCluster())[0].id for _ in range(2)}

    assert len(ids) == 2


def test_the_lock_is_released_after_success_and_after_refusal():
    cluster = FakeCluster()
    _, writer = run(create(), cluster)
    assert writer.held == []

    with pytest.raises(Conflict):
        create().run(context_of(FakeReader(), cluster, writer=writer))
    assert writer.held == []


def test_a_second_create_is_refused():
    record = record_of(revision=4)
    error = refused(Conflict, FakeCluster(), inference=FakeState(record, exists=True, live=True))

    assert error.message == "inference already exists in environment abc123"
    assert error.detail == "Its id is id-inference, its revision 4."
    assert error.resolution.splitlines() == [
        "See it with: scaling-group get --name=inference",
        "Change it with: scaling-group update --name=inference, or apply -f, which creates or updates",
    ]


def test_a_second_create_in_another_namespace_is_told_where_the_name_is():
    models = environment_spec({**ENVIRONMENT.model_dump(), "namespace": "models"})
    record = record_of(environment=models)
    error = refused(Conflict, FakeCluster(), inference=FakeState(record, exists=True, live=True))

    assert error.message == "inference already exists in environment abc123, in the namespace models"
    assert error.resolution == "Choose another --name."


@pytest.mark.parametrize("kind", ["Deployment", "Service", "HTTPRoute"])
def test_an_object_that_somebody_else_made_is_named_and_not_taken_over(kind):
    foreign = {"kind": kind, "metadata": {"name": "inference", "namespace": "default"}, "spec": {}}
    error = refused(Conflict, FakeCluster(foreign))

    assert error.message == "the name 'inference' is used by objects that this group does not own"
    assert error.detail == f"{kind} default/inference"


def test_an_object_that_is_deleted_and_not_gone_is_waited_for_and_not_deleted_again():
    route = held(objects_of(record_of())[2])
    route["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z"
    error = refused(Conflict, FakeCluster(route))

    assert error.detail == (
        "HTTPRoute default/inference (scaling group id-inference, deleted; it waits for the finalizer "
        "example.com/cleanup of the HTTPRoute)"
    )
    assert error.resolution == "Choose another --name, or wait until they are gone."


def test_every_object_of_another_backends_group_is_named_with_its_id():
    error = refused(Conflict, FakeCluster(*objects_of(record_of())))

    assert error.detail.splitlines() == [
        f"{kind} default/inference (scaling group id-inference, from another stack or backend)"
        for kind in ("Deployment", "Service", "HTTPRoute")
    ]


def test_a_hostname_that_another_route_has_is_refused():
    route = {
        "kind": "HTTPRoute",
        "metadata": {"name": "shop", "namespace": "web"},
        "spec": {"hostnames": ["shop.example.com", "abc123-inference.gw.example.com"]},
    }
    error = refused(Conflict, FakeCluster(route))

    assert error.message == "the hostname abc123-inference.gw.example.com is taken by the HTTPRoute web/shop"


def test_routes_with_other_or_no_hostnames_are_no_obstacle():
    routes = [
        {
            "kind": "HTTPRoute",
            "metadata": {"name": "a", "namespace": "web"},
            "spec": {"hostnames": ["a.com"]},
        },
        {"kind": "HTTPRoute", "metadata": {"name": "b", "namespace": "web"}, "spec": {}},
    ]

    assert run(create(), FakeCluster(*routes))[0].status is Status.AVAILABLE


def test_environment_and_name_that_make_the_hostname_of_another_pair_are_refused():
    dev = environment_spec({**ENVIRONMENT.model_dump(), "id": "dev", "namespace": "default"})
    taken = objects_of(record_of("api-v2", environment=dev))
    other = environment_spec({**ENVIRONMENT.model_dump(), "id": "dev-api"})
    operation = Create(group_spec({"image": "a", "name": "v2", "port": 80}), ChangeOptions("ada", None))

    assert "default/api-v2" in refused(Conflict, FakeCluster(*taken), operation, other).message


def test_a_group_of_another_cluster_is_refused_with_both_identities():
    record = record_of(namespace_uid=OTHER_UID)
    error = refused(Conflict, FakeCluster(), inference=FakeState(record, exists=True, live=True))

    assert error.message == "inference was created in another cluster than the connected one"
    assert OTHER_UID in error.detail
    assert UID in error.detail
    assert "--context" in error.resolution


def test_a_missing_namespace_is_named():
    error = refused(NotFound, FakeCluster(namespaces={}))

    assert error.message == "the namespace 'default' does not exist in this cluster"
    assert "kubectl create namespace default" in error.resolution


@pytest.mark.parametrize("version", [(1, 29), (0, 0)])
def test_a_cluster_that_is_too_old_is_refused(version):
    cluster = FakeCluster()
    cluster.kubernetes = version

    error = refused(Conflict, cluster)

    assert error.message == f"this cluster runs Kubernetes {version[0]}.{version[1]}; 1.30 or newer is needed"


def test_the_oldest_cluster_that_keeps_every_field_will_do():
    cluster = FakeCluster()
    cluster.kubernetes = (1, 30)

    assert run(create(), cluster)[0].status is Status.AVAILABLE


def test_a_gateway_that_is_not_there_is_named():
    cluster = FakeCluster()
    cluster.gateway = None

    error = refused(NotFound, cluster)

    assert error.message == "there is no Gateway gateway-system/gateway"
    assert "gateway.name" in error.resolution


def test_a_listener_that_is_not_there_is_named_with_the_others():
    cluster = FakeCluster()
    cluster.gateway = gateway(listener(name="tls"))

    error = refused(NotFound, cluster)

    assert error.message == "Gateway gateway-system/gateway has no listener 'https'"
    assert error.detail == "Its listeners: tls (HTTPS)"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"protocol": "HTTP", "tls": None}, "is HTTP, not HTTPS"),
        ({"hostname": "*.example.org"}, "does not cover the host abc123-inference.gw.example.com"),
        ({"allowedRoutes": None}, "admits no routes from namespace 'default'"),
    ],
)
def test_a_listener_that_would_not_serve_the_group_is_refused(changes, said):
    cluster = FakeCluster()
    cluster.gateway = gateway(listener(**changes))

    error = refused(Conflict, cluster)

    assert said in error.message
    assert error.resolution


def test_a_listener_that_admits_namespaces_by_label_is_judged_by_the_labels():
    cluster = FakeCluster()
    chosen = {"from": "Selector", "selector": {"matchLabels": {"team": "ml"}}}
    cluster.gateway = gateway(listener(allowedRoutes={"namespaces": chosen}))
    assert refused(Conflict, cluster).detail == "It admits namespaces with the labels team=ml."

    cluster.environs.append(namespace(team="ml"))
    cluster.environs.remove(namespace())
    assert run(create(), cluster)[0].status is Status.AVAILABLE


def test_a_user_who_may_not_read_the_gateway_can_create():
    cluster = FakeCluster()
    cluster.forbidden = {"Gateway"}

    assert run(create(), cluster)[0].status is Status.AVAILABLE


def test_missing_rights_are_named():
    cluster = FakeCluster()
    cluster.missing = {"patch services in namespace default", "delete services in namespace default"}

    error = refused(Forbidden, cluster)

    assert error.exit_code == 5
    assert error.detail.splitlines() == ["Missing permissions:", "  patch services in namespace default"]


def test_the_preflight_reads_each_thing_once():
    """What is asked of the cluster decides how long a create takes where it is far away."""
    cluster = FakeCluster()
    plan = create().plan(context_of(FakeReader(), cluster))

    assert len(plan.objects) == 3
    assert cluster.calls.count(("get", "Gateway", "gateway-system", "gateway")) == 1
    assert ("get", "Namespace", "", "default") not in cluster.calls


def test_a_name_that_does_not_fit_the_environment_is_refused_first():
    refused(InvalidInput, FakeCluster(namespaces={}), create("n" * 63))


def test_a_name_used_before_goes_on_with_its_numbers_in_its_stack():
    before = record_of(revision=7, namespace_uid=OTHER_UID)
    view, writer = run(create(), FakeCluster(), inference=FakeState(before, exists=True, live=False))

    assert writer.verbs() == ["up"]
    assert view.revision == 8
    assert view.id != before.id


def test_a_stack_without_history_is_a_free_name():
    view, writer = run(create(), FakeCluster(), inference=FakeState(exists=True))

    assert writer.verbs() == ["up"]
    assert view.revision == 1


def test_without_a_timeout_nothing_is_waited_for():
    cluster = FakeCluster()
    looks: list[int] = []
    cluster.on_look = lambda seen: looks.append(len(seen.objects))

    run(create(), cluster)

    assert looks == [0, 3]


def test_ctrl_c_during_the_wait_says_that_the_group_is_kept():
    cluster, said = FakeCluster(), []

    def report(message: str) -> None:
        said.append(message)
        if len(said) > 1:
            raise KeyboardInterrupt

    operation = replace(create(), by=ChangeOptions("ada@host", 60))
    with pytest.raises(Interrupted) as caught:
        operation.run(context_of(FakeReader(), cluster, report))

    assert caught.value.exit_code == 130
    assert caught.value.message.startswith("interrupted: ")
    assert caught.value.resolution == "See it with: scaling-group get --name=inference"
    assert len(cluster.objects) == 3


def test_progress_is_reported():
    cluster, said = FakeCluster(), []

    create().run(context_of(FakeReader(), cluster, said.append))

    assert said == ["creating inference in environment abc123"]


def said_of(autoscale: dict[str, Any], cluster: FakeCluster) -> list[str]:
    """Return what a create of an autoscaled group warns of; the group is made."""
    said: list[str] = []
    writer = FakeWriter(cluster)
    create(autoscale=autoscale).run(context_of(FakeReader(), cluster, said.append, writer=writer))
    assert writer.verbs() == ["create_stack", "up"]
    return [line.removeprefix(WARNING) for line in said if line.startswith(WARNING)]


def test_a_group_that_nobody_measures_is_made_with_a_warning():
    cluster = FakeCluster()
    assert said_of({"max": 8}, cluster) == []

    bare = FakeCluster()
    bare.apis = {"apps": "v1"}
    assert said_of({"max": 8, "cpu": 70, "pods": {"waiting": "5"}}, bare) == [
        "the cluster has no resource metrics API (metrics.k8s.io), so inference does not scale by it. "
        "Install metrics-server in the cluster",
        "the cluster has no custom metrics API (custom.metrics.k8s.io), so inference does not scale by it. "
        "Install prometheus-adapter in the cluster",
    ]


def test_a_user_who_may_not_make_autoscalers_is_told_before_anything_is_made():
    cluster = FakeCluster()
    cluster.missing = {"create horizontalpodautoscalers.autoscaling in namespace default"}

    error = refused(Forbidden, cluster, create(autoscale={"max": 8}))

    assert error.message == "this user may not create the HorizontalPodAutoscaler that scales inference"
    assert "create horizontalpodautoscalers.autoscaling in namespace default" in error.detail
    assert run(create(), cluster)[0].status is Status.AVAILABLE
