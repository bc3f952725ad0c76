"""What get, list and events tell of a group while its autoscaler is at work."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

from tests.integration.load import Load
from tests.integration.terminal import Terminal, read_until
from tests.integration.waiting import wait_for

pytestmark = pytest.mark.integration

METRIC = "vllm:num_requests_waiting"


def test_a_group_is_seen_to_scale_and_why_it_scales_no_more(terminal: Terminal, load: Load) -> None:
    terminal.create("web", "--max-replicas=3", f"--target-metric={METRIC}=5")
    watch = terminal.start("get", "web", "--watch")
    read_until(watch.stdout, "1/1 (1-3)")
    load.put(pods=f'{METRIC}{{deployment="web"}} 30')
    read_until(watch.stdout, "Available  3/3 (1-3)  at the maximum of 3 replicas since ")
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=300)

    group = wait_for(lambda: terminal.seen("get", "web"), lambda seen: current(seen) == ["10"])
    scaled = group["autoscaler"]
    assert (scaled["kind"], scaled["name"], scaled["own"]) == ("HorizontalPodAutoscaler", "web", True)
    assert (scaled["min"], scaled["max"], scaled["desired"]) == (1, 3, 3)
    assert scaled["last_reason"] == f"to 3: {METRIC} above target"
    assert (group["status"], group["reason"]) == ("Available", "")
    assert [note["category"] for note in group["notes"]] == ["at-maximum"]
    assert f"the metrics ask for more: {METRIC} 10 of 5" in group["notes"][0]["summary"]
    shown = terminal.group("get", "web").stdout
    assert f"Metric:      {METRIC} 10 of 5\n" in shown
    assert "3/3 (1-3)" in terminal.group("list").stdout
    told = [event for event in terminal.data("events", "web") if event["reason"] == "SuccessfulRescale"]
    assert [event["object"] for event in told] == ["HorizontalPodAutoscaler/web"]
    # To scale is no revision.
    assert len(terminal.data("history", "web")) == 1

    (terminal.folder / "web.json").write_text(terminal.group("get", "web", "-o", "snapshot").stdout)
    recorded = json.loads(terminal.group("diagnose", "-f", "web.json", "-o", "json").stdout)
    assert [note["category"] for note in recorded["notes"]] == ["at-maximum"]


def current(group: dict[str, Any]) -> list[str]:
    """Return what the autoscaler of a group last read of each of its metrics."""
    return [each["current"] for each in (group.get("autoscaler") or {}).get("metrics", ())]


def test_replicas_that_a_quota_has_no_room_for_are_told_with_what_the_autoscaler_wants(
    terminal: Terminal, load: Load
) -> None:
    terminal.quota("few", "pods=2")
    terminal.create("web", "--max-replicas=5", f"--target-metric={METRIC}=5")
    load.put(pods=f'{METRIC}{{deployment="web"}} 100')
    words = "the autoscaler wants 5 replicas and 2 are ready: "
    group = wait_for(
        lambda: terminal.seen("get", "web"), lambda seen: seen.get("reason", "").startswith(words)
    )
    assert group["status"] == "Degraded"
    assert [cause["category"] for cause in group["diagnoses"]] == ["autoscaler-held-up", "quota-exceeded"]
