"""Where a process may open no more files, whoever meets that says what to do."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.cluster.transport import Transport
from scaling_group.cluster.watch import watching
from scaling_group.engine.acquisition import Acquisition
from scaling_group.engine.backend import choose_backend
from scaling_group.engine.folder_stacks import FolderStacks
from scaling_group.engine.writer import StackWriter
from scaling_group.errors import ScalingGroupError, Unreachable
from scaling_group.reads import Selection
from scaling_group.settings.found import load_settings
from tests.unit.cli.done import SETTINGS
from tests.unit.cluster.answering import connection_to
from tests.unit.cluster.test_watch import until
from tests.unit.engine.test_writer import Credentials
from tests.unit.operations.fakes import record_of, silent

MORE = "Let this command open more files: ulimit -n 4096"


@contextmanager
def no_more_files() -> Iterator[None]:
    """Have this process open no other file; what is open stays open."""
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))


def test_a_request():
    cluster = Cluster(connection_to("http://127.0.0.1:1"))
    with pytest.raises(Unreachable, match="Connection refused"):
        # Whatever a first request loads.
        cluster.get("Pod", "default", "web")

    with no_more_files(), pytest.raises(Unreachable, match="Too many open files") as caught:
        cluster.get("Pod", "default", "web")
    assert caught.value.resolution == MORE


def test_a_watch():
    requests = Transport({"server": "http://127.0.0.1:1"}, {})
    with no_more_files(), watching(requests, [Selection("Pod", "default")]) as watch:
        until(watch, lambda: bool(watch.trouble))
        assert watch.trouble.endswith(f"Too many open files\n{MORE}")


def test_state_and_settings(tmp_path: Path):
    stacks = tmp_path / "stacks" / "scaling-group"
    stacks.mkdir(parents=True)
    for file in (stacks / "abc123.web.json", tmp_path / "kubeconfig"):
        file.write_text("{}")
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)
    state = FolderStacks(tmp_path)

    for look in (
        lambda: state.read("abc123.web"),
        lambda: list(state.names("abc123")),
        lambda: load_connection(None, {"KUBECONFIG": str(tmp_path / "kubeconfig")}),
        lambda: load_settings({}, None, {}, tmp_path),
    ):
        with no_more_files(), pytest.raises(ScalingGroupError) as caught:
            look()
        assert caught.value.resolution == MORE


def test_an_engine_that_cannot_be_started(tmp_path: Path):
    record = record_of()
    data = tmp_path / "data"
    writer = StackWriter(choose_backend(data, {}), data, Acquisition(data, silent), Credentials())

    with pytest.raises(Unreachable) as caught, writer.locked(record.stack), no_more_files():
        writer.create_stack(record, silent)
    assert caught.value.message == "cannot go on: Too many open files"
    assert caught.value.detail == "No object of the group was changed."
    assert caught.value.resolution == MORE
