"""The command line in an empty folder, without a cluster and without the engine."""

from __future__ import annotations

import io
import json
import os
import pty
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from scaling_group.cli.main import run
from tests.integration.prefork import Commands
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


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """The process whose forks are the commands: each is one of its own, with its own streams."""
    running = Commands(os.environ)
    yield running
    running.close()


@pytest.fixture
def on_terminal(tmp_path: Path, commands: Commands) -> Callable[..., tuple[int, str]]:
    """Run a command on a terminal of its own, type an answer, and return exit code and what it showed."""

    def run(answer: str, *arguments: str, stderr: int | None = None) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        os.write(ours, f"{answer}\n".encode())
        streams = (theirs, theirs, theirs if stderr is None else stderr)
        code = commands.ended(arguments, os.environ, tmp_path, streams)
        os.close(theirs)
        shown = b""
        # The end of a terminal whose programs have ended is an error.
        while chunk := _read(ours):
            shown += chunk
        os.close(ours)
        return code, " ".join(shown.decode().split())

    return run


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""
