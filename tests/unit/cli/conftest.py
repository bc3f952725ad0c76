"""The command line in an empty folder, without a cluster and without the engine."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from scaling_group.cli.main import run
from tests.unit.cli.done import SETTINGS, Call, Done


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
