"""What people have in place of a snapshot: Lists of any subset, YAML, tables of events, dumps."""

from __future__ import annotations

import itertools
import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from scaling_group.client.recorded import read_recorded
from scaling_group.errors import InvalidInput
from scaling_group.operations.diagnose import diagnose_recorded
from scaling_group.records import Status
from scaling_group.rollout.recorded import documents_of
from tests.unit.rollout.recordings import SCENARIOS, moments

KINDS = {"deployment": "Deployment", "replicaSets": "ReplicaSet", "pods": "Pod", "events": "Event"}
EVENTS = """\
LAST SEEN               TYPE      REASON             OBJECT              MESSAGE
3m                      Normal    Scheduled          pod/web-7d68-c57cl  Successfully assigned web to node
5m12s (x25 over 10m)    Warning   FailedScheduling   pod/web-7d68-c57cl  0/3 nodes are available: too small
<unknown>               Normal    ScalingReplicaSet  deployment/web      Scaled up replica set web-7d68 to 1
"""


def objects(data: dict[str, Any], *keys: str) -> list[dict[str, Any]]:
    """Return the objects of a recording under some keys, as a List has them."""
    found = [(KINDS[key], each) for key in keys for each in _under(data, key)]
    return [{**each, "kind": kind} for kind, each in found]


def _under(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [data[key]] if key == "deployment" else data.get(key) or []


def listed(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "List", "items": items}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_subset_raises_or_says_available_or_terminal_where_the_whole_does_not(scenario: str) -> None:
    for moment in moments(scenario)[::3]:
        whole = diagnose_recorded(moment.data)
        hopeless = any(cause.terminal for cause in whole.diagnoses)
        for size in range(1, len(KINDS)):
            for keys in itertools.combinations(KINDS, size):
                items = objects(moment.data, *keys)
                if not items:
                    continue
                part = diagnose_recorded(listed(items))
                where = (str(moment), keys)
                assert part.name == whole.name, where
                assert part.status is not Status.AVAILABLE or whole.status is Status.AVAILABLE, where
                assert hopeless or not any(cause.terminal for cause in part.diagnoses), where


def test_pods_alone_tell_a_cause_and_what_would_tell_more() -> None:
    data = moments("image-not-found")[-1].data
    [whole] = diagnose_recorded(data).diagnoses

    told = diagnose_recorded(listed(objects(data, "pods")))

    assert (told.status, told.namespace) == (Status.UNKNOWN, "image-not-found")
    assert [cause.category for cause in told.diagnoses] == [whole.category]
    assert not told.diagnoses[0].terminal
    assert told.more_evidence[:2] == (
        "the Deployment: kubectl get deployment image-not-found -o yaml -n image-not-found",
        "the ReplicaSets: kubectl get replicasets -o yaml -n image-not-found",
    )
    assert diagnose_recorded(moments("healthy")[-1].data).more_evidence == ()


def test_lists_without_pods_or_events_prove_no_availability() -> None:
    data = moments("healthy")[-1].data
    told = diagnose_recorded(listed(objects(data, "deployment", "replicaSets")))
    assert (told.status, told.diagnoses) == (Status.UNKNOWN, ())
    assert told.reason == "its Deployment is Available, but its Pods are not among the recorded objects"
    assert told.more_evidence[0] == "the Pods: kubectl get pods -o yaml -n healthy"
    assert diagnose_recorded(listed(objects(data, *KINDS))).status is Status.AVAILABLE


def test_without_events_a_group_is_available_unless_a_probe_may_be_about_to_kill_it() -> None:
    data = deepcopy(moments("healthy")[-1].data)
    quiet = objects(data, *(kind for kind in KINDS if kind != "events"))
    assert diagnose_recorded(listed(quiet)).status is Status.AVAILABLE
    for pod in (each for each in quiet if each["kind"] == "Pod"):
        pod["spec"]["containers"][0]["livenessProbe"] = {"httpGet": {"port": 8080}}
    told = diagnose_recorded(listed(quiet))
    assert told.status is Status.UNKNOWN
    assert "a liveness probe that fails" in told.reason


def test_the_table_of_events_is_read_beside_the_pods() -> None:
    labels = {"pod-template-hash": "7d68"}
    pod = {"kind": "Pod", "metadata": {"name": "web-7d68-c57cl", "namespace": "default", "labels": labels}}
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    [events] = documents_of(EVENTS.encode(), "events.txt")
    scheduled, failed, scaled = events["items"]
    assert (failed["reason"], failed["count"], scheduled["count"]) == ("FailedScheduling", 25, 1)
    assert failed["message"] == "0/3 nodes are available: too small"
    assert scaled["involvedObject"] == {"kind": "Deployment", "name": "web"}

    waiting = {**pod, "status": {"phase": "Pending", "conditions": [condition]}}
    verdict = diagnose_recorded(waiting, events)
    assert (verdict.name, verdict.status) == ("web", Status.UNKNOWN)
    alone = diagnose_recorded(events)
    assert (alone.name, alone.status, alone.diagnoses) == ("web", Status.UNKNOWN, ())
    assert alone.more_evidence[0].startswith("the Deployment: kubectl get deployment web")


def test_every_namespace_has_a_column_of_its_own() -> None:
    table = "NAMESPACE   LAST SEEN   TYPE      REASON   OBJECT        MESSAGE\n"
    table += "ml          4s          Warning   BackOff  pod/llm-a-b   Back-off\n\n"
    table += "no such line\n"
    [document] = documents_of(table.encode(), "-")
    [event] = document["items"]
    assert (event["metadata"]["namespace"], event["involvedObject"]["name"]) == ("ml", "llm-a-b")


def test_yaml_says_the_same_as_json_and_dates_stay_text() -> None:
    data = moments("crash-loop")[-1].data
    items = objects(data, *KINDS)
    written = yaml.safe_dump(listed(items)).replace("'20", "20").replace("Z'", "Z")

    [read] = documents_of(written.encode(), "all.yaml")

    assert read["items"][0]["metadata"]["creationTimestamp"] == items[0]["metadata"]["creationTimestamp"]
    assert diagnose_recorded(read) == diagnose_recorded(listed(items))
    several = documents_of(yaml.safe_dump_all([*items, None]).encode(), "all.yaml")
    assert diagnose_recorded(*several) == diagnose_recorded(listed(items))


def test_a_newer_file_and_a_snapshot_can_be_read_together() -> None:
    data = moments("crash-loop")[-1].data
    old = moments("crash-loop")[0].data
    together = diagnose_recorded({**old, "logs": {}}, listed(objects(data, *KINDS)), {"logs": data["logs"]})
    assert [cause.category for cause in together.diagnoses] == ["crash-loop"]
    assert "log: boom" in together.diagnoses[0].detail


def dumped(folder: Path) -> Path:
    """Write a recording as `kubectl cluster-info dump --output-directory` does, beside others' files."""
    data = moments("crash-loop")[-1].data
    space = folder / "crash-loop"
    [pod] = data["pods"]
    logs = space / pod["metadata"]["name"] / "logs.txt"
    logs.parent.mkdir(parents=True)
    for key, name in {"replicaSets": "replicasets", "pods": "pods", "events": "events"}.items():
        (space / f"{name}.json").write_text(json.dumps({"kind": f"{KINDS[key]}List", "items": data[key]}))
    (space / "deployments.json").write_text(
        json.dumps({"items": [data["deployment"]], "kind": "DeploymentList"})
    )
    (space / "services.json").write_text('{"kind": "ServiceList", "items": null}')
    container = pod["spec"]["containers"][0]["name"]
    of = f"logs for container {container} of pod crash-loop/{pod['metadata']['name']} ===="
    logs.write_text(f"==== START {of}\n" + "x" * 2**17 + f"\nboom\n==== END {of}\n")
    return folder


def test_a_folder_of_a_dump_tells_the_same_with_its_logs(tmp_path: Path) -> None:
    verdict = diagnose_recorded(*read_recorded(dumped(tmp_path)))
    assert [cause.category for cause in verdict.diagnoses] == ["crash-loop"]
    assert "log: boom" in verdict.diagnoses[0].detail


def test_a_dump_in_one_stream_is_read_with_its_logs() -> None:
    data = moments("crash-loop")[-1].data
    of = f"logs for container main of pod crash-loop/{data['pods'][0]['metadata']['name']} ===="
    parts = [json.dumps(listed(objects(data, key)), indent=4) for key in KINDS]
    text = "\n".join(
        [*parts, f"==== START {of}", "boom", f"==== END {of}", '{"kind": "List", "items": []}', ""]
    )
    documents = documents_of(text.encode(), "-")
    assert len(documents) == 6
    assert diagnose_recorded(*documents).diagnoses[0].category == "crash-loop"


def test_links_of_a_folder_lead_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text("no object")
    (tmp_path / "dump").mkdir()
    os.symlink(secret, tmp_path / "dump" / "pods.json")
    with pytest.raises(InvalidInput, match="has no file that is read here"):
        read_recorded(tmp_path / "dump")


@pytest.mark.parametrize(
    ("pods", "events"), [(200, 2_000), pytest.param(5_000, 100_000, marks=pytest.mark.long)]
)
def test_thousands_of_pods_and_events_are_read(pods: int, events: int) -> None:
    data = moments("crash-loop")[-1].data
    [pod], said = data["pods"], data["events"][0]

    def named(found: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
        return {**found, **more, "metadata": {**found["metadata"], "name": name}}

    many = [named(pod, f"{pod['metadata']['name']}{at}", kind="Pod") for at in range(pods)]
    about = {**said["involvedObject"], "name": "other-1", "uid": "other"}
    many += [named(said, f"e{at}", kind="Event", involvedObject=about) for at in range(events)]
    verdict = diagnose_recorded(listed([*objects(data, "deployment", "replicaSets"), *many]))
    assert verdict.diagnoses[0].category == "crash-loop"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"NAME  READY\nweb   1/1\n", "a file of objects is one JSON object"),
        (b"{} {", "is not JSON"),
        (b"a: [", "is neither JSON nor YAML"),
        (b"a: &a [1]\nb: *a", "uses an alias"),
        (b"a:\n" + b"".join(b" " * at + b"- \n" for at in range(1, 120)), "deeper than 100 levels"),
        (b"a: " + b"9" * 5000, "is neither JSON nor YAML"),
        (b"a: !!python/object/apply:os.system [ls]", "is neither JSON nor YAML"),
        (b"? [a]\n: 1", "is neither JSON nor YAML"),
        (b"a: " + b"x" * 2**24, "has more than 16777216 bytes of YAML"),
        (b"==== START logs for container a of pod b/c ====\n" + b"{" * 9, "is not JSON"),
    ],
)
def test_what_is_of_no_form_is_refused_with_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        diagnose_recorded(*documents_of(content, "file"))
