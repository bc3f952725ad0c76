"""Delete: only what is the group's own, and only in the cluster that it was made in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scaling_group.engine.state import Held
from scaling_group.errors import Conflict, Failed, Interrupted, NotFound, Unreachable
from scaling_group.operations.applying import ChangeOptions
from scaling_group.operations.delete import Delete
from scaling_group.operations.list_groups import list_groups
from scaling_group.operations.observed import observe
from scaling_group.operations.protocols import Object
from scaling_group.records import Status, now
from tests.unit.operations.fakes import (
    ENVIRONMENT,
    FakeCluster,
    FakePast,
    FakeReader,
    FakeState,
    FakeWriter,
    context_of,
    held,
    objects_of,
    pod_of,
    record_of,
)

RECORD = record_of(revision=2)
#: The stack holds the three objects as they are in the cluster.
HELD = tuple(
    Held(o["kind"], f"{o['kind']}::inference", o["metadata"]["uid"], "inference") for o in objects_of(RECORD)
)
LIVE = FakeState(RECORD, exists=True, live=True, context="kind-old", held=HELD)


def delete(name: str = "inference", timeout: float | None = None) -> Delete:
    return Delete(name, ChangeOptions("ada@host", timeout, "no longer used"))


def refused(error: type[Exception], cluster: FakeCluster, **states: FakeState):
    """Return the error of a delete that must change nothing."""
    writer, before = FakeWriter(cluster), list(cluster.objects)
    with pytest.raises(error) as caught:
        delete().run(context_of(FakeReader(states), cluster, writer=writer))
    assert writer.done == []
    assert cluster.objects == before
    assert cluster.deleted() == []
    assert writer.held == []
    return caught.value


def test_a_cluster_that_goes_away_after_the_engine_leaves_what_one_delete_finishes():
    class Cut(FakeWriter):
        def destroy(self, *arguments: Any) -> None:
            super().destroy(*arguments)
            self.cluster.trouble = "connection reset"

    cluster = FakeCluster(*objects_of(RECORD))
    with pytest.raises(Unreachable) as caught:
        delete().run(context_of(FakeReader({"inference": LIVE}), cluster, writer=Cut(cluster)))
    assert caught.value.detail == "connection reset\nObjects of inference may still exist."
    assert caught.value.resolution == "Finish it with: scaling-group delete --name=inference"


def test_the_stack_is_destroyed_and_the_record_stays():
    cluster = FakeCluster(*objects_of(RECORD))
    writer = FakeWriter(cluster)

    view = delete(timeout=5).run(context_of(FakeReader({"inference": LIVE}), cluster, writer=writer))

    ((verb, record, context),) = writer.done
    assert (verb, context) == ("destroy", "kind-old")
    assert (record.actor, record.message, record.revision) == ("ada@host", "no longer used", 2)
    assert record.deleted == record.updated is not None
    assert (view.status, view.deleted) == (Status.DELETED, record.deleted)
    assert view.replicas.desired == 0
    assert cluster.objects == []
    assert cluster.deleted() == []


def test_what_the_engine_left_is_deleted_by_name():
    cluster = FakeCluster(*objects_of(RECORD))
    writer = FakeWriter(cluster, leaves=("Service",))

    delete().run(context_of(FakeReader({"inference": LIVE}), cluster, writer=writer))

    assert cluster.deleted() == ["Service"]
    assert cluster.objects == []


def test_what_the_engine_does_not_delete_is_deleted_before_it():
    """Killed between the two, a command would leave a Deployment that runs on as a deleted group's."""
    deployment, service, route = objects_of(RECORD)
    cluster = FakeCluster(held(deployment), service, route)
    state = replace(LIVE, held=tuple(each for each in LIVE.held if each.kind != "HTTPRoute"))
    deleted = list[str]()

    class Engine(FakeWriter):
        def destroy(self, *arguments: Any, **options: Any) -> None:
            deleted.extend(cluster.deleted())
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        delete().run(context_of(FakeReader({"inference": state}), cluster, writer=Engine(cluster)))

    assert deleted == ["Deployment", "HTTPRoute"]
    assert stopped.value.resolution == "Finish it with: scaling-group delete --name=inference"
    view = observe(context_of(FakeReader({"inference": state}), cluster), "inference").view
    [listed] = list_groups(context_of(FakeReader({"inference": state}), cluster), include_deleted=True)
    assert view.status is listed.status is Status.DELETED
    assert view.reason == listed.reason


def test_a_route_that_is_not_gone_is_the_reason_of_get_and_list():
    gone = replace(LIVE, record=RECORD.with_(deleted=now()), live=False, held=())
    route = {**held(objects_of(RECORD)[2])}
    route["metadata"] = {**route["metadata"], "deletionTimestamp": "2026-01-02T00:00:00Z"}
    known = FakeReader({"inference": gone}, [FakePast(gone.record or RECORD)])
    within = context_of(known, FakeCluster(route))

    reason = "not gone yet: HTTPRoute; waits for the finalizer example.com/cleanup of the HTTPRoute"
    assert observe(within, "inference").view.reason == reason
    assert [view.reason for view in list_groups(within, include_deleted=True)] == [reason]
    assert list_groups(within, include_deleted=False) == []


def test_an_object_that_somebody_made_anew_is_not_deleted():
    foreign = objects_of(record_of(id="another"))[2]
    cluster = FakeCluster(*objects_of(RECORD)[:2], foreign)
    writer = FakeWriter(cluster)

    with pytest.raises(Conflict, match="the HTTPRoute default/inference does not belong to this group"):
        delete().run(context_of(FakeReader({"inference": LIVE}), cluster, writer=writer))

    assert writer.verbs() == []
    assert foreign in cluster.objects


def remade(found: Object, uid: str, **labels: str) -> Object:
    metadata = {**found["metadata"], "uid": uid, "labels": {**found["metadata"]["labels"], **labels}}
    return {**found, "metadata": metadata}


def test_an_object_that_is_not_the_one_of_the_state_is_left_out_of_the_destroy():
    """The engine deletes by name; what carries the group's id is deleted by its own UID."""
    deployment, service, route = objects_of(RECORD)
    cluster = FakeCluster(deployment, remade(service, "another"), route)
    writer = FakeWriter(cluster)

    delete().run(context_of(FakeReader({"inference": LIVE}), cluster, writer=writer))

    assert writer.left == ["Service::inference"]
    assert ("delete", "Service", "default", "inference", "another") in cluster.calls
    assert cluster.objects == []


def test_an_object_that_somebody_makes_between_check_and_destroy_is_left_alone_and_said():
    deployment, service, route = objects_of(RECORD)
    theirs = remade(service, "another", **{"chalk.ai/scaling-group": "somebody"})
    cluster = FakeCluster(deployment, service, route)
    writer, said = FakeWriter(cluster), list[str]()

    def at_the_last_moment(message: str) -> None:
        said.append(message)
        cluster.objects = [theirs if o is service else o for o in cluster.objects]

    delete().run(context_of(FakeReader({"inference": LIVE}), cluster, at_the_last_moment, writer=writer))

    assert writer.left == ["Service::inference"]
    assert cluster.objects == [theirs]
    assert "warning: the Service default/inference belongs to something else and was not changed" in said


def test_what_a_create_never_made_does_not_keep_its_group():
    """Two backends create one name at the same moment: each keeps what it made, and can be deleted."""
    theirs = objects_of(record_of(id="another"))[0]
    cluster = FakeCluster(theirs, *objects_of(RECORD)[1:])
    state = FakeState(RECORD, exists=True, live=True, held=HELD[1:])
    writer = FakeWriter(cluster, leaves=("Deployment",))

    view = delete().run(context_of(FakeReader({"inference": state}), cluster, writer=writer))

    assert view.status is Status.DELETED
    assert cluster.objects == [theirs]


def test_pods_that_do_not_end_fail_the_wait():
    cluster = FakeCluster(*objects_of(RECORD), pod_of(RECORD))
    writer = FakeWriter(cluster)

    with pytest.raises(Failed, match="1 pods of inference still exist after 0 s"):
        delete(timeout=0).run(context_of(FakeReader({"inference": LIVE}), cluster, writer=writer))


KINDS = [found["kind"] for found in objects_of(RECORD)]
DELETED = FakeState(RECORD.with_(deleted=RECORD.created), exists=True, live=False)
GATEWAY_S = {"finalizer": "example.com/cleanup", "by": "gateway-controller"}


def with_a_finalizer(kind: str) -> FakeCluster:
    return FakeCluster(*(held(o, **GATEWAY_S) if o["kind"] == kind else o for o in objects_of(RECORD)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_engine_does_not_wait_for_an_object_with_a_finalizer(kind: str):
    cluster = with_a_finalizer(kind)
    writer = FakeWriter(cluster)

    with pytest.raises(Failed) as caught:
        delete(timeout=5).run(context_of(FakeReader({"inference": LIVE}), cluster, writer=writer))

    assert writer.left == [f"{kind}::inference"]
    assert cluster.deleted() == [kind]
    assert caught.value.message == (
        "inference is not gone after 5 s: it waits for the finalizer example.com/cleanup of the "
        f"{kind} (set by gateway-controller)"
    )
    assert "the record already says deleted" in caught.value.detail
    assert caught.value.resolution == (
        "See what blocks gateway-controller from it: "
        f"kubectl describe -n default {kind.lower()}/inference\n"
        "Keep waiting with: scaling-group wait --name=inference --for=deleted"
    )


def test_what_the_engine_deletes_in_the_foreground_does_not_stay_until_its_pods_end():
    """To delete it once more, in the background, takes the finalizer of the foreground away."""
    ending = held(objects_of(RECORD)[0], "foregroundDeletion")
    ending["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z"
    cluster = FakeCluster(ending, *objects_of(RECORD)[1:])
    writer = FakeWriter(cluster, leaves=("Deployment",))

    delete().run(context_of(FakeReader({"inference": LIVE}), cluster, writer=writer))

    assert ending["kind"] == "Deployment"
    assert cluster.deleted() == ["Deployment"]


def test_who_does_not_wait_is_told_which_finalizer_is_left():
    said: list[str] = []
    cluster = with_a_finalizer("HTTPRoute")

    view = delete().run(context_of(FakeReader({"inference": LIVE}), cluster, said.append))

    assert view.status is Status.DELETED
    assert said[-1] == (
        "warning: inference is being deleted, and waits for the finalizer example.com/cleanup of the "
        "HTTPRoute (set by gateway-controller)"
    )


def test_a_second_delete_goes_on_with_what_is_not_gone_and_starts_no_engine():
    cluster = with_a_finalizer("HTTPRoute")
    cluster.remove("inference", "Deployment", "Service")
    writer = FakeWriter(cluster)
    known = FakeReader({"inference": DELETED})

    def release(message: str) -> None:
        if message.startswith("waiting for the finalizer example.com/cleanup of the HTTPRoute"):
            cluster.objects = []

    assert delete(timeout=5).ended(context_of(known, cluster)) is None
    view = delete(timeout=5).run(context_of(known, cluster, release, writer=writer))

    assert (view.status, writer.done) == (Status.DELETED, [])
    assert cluster.deleted() == ["HTTPRoute"]
    assert cluster.objects == []
    assert delete().ended(context_of(known, cluster)) == view


def test_what_is_not_gone_in_another_cluster_is_left_alone():
    elsewhere = FakeState(record_of(namespace_uid="elsewhere"), exists=True, live=False)
    error = refused(Conflict, with_a_finalizer("HTTPRoute"), inference=elsewhere)

    assert error.message == "inference was created in another cluster than the connected one"


def test_ctrl_c_during_the_wait_says_what_has_happened():
    cluster = FakeCluster(*objects_of(RECORD))

    def interrupt(_message: str) -> None:
        if cluster.objects == [pod]:
            raise KeyboardInterrupt

    pod = pod_of(RECORD)
    cluster.objects.append(pod)
    writer = FakeWriter(cluster)
    with pytest.raises(Interrupted) as caught:
        delete(timeout=60).run(context_of(FakeReader({"inference": LIVE}), cluster, interrupt, writer=writer))

    assert caught.value.message == "interrupted: inference is deleted, but its pods may still be terminating"
    assert caught.value.exit_code == 130


def test_an_unknown_name_is_not_found():
    error = refused(NotFound, FakeCluster())

    assert error.message == "there is no scaling group 'inference' in environment abc123."
    assert error.resolution == "List the groups with: scaling-group list"


def test_an_unknown_name_is_not_found_with_the_nearest_group():
    error = refused(NotFound, FakeCluster(*objects_of(record_of("inferense"))))

    assert error.message.endswith("Did you mean 'inferense'?")


def test_a_deleted_group_is_deleted_already():
    error = refused(NotFound, FakeCluster(), inference=FakeState(RECORD, exists=True, live=False))

    assert error.message == "inference is already deleted"
    assert "scaling-group list --include-deleted" in error.resolution


def test_a_group_of_another_cluster_is_refused():
    state = FakeState(record_of(namespace_uid="elsewhere"), exists=True, live=True)
    error = refused(Conflict, FakeCluster(*objects_of(RECORD)), inference=state)

    assert error.message == "inference was created in another cluster than the connected one"


def test_a_group_of_another_backend_is_refused():
    error = refused(Conflict, FakeCluster(*objects_of(RECORD)))

    assert error.message == "inference belongs to another stack or backend than the one in use"
    assert "scaling-group adopt --name=inference" in error.resolution


def test_a_group_of_a_program_is_left_to_it():
    error = refused(Conflict, FakeCluster(*objects_of(RECORD.with_(source="shop/prod"))))

    assert error.detail == "The Pulumi stack shop/prod owns it, which is not in this backend."
    assert "with the program of that stack, or use the backend that holds the stack." in error.resolution


def test_a_group_of_another_backend_under_a_name_that_was_deleted_here_is_refused():
    state = FakeState(record_of(id="old"), exists=True, live=False)
    error = refused(Conflict, FakeCluster(*objects_of(record_of(id="new"))), inference=state)

    assert error.message == "inference belongs to another stack or backend than the one in use"


def test_a_missing_namespace_is_not_found():
    error = refused(NotFound, FakeCluster(namespaces={}), inference=LIVE)

    assert "the namespace 'default' does not exist" in error.message


def test_a_group_whose_create_failed_can_be_deleted():
    cluster = FakeCluster()

    view = delete().run(context_of(FakeReader({"inference": LIVE}), cluster))

    assert view.status is Status.DELETED


def test_another_namespace_in_the_settings_is_named_and_not_taken_for_another_cluster():
    elsewhere = ENVIRONMENT.model_copy(update={"namespace": "elsewhere"})
    operation = Delete("inference", ChangeOptions("ada@host", None))
    cluster = FakeCluster(namespaces={"elsewhere": "another-uid"})
    with pytest.raises(Conflict) as caught:
        operation.run(context_of(FakeReader({"inference": LIVE}), cluster, environment=elsewhere))
    assert "lives in the namespace 'default', and the settings say 'elsewhere'" in caught.value.message
    assert caught.value.resolution == "Name it with --namespace=default"
