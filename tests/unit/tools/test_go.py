"""Which Go builds. Go is a shell script here, and the cache is a temporary folder."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from tools.toolchain import go as go_tool
from tools.toolchain.go import find_go, go_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go1.26.3", (1, 26, 3)),
        ("go1.27", (1, 27, 0)),
        ("go1.26rc1", (1, 26, 0)),
        ("devel", (0, 0, 0)),
        ("", (0, 0, 0)),
    ],
)
def test_the_version_of_a_go(go, text, version):
    assert go_version(go(text)) == version


def test_a_go_that_does_not_run_has_no_version(tmp_path):
    assert go_version(str(tmp_path / "none")) == (0, 0, 0)


@pytest.mark.parametrize("version", ["go1.26.6", "go1.30.1", "go2.0"])
def test_a_go_on_path_that_is_new_enough_is_taken(go, tmp_path, version):
    command = go(version)
    assert find_go(tmp_path / "cache", threading.Event()) == command


@pytest.mark.parametrize("version", ["go1.26.5", "go1.9", "devel"])
def test_an_old_go_on_path_is_not_taken(go, tmp_path, version, monkeypatch):
    go(version)
    fetched: list[Path] = []
    monkeypatch.setattr(go_tool, "fetch_go", lambda home, _stop: fetched.append(home))

    found = find_go(tmp_path / "cache", threading.Event())

    (home,) = fetched
    assert found == str(home / "go" / "bin" / "go")
    assert home.parent == tmp_path / "cache"


def test_a_fetched_go_is_kept_under_the_digest_of_its_lock(go, tmp_path, monkeypatch):
    go("go1.1")
    digest = hashlib.sha256(go_tool.GO_LOCK.read_bytes()).hexdigest()[:16]
    home = tmp_path / f"go-{digest}"
    home.mkdir()
    monkeypatch.setattr(go_tool, "fetch_go", lambda *_: pytest.fail("it is there already"))

    assert find_go(tmp_path, threading.Event()) == str(home / "go" / "bin" / "go")
