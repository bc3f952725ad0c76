"""Deleting groups."""

from __future__ import annotations

import dataclasses
import json

import pytest

from tests.integration.terminal import Terminal, read_until
from tests.integration.waiting import HANGS_SECONDS

pytestmark = pytest.mark.integration

WEB = ("--name=web", "--image=my-registry/server:v1", "--port=8080")


def test_an_unknown_name_is_exit_3_with_the_near_miss(terminal: Terminal) -> None:
    terminal.create("inference")
    done = terminal.group("delete", "inferense")
    assert done.returncode == 3
    assert "Did you mean 'inference'?" in done.stderr


def test_json_of_a_delete_is_the_deleted_record_and_a_second_one_says_that_it_is(terminal: Terminal) -> None:
    created = terminal.create("web")
    deleted = terminal.data("delete", "--name=web")
    assert deleted["id"] == created["id"]
    assert deleted["status"] == "Deleted"
    assert deleted["deleted"]
    done = terminal.group("delete", "web")
    assert done.returncode == 3
    assert "already deleted" in done.stderr


def test_a_group_of_another_cluster_is_refused(terminal: Terminal) -> None:
    """The namespace's UID is the cluster's identity: made anew, it is another place."""
    terminal.create("web")
    terminal.kubectl("delete", "namespace", terminal.namespace, "--wait")
    terminal.kubectl("create", "namespace", terminal.namespace)
    done = terminal.group("delete", "web")
    assert done.returncode == 4
    assert "another cluster" in done.stderr
    assert "--context" in done.stderr


def test_objects_that_somebody_removed_by_hand_do_not_keep_a_group(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.kubectl("delete", "deployment,service", "web")
    [record] = terminal.data("list")
    assert record["status"] == "Failed"
    assert "does not exist" in record["reason"]
    assert terminal.group("delete", "web").returncode == 0
    assert terminal.objects("web") == {}


def test_of_two_groups_only_the_named_one_goes(terminal: Terminal) -> None:
    terminal.create("one")
    terminal.create("two")
    assert terminal.group("delete", "one").returncode == 0
    assert [group["name"] for group in terminal.data("list")] == ["two"]
    assert set(terminal.objects("two")) == {"deployment", "service", "httproute"}


def test_an_object_that_was_made_anew_with_the_groups_labels_is_deleted_by_its_own_uid(
    terminal: Terminal,
) -> None:
    """The engine's delete is by name: it is told to forget what is not the object that it has made."""
    terminal.create("web")
    made = terminal.objects("web")["service"]
    for field in ("uid", "resourceVersion", "creationTimestamp", "managedFields"):
        made["metadata"].pop(field, None)
    (terminal.folder / "service.json").write_text(json.dumps(made))
    terminal.kubectl("delete", "service", "web")
    terminal.kubectl("create", "-f", str(terminal.folder / "service.json"))

    done = terminal.group("delete", "web")
    assert done.returncode == 0, done.stderr
    assert terminal.objects("web") == {}


def test_a_delete_ends_at_its_timeout_where_a_finalizer_keeps_an_object_and_the_next_one_finishes(
    terminal: Terminal,
) -> None:
    """What is left is already deleted: only the owner of its finalizer, here kubectl, can let it go."""
    terminal.create("web", "--no-wait")
    kinds = {"deployment": "Deployment", "service": "Service", "httproute": "HTTPRoute"}
    for kind in kinds:
        keep(terminal, kind, '["example.com/cleanup"]')

    done = terminal.group("delete", "web", "--timeout=1s")
    assert done.returncode == 1, done.stderr
    assert "error: web is not gone after 1 s: it waits for " in done.stderr
    for kind in kinds.values():
        assert f"the finalizer example.com/cleanup of the {kind} (set by kubectl-patch)" in done.stderr
    assert "the record already says deleted" in done.stderr
    shown = terminal.data("get", "web")
    assert shown["status"] == "Deleted"
    assert "not gone yet: Deployment, Service, HTTPRoute; waits for the finalizer" in shown["reason"]
    for flags in ((), ("--include-deleted",)):
        [listed] = terminal.data("list", *flags)
        assert (listed["id"], listed["status"]) == (shown["id"], "Deleted")
        assert "not gone yet: Deployment; waits for the finalizer" in listed["reason"]

    again = terminal.group("create", *WEB)
    assert again.returncode == 4
    assert "or wait until they are gone" in again.stderr

    for kind in ("deployment", "service"):
        keep(terminal, kind, "null")
    begun = terminal.group("delete", "web", "--no-wait")
    assert begun.returncode == 0, begun.stderr
    assert begun.stdout.startswith("the deletion of web has begun ")
    assert "warning: web is being deleted, and waits for the finalizer example.com/cleanup" in begun.stderr

    purge = terminal.start("delete", "web", "--purge", "--yes")
    read_until(purge.stderr, "waiting for the finalizer example.com/cleanup of the HTTPRoute")
    keep(terminal, "httproute", "null")
    said, trouble = purge.communicate(timeout=HANGS_SECONDS)
    assert (purge.returncode, said) == (0, "deleted web and its history of 2 operations\n"), trouble
    assert terminal.objects("web") == {}
    assert terminal.group("get", "web").returncode == 3


def test_a_delete_ends_at_its_timeout_where_a_pod_does_not_end(terminal: Terminal) -> None:
    """The provider would wait ten minutes for it."""
    terminal.create("web")
    [pod] = [each["metadata"]["name"] for each in terminal.pods()]
    keep(terminal, "pod", '["example.com/cleanup"]', pod)

    done = terminal.group("delete", "web", "--timeout=1s")
    assert done.returncode == 1, done.stderr
    assert (
        "web is not gone after 1 s: it waits for the finalizer example.com/cleanup of the Pod" in done.stderr
    )
    assert "the record already says deleted" in done.stderr

    keep(terminal, "pod", "null", pod)
    assert terminal.group("wait", "web", "--for=deleted").returncode == 0


def keep(terminal: Terminal, kind: str, finalizers: str, name: str = "web") -> None:
    """Set the finalizers of an object; null takes them away."""
    patch = f'{{"metadata": {{"finalizers": {finalizers}}}}}'
    terminal.kubectl("patch", kind, name, "--type=merge", "-p", patch)


def test_two_backends_that_create_one_name_at_the_same_moment_keep_what_each_has_made(
    terminal: Terminal,
) -> None:
    other = dataclasses.replace(terminal, folder=terminal.folder / "other")
    other.folder.mkdir()
    both = (terminal, other)
    started = [each.start("create", *WEB) for each in both]
    said = [process.communicate()[1] for process in started]
    codes = [process.returncode for process in started]

    # Whoever checks late sees the objects of the other; whoever applies late is refused by the API server.
    assert codes.count(0) <= 1, said
    assert set(codes) <= {0, 4}, said
    before = {kind: found["metadata"]["uid"] for kind, found in terminal.objects("web").items()}
    owners = {
        found["metadata"]["labels"]["chalk.ai/scaling-group"] for found in terminal.objects("web").values()
    }
    if 0 in codes:
        [owner] = owners
        assert both[codes.index(0)].data("get", "web")["id"] == owner
    for each, code in zip(both, codes, strict=True):
        if code and each.group("get", "web", "-o", "json").returncode == 0:
            each.group("delete", "web", "--yes")
    after = {kind: found["metadata"]["uid"] for kind, found in terminal.objects("web").items()}
    assert after == (before if 0 in codes else {})
