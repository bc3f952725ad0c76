"""The command line in an empty folder, without a cluster and without the engine."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from scaling_group.cli.main import run
from tests.unit.cli.done import SETTINGS, Call, Done
from tests.unit.cluster.answering import Server, connection_to


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command in an empty folder whose user has no settings."""
    for name in [name for name in os.environ if name.startswith("SCALING_GROUP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Done(int(code), out, err)

    return called


@pytest.fixture
def configured(call: Call, tmp_path: Path) -> Call:
    """The same where a settings file says where groups live."""
    (tmp_path / "scaling-group.toml").write_text(SETTINGS)
    return call


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An API server in which no list has items, as the cluster of the current context."""
    with Server() as running:
        running.answers = [(200, b'{"items": []}', {})]
        file = tmp_path / "kubeconfig"
        file.write_text(json.dumps(connection_to(f"http://{running.address}").kubeconfig))
        monkeypatch.setenv("KUBECONFIG", str(file))
        monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()
