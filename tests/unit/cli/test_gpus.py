"""What `gpus` prints."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from scaling_group.cli.gpus import print_offers
from scaling_group.gpu_offer import GpuOffer
from tests.gpu_nodes import FAMILIES, family_node, gpu_node, gpu_pod
from tests.unit.cli.done import Call
from tests.unit.cluster.answering import Server
from tests.unit.operations.test_gpus import OURS, on_offer

SHARED = {"nvidia.com/gpu.product": "NVIDIA-L4-SHARED"}


def offers() -> list[GpuOffer]:
    more = [gpu_node(name, FAMILIES["gfd"][1], gpu=1) for name in "abc"]
    pods = [gpu_pod("chat-1", "gfd-1", 2, OURS), gpu_pod("other", "s", 1)]
    return on_offer(
        "gfd", family_node("gfd"), *more, gpu_node("s", SHARED, gpu=4), gpu_node("x", {}, gpu=1), *pods
    )


def test_people_see_a_line_a_type(capsys: Any) -> None:
    print_offers(offers(), "table")

    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == ["TYPE", "FREE", "TAKEN", "COUNT", "MEMORY", "PROFILE", "NODES", "TAKEN", "BY"]
    assert [re.split(r"  +", row) for row in rows] == [
        ["l4 (shared: time-slicing)", "3", "1", "4", "24 GB", "gfd", "s", "others in models: 1"],
        ["l40s", "9", "2", "11", "48 GB", "gfd", "a, b, c, 1 more", "chat: 2"],
        ["any nvidia.com/gpu", "1", "0", "1", "x"],
    ]
    print_offers(offers(), "wide")
    assert "a, b, c, gfd-1" in capsys.readouterr().out


def test_programs_see_every_field(capsys: Any) -> None:
    print_offers(offers(), "json")
    found = json.loads(capsys.readouterr().out)
    print_offers(offers(), "name")

    assert [each["free"] for each in found] == [3, 9, 1]
    assert capsys.readouterr().out == "l4\nl40s\nnvidia.com/gpu\n"


def test_what_is_not_known_is_said(capsys: Any) -> None:
    print_offers([each.model_copy(update={"taken": None, "free": None}) for each in offers()], "table")

    printed = capsys.readouterr()
    assert printed.out.splitlines()[2].split()[:4] == ["l40s", "?", "?", "11"]
    assert "this user may not list the pods of all namespaces" in printed.err


@pytest.mark.parametrize(("form", "out"), [("json", "[]\n"), ("name", "")])
def test_a_cluster_without_gpus(configured: Call, server: Server, form: str, out: str) -> None:
    assert configured("gpus", "-o", form).out == out
    done = configured("gpus")
    assert (done.code, done.err) == (0, "no node offers GPUs\n")
