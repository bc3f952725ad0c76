"""Looking at groups: what they consist of, why they are as they are, what they say."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scaling_group.operations.diagnose import diagnose_recorded
from tests.integration.terminal import Terminal, read_until
from tests.integration.waiting import wait_for

pytestmark = pytest.mark.integration


def pods(terminal: Terminal) -> list[str]:
    return [pod["metadata"]["name"] for pod in terminal.pods()]


def interrupted(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert "Traceback" not in said
    return process.returncode


def test_get_shows_what_a_group_consists_of_and_logs_what_each_replica_says(terminal: Terminal) -> None:
    terminal.create("web", "--replicas=2")
    names = first, second = pods(terminal)

    [replica_set] = terminal.data("get", "web")["tree"]["replica_sets"]
    assert [pod["name"] for pod in replica_set["pods"]] == names
    assert {(pod["state"], pod["ready"], pod["restarts"]) for pod in replica_set["pods"]} == {
        ("Running", True, 0)
    }
    assert {pod["node"] for pod in replica_set["pods"]} == {"cpu-0", "cpu-1"}

    # A controller lists the addresses of pods that are ready already.
    shown = wait_for(lambda: terminal.group("get", "web").stdout, lambda shown: "2 addresses ready" in shown)
    for part in ("Deployment web: 2 of 2 available", *names, "Accepted=True"):
        assert part in shown

    lines = terminal.group("logs", "web").stdout.splitlines()
    assert {f"{first} | starting", f"{second} | starting"} <= set(lines)

    one = terminal.group("logs", "--name=web", "--replica=1").stdout.splitlines()
    assert one[0] == "starting"
    assert one == terminal.group("logs", "web", f"--replica={second}").stdout.splitlines()
    assert terminal.group("logs", "web", "--replica=0", "--tail=1").stdout.splitlines() == one[-1:]

    absent = terminal.group("logs", "web", "--replica=2")
    assert absent.returncode == 3
    assert first in absent.stderr


def test_what_is_wrong_is_in_get_list_and_json_and_has_no_log(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.create("broken", "--no-wait", image="simulate/image-pull-backoff:1")
    terminal.group("wait", "broken", "--timeout=120s")

    shown = terminal.data("get", "broken")
    category = shown["diagnoses"][0]["category"]
    # It is tried again, and failures of two kinds take turns.
    wait_for(
        lambda: terminal.group("get", "broken").stdout, lambda said: shown["diagnoses"][0]["summary"] in said
    )

    listed = {group["name"]: group for group in terminal.data("list")}
    assert listed["broken"]["diagnoses"][0]["category"] == category
    assert listed["web"]["diagnoses"] == []
    heading, broken, web = terminal.group("list").stdout.splitlines()
    assert heading.split()[-1] == "REASON"
    assert broken.split()[-1] == category
    assert category not in web

    done = terminal.group("logs", "broken")
    assert done.returncode == 1
    assert "no replica has a log" in done.stderr
    [pod] = [name for name in pods(terminal) if name.startswith("broken-")]
    assert pod in done.stderr


def test_events_of_a_group_and_of_no_other(terminal: Terminal) -> None:
    terminal.create("web")
    terminal.create("web-2")
    [name] = [pod for pod in pods(terminal) if not pod.startswith("web-2")]

    found = terminal.data("events", "web")
    assert f"Pod/{name}" in {event["object"] for event in found}
    assert {event["object"] for event in found} & {"Deployment/web-2"} == set()
    assert not any("web-2" in event["object"] for event in found)
    times = [datetime.fromisoformat(event["time"]) for event in found]
    assert times == sorted(times)

    table = terminal.group("events", "web").stdout.splitlines()
    assert table[0].split() == ["LAST", "SEEN", "COUNT", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    assert len(table) == len(found) + 1


def test_logs_are_followed_into_new_pods(terminal: Terminal) -> None:
    terminal.create("web")
    [old] = pods(terminal)
    process = terminal.start("logs", "-f", "web")
    read_until(process.stdout, f"{old} | listening")

    marker = f"line {uuid.uuid4()}"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    with (terminal.cluster.directory / "pod-logs" / "any.log").open("a") as log:
        log.write(f"{now}000Z stdout F {marker}\n")
    read_until(process.stdout, f"{old} | {marker}")

    terminal.data("update", "web", "--env=MODE=fast")
    [new] = [name for name in pods(terminal) if name != old]
    read_until(process.stdout, f"{new} | starting")
    assert interrupted(process) == 130


def test_get_watch_prints_a_line_for_each_change(terminal: Terminal) -> None:
    terminal.create("web")
    process = terminal.start("get", "web", "--watch")
    assert len(read_until(process.stdout, "Available  1/1")) == 1

    terminal.data("update", "web", "--replicas=2", "--no-wait")
    lines = read_until(process.stdout, "Available  2/2")
    states = [line.partition("  ")[2] for line in lines]
    assert all(one != other for one, other in itertools.pairwise(states))
    assert interrupted(process) == 130


def test_get_watch_prints_a_document_for_each_change(terminal: Terminal) -> None:
    terminal.create("web", "--no-wait", image="simulate/slow-start:2s")
    process = terminal.start("get", "web", "-w", "-o", "json")
    documents = [json.loads(line) for line in read_until(process.stdout, '"status":"Available"')]
    assert documents[-1]["status"] == "Available"
    assert documents[-1]["tree"]["replica_sets"][0]["pods"][0]["ready"] is True
    assert interrupted(process) == 130


def tells(taken: subprocess.CompletedProcess[str]) -> bool:
    """Return whether a snapshot tells what is wrong."""
    return bool(taken.stdout and diagnose_recorded(json.loads(taken.stdout)).diagnoses)


def test_a_crash_has_logs_of_the_run_before_and_its_snapshot_can_be_diagnosed_elsewhere(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.kubectl("create", "secret", "generic", "credentials", "--from-literal=key=very-hidden")
    flags = ("--secret-env=KEY=credentials:key", "--env=GREETING=plain-value")
    terminal.create("web", "--no-wait", *flags, image="simulate/crash-loop:1")
    terminal.group("wait", "web", "--timeout=120s")

    done = terminal.group("logs", "web", "--previous")
    assert "error: /models/config.json does not exist" in done.stdout

    # What crashes is ready for a moment at each start.
    told_now = wait_for(lambda: terminal.seen("get", "web"), lambda seen: seen.get("diagnoses"))
    taken = wait_for(lambda: terminal.group("get", "web", "-o", "snapshot"), tells)
    assert taken.returncode == 0, taken.stderr
    assert "managedFields" not in taken.stdout
    assert "very-hidden" not in taken.stdout
    assert ("GREETING" in taken.stdout, "plain-value" in taken.stdout) == (True, False)
    assert "No Secret was read; plain values of variables are left out." in taken.stderr
    assert "plain-value" in terminal.group("get", "web", "-o", "snapshot", "--with-env").stdout
    file = tmp_path / "snapshot.json"
    file.write_text(taken.stdout)

    nowhere = terminal.with_variables(KUBECONFIG=str(tmp_path / "none"))
    verdict = nowhere.data("diagnose", "-f", str(file))
    assert verdict["name"] == "web"
    assert verdict["diagnoses"][0]["category"] == told_now["diagnoses"][0]["category"]
    assert "config.json does not exist" in json.dumps(verdict)

    # What somebody has who asks for help with kubectl alone.
    for form in ("json", "yaml"):
        listed = terminal.kubectl("get", "deployments,replicasets,pods,events", "-o", form)
        (tmp_path / f"all.{form}").write_text(listed)
    (tmp_path / "pods.yaml").write_text(terminal.kubectl("get", "pods", "-o", "yaml"))
    (tmp_path / "events.txt").write_text(terminal.kubectl("get", "events"))
    folder = f"--output-directory={tmp_path / 'dump'}"
    terminal.kubectl("cluster-info", "dump", f"--namespaces={terminal.namespace}", folder)
    (tmp_path / "dump.txt").write_text(
        terminal.kubectl("cluster-info", "dump", f"--namespaces={terminal.namespace}")
    )
    for files in (["all.json"], ["all.yaml"], ["pods.yaml", "events.txt"], ["dump"], ["dump.txt"]):
        told = nowhere.data("diagnose", *[f"--filename={tmp_path / file}" for file in files])
        assert told["name"] == "web", files
        assert [each["category"] for each in told["diagnoses"]] == ["crash-loop"], files
    assert told["status"] != "Unknown"
