"""What a shell needs so that pulumi works on the same state."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.done import Call


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_state_and_passphrase_are_those_of_the_data_folder(
    configured: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "my data"
    monkeypatch.setenv("SCALING_GROUP_DATA_DIR", str(folder))

    assert configured("env").out.splitlines() == [
        f"export PULUMI_BACKEND_URL=file://{folder.parent}/my%20data/state",
        f"export PULUMI_CONFIG_PASSPHRASE_FILE='{folder}/passphrase'",
    ]


def test_what_is_set_already_is_not_printed(configured: Call, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PULUMI_BACKEND_URL", "postgres://pulumi:s3cret-word@db.example.com/state")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "x")

    done = configured("env")

    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_password_in_the_url_of_the_settings_is_not_printed(
    configured: Call, monkeypatch: pytest.MonkeyPatch
):
    url = "postgres://pulumi:s3cret-word@db.example.com/state"
    monkeypatch.setenv("SCALING_GROUP_STATE_BACKEND", url)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "x")

    done = configured("env")

    assert (done.code, done.out) == (0, "")
    assert done.err == "warning: PULUMI_BACKEND_URL is not printed: it holds a password. Set it yourself.\n"
