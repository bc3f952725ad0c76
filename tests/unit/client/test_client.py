"""The client: what it opens, whom it tells, what it leaves alone, and what it raises."""

from __future__ import annotations

import inspect
import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from scaling_group import (
    Conflict,
    Edit,
    GroupList,
    InvalidInput,
    NotFound,
    ScalingGroupError,
    ScalingGroups,
    Unreachable,
    read_groups,
)
from scaling_group.operations.create import Create
from scaling_group.operations.update import Update
from scaling_group.spec.group import GroupSpec, group_spec
from tests.integration.python_page import blocks
from tests.unit.cluster.answering import Server, connection_to

GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}
NONE = (200, b'{"items": []}', {})
SETTINGS = """\
environment = "from-file"
[gateway]
name = "gateway"
namespace = "gateway-system"
domain = "gw.example.com"
"""
GROUP: dict[str, Any] = {"name": "inference", "image": "a/b:1", "port": 8080}


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who has no settings and no state, in an empty folder."""
    for name in [name for name in os.environ if name.startswith(("SCALING_GROUP_", "PULUMI_"))]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Two API servers in which no list has items."""
    with ExitStack() as stack:
        running = [stack.enter_context(Server()) for _ in range(2)]
        for server in running:
            server.answers = [NONE]
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
            stack.callback(server.shutdown)
        yield running


def kubeconfig(folder: Path, servers: list[Server]) -> Path:
    """A kubeconfig with a context for each server: `c0`, `c1`."""
    parts = [connection_to(f"http://{server.address}").kubeconfig for server in servers]
    merged: dict[str, Any] = {"current-context": "c0", "clusters": [], "contexts": [], "users": []}
    for at, part in enumerate(parts):
        merged["clusters"].append({**part["clusters"][0], "name": f"c{at}"})
        merged["users"].append({**part["users"][0], "name": f"c{at}"})
        merged["contexts"].append({"name": f"c{at}", "context": {"cluster": f"c{at}", "user": f"c{at}"}})
    file = folder / "kubeconfig"
    file.write_text(json.dumps(merged))
    return file


def client(identity: str = "abc123", **more: Any) -> ScalingGroups:
    return ScalingGroups({"id": identity, "namespace": f"of-{identity}", "gateway": GATEWAY}, **more)


def faults(error: InvalidInput) -> dict[str, str]:
    return {fault.field: fault.message for fault in error.faults}


def test_two_clients_in_many_threads_each_ask_their_own_cluster(servers: list[Server], tmp_path: Path):
    file = kubeconfig(tmp_path, servers)
    clients = [client(f"env{at}", kubeconfig=file, context=f"c{at}") for at in range(2)]

    with ThreadPoolExecutor(8) as pool:
        lists = list(pool.map(lambda at: clients[at % 2].list(), range(40)))

    assert lists == [[]] * 40
    for at, server in enumerate(servers):
        assert clients[at].context == f"c{at}"
        assert {path.split("?")[0].split("/")[-2] for path, *_ in server.asked} == {f"of-env{at}"}


def test_settings_in_code_need_no_file_and_change_no_variable(tmp_path: Path):
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)
    before = dict(os.environ)
    handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}

    groups = client(data_dir=tmp_path / "data", backend="s3://states", passphrase="secret")

    assert groups.environment.id == "abc123"
    assert groups.engine_variables()["PULUMI_BACKEND_URL"] == "s3://states"
    assert dict(os.environ) == before
    assert {each: signal.getsignal(each) for each in handlers} == handlers


def test_the_passphrase_reaches_the_engine_and_no_text(tmp_path: Path):
    groups = client(data_dir=tmp_path / "data", backend="s3://states", passphrase="secret")

    assert groups._session.backend.variables["PULUMI_CONFIG_PASSPHRASE"] == "secret"
    assert "secret" not in repr(groups)
    with pytest.raises(Unreachable, match="needs a passphrase"):
        client(backend="s3://states").engine_variables()


def test_the_example_of_settings_in_code_is_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STATES_PASSPHRASE", "secret")
    [example] = blocks("Settings in code")
    made: dict[str, Any] = {}

    exec(example, made)  # noqa: S102 - our own page

    assert made["groups"].engine_variables() == {"PULUMI_BACKEND_URL": "s3://my-states"}
    with pytest.raises(InvalidInput, match="required-tags: the tag team is missing"):
        made["groups"].create(**GROUP)


def test_settings_of_the_command_line_are_read_as_it_reads_them(tmp_path: Path):
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)

    assert ScalingGroups.from_settings().environment.id == "from-file"
    assert ScalingGroups.from_settings(environment="other").environment.id == "other"


def test_what_is_missing_in_settings_is_listed(tmp_path: Path):
    with pytest.raises(InvalidInput) as caught:
        ScalingGroups.from_settings()

    assert set(faults(caught.value)) == {"environment", "gateway.name", "gateway.namespace", "gateway.domain"}


def test_a_settings_file_that_is_passed_over_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)
    (tmp_path / "other.toml").write_text(SETTINGS)
    monkeypatch.setenv("SCALING_GROUP_CONFIG", str(tmp_path / "other.toml"))
    told: list[str] = []

    ScalingGroups.from_settings(on_progress=told.append)

    assert [each.startswith("warning: ") for each in told] == [True]


def test_help_shows_every_field_with_what_it_means():
    create = inspect.signature(ScalingGroups.create).parameters
    update = inspect.signature(ScalingGroups.update).parameters
    text = inspect.getdoc(ScalingGroups.create) or ""

    assert set(GroupSpec.model_fields) <= set(create)
    assert set(GroupSpec.model_fields) <= set(update)
    assert [name for name in create if name != "self" and f"\n{name}: " not in text] == []
    assert (create["replicas"].default, create["readiness"].default, create["timeout"].default) == (
        1,
        "tcp",
        600,
    )


def test_every_fault_of_a_group_is_in_one_error(capfd: pytest.CaptureFixture[str]):
    with pytest.raises(InvalidInput) as caught:
        client().create(name="X_", image="a/b:1", port=0, env=["A"])  # type: ignore[arg-type]

    assert set(faults(caught.value)) == {"name", "port", "env"}
    assert capfd.readouterr() == ("", "")


def test_a_mapping_of_the_wrong_kind_is_a_fault_of_an_update(tmp_path: Path):
    edit = Edit({"env": "A=b"})

    with pytest.raises(InvalidInput) as caught:
        edit.apply(GroupSpec(**GROUP))

    assert set(faults(caught.value)) == {"env"}


@pytest.mark.parametrize("name", ["", "../x", "--all", "Inference", None, 3])
@pytest.mark.parametrize(
    "method", ["get", "update", "delete", "rollback", "restore", "wait", "snapshot", "drift"]
)
def test_a_name_that_is_none_is_refused_before_anything_is_asked(method: str, name: Any):
    with pytest.raises(InvalidInput) as caught:
        getattr(client(), method)(name)

    assert set(faults(caught.value)) == {"name"}


def test_a_message_that_does_not_fit_into_the_record_is_refused():
    with pytest.raises(InvalidInput, match="message"):
        client().create(**GROUP, message="a" * 1001)


def test_what_cannot_be_waited_for_is_named():
    with pytest.raises(InvalidInput, match="'gone' is not one of available, deleted"):
        client().wait("inference", until="gone")  # type: ignore[arg-type]


def test_the_faults_of_many_groups_are_named_by_their_place():
    groups = [GROUP, {**GROUP, "prot": 1}, GroupSpec(**GROUP)]

    with pytest.raises(InvalidInput) as caught:
        client().apply(groups)

    assert set(faults(caught.value)) == {"groups[1].prot", "groups[2].name"}


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [
        ("namespace", lambda groups: groups.list(namespace="../kube-system")),
        ("status", lambda groups: GroupList().where(status="Avaliable")),
        ("since", lambda groups: groups.logs("inference", since=-1)),
        ("tail", lambda groups: groups.logs("inference", tail=-1)),
        ("parallel", lambda groups: groups.apply([GROUP], parallel=0)),
        ("message", lambda groups: groups.create(**GROUP, message=None)),
        ("groups[0]", lambda groups: groups.apply(["inference"])),
    ],
)
def test_an_argument_that_means_nothing_is_named(argument: str, wrong: Callable[[ScalingGroups], object]):
    with pytest.raises(InvalidInput) as caught:
        wrong(client())

    assert set(faults(caught.value)) == {argument}


def test_the_faults_of_files_are_named_by_their_line(tmp_path: Path):
    (tmp_path / "groups.yaml").write_text("name: a\nimage: a/b:1\nport: x\n")

    with pytest.raises(InvalidInput) as caught:
        client().plan.apply(read_groups(tmp_path))

    assert set(faults(caught.value)) == {f"{tmp_path}/groups.yaml:3: port"}


def test_guardrails_in_code_hold_for_one_group_and_for_many(tmp_path: Path):
    strict = client(guardrails={"replica-ceiling": {"most": 1}})

    with pytest.raises(InvalidInput, match="guardrails refuse inference"):
        strict.create(**GROUP, replicas=2)
    with pytest.raises(InvalidInput, match="inference: replica-ceiling"):
        strict.apply([{**GROUP, "replicas": 2}, {**GROUP, "name": "other"}])
    with pytest.raises(InvalidInput, match=r"the argument guardrails: guardrails\.no-such"):
        client(guardrails={"no-such": {}}).create(**GROUP)


def test_only_a_plan_of_who_waits_is_warned_of_a_short_wait(monkeypatch: pytest.MonkeyPatch):
    slow = {**GROUP, "startup": "http:/healthz,period=10,failures=60"}
    told: list[str] = []
    for operation in (Create, Update):
        monkeypatch.setattr(
            operation, "plan", lambda _, context: context.allow(group_spec(slow), context.environment)
        )
    plan = client(on_progress=told.append).plan

    plan.create(**slow, timeout=10, wait=False)
    plan.update("inference", tags={"team": "ml"}, timeout=10, wait=False)
    assert told == []
    plan.create(**slow, timeout=10)
    plan.update("inference", tags={"team": "ml"}, timeout=10)
    said = "warning: a pod may take 600 s to start, but the wait ends after 10 s; set --timeout=600s"
    assert told == [said, said]


def test_objects_are_rendered_without_a_cluster():
    rendered = client().render([GROUP])

    assert [found["kind"] for found in rendered] == ["Deployment", "Service", "HTTPRoute"]


def test_without_a_cluster_the_error_says_so_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]):
    with pytest.raises(Unreachable) as caught:
        client().list()

    assert "KUBECONFIG" in caught.value.resolution
    assert capfd.readouterr() == ("", "")


def test_an_unknown_context_is_not_found(servers: list[Server], tmp_path: Path):
    with pytest.raises(NotFound, match="no context 'other'"):
        client(kubeconfig=kubeconfig(tmp_path, servers), context="other").list()


def test_whoever_is_told_of_one_call_is_told_in_place_of_the_clients(servers: list[Server], tmp_path: Path):
    of_client: list[str] = []
    of_call: list[str] = []
    groups = client(kubeconfig=kubeconfig(tmp_path, servers), on_progress=of_client.append)

    with pytest.raises(ScalingGroupError):
        groups.create(**GROUP, startup="tcp,period=10,failures=60", timeout=10, on_progress=of_call.append)

    assert of_client == []
    assert of_call[0].startswith("warning: a pod may take 600 s to start")


def test_errors_have_their_fields():
    error = Conflict("taken", detail="why", resolution="what to do")

    assert isinstance(error, ScalingGroupError)
    assert (error.message, error.detail, error.resolution) == ("taken", "why", "what to do")
