"""`list` against an API server that holds nothing."""

from __future__ import annotations

import pytest

from tests.unit.cli.done import Call
from tests.unit.cluster.answering import Server


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "no groups in environment abc123\n"),
        (("--environment", "nope"), "no groups in environment nope\n"),
        (("-n", "other"), "no groups in environment abc123, namespace other\n"),
    ],
)
def test_an_empty_list_says_where_there_is_nothing(configured: Call, server: Server, flags, said):
    done = configured("list", *flags)

    assert (done.code, done.err) == (0, said)
    assert done.out.split()[:2] == ["ID", "NAME"]


def test_an_empty_list_for_programs_says_nothing_more(configured: Call, server: Server):
    assert (configured("list", "-o", "json").out, configured("list", "-o", "name").out) == ("[]\n", "")


def test_all_namespaces_are_asked_for_at_once(configured: Call, server: Server):
    configured("list", "-A")

    assert sorted(path.partition("?")[0] for path, _, _ in server.asked) == [
        "/apis/apps/v1/deployments",
        "/apis/autoscaling/v2/horizontalpodautoscalers",
        "/apis/gateway.networking.k8s.io/v1/httproutes",
    ]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("-A", "--namespace=other"), "--all-namespaces shows every namespace, and --namespace names one"),
        (("-l", "a=1,,b=2"), "'a=1,,b=2' names no tag"),
    ],
)
def test_flags_that_contradict_are_usage_errors(configured: Call, flags, said):
    done = configured("list", *flags)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_settings_file_that_is_passed_over_is_said_so(
    configured: Call, server: Server, tmp_path, monkeypatch
):
    named = tmp_path / "named.toml"
    named.write_text((tmp_path / "scaling-group.toml").read_text())
    monkeypatch.setenv("SCALING_GROUP_CONFIG", str(named))

    done = configured("list", "-o", "json")

    assert (done.code, done.out) == (0, "[]\n")
    assert done.err.startswith(f"warning: {tmp_path / 'scaling-group.toml'} is not read")
