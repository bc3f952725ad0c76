"""Which backend is used, and how its passphrase is kept."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scaling_group.engine.backend import NO_LEGACY_WARNING, Backend, choose_backend, prepare
from scaling_group.errors import Unreachable

URL = "PULUMI_BACKEND_URL"
PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"
PASSPHRASE_FILE = "PULUMI_CONFIG_PASSPHRASE_FILE"


def test_the_default_is_a_folder_with_a_passphrase_file(tmp_path):
    backend = choose_backend(tmp_path, {})

    assert backend.url == f"file://{tmp_path}/state"
    assert backend.folder == tmp_path / "state" / ".pulumi"
    assert backend.variables == {
        URL: backend.url,
        PASSPHRASE_FILE: str(tmp_path / "passphrase"),
        NO_LEGACY_WARNING: "true",
    }


def test_choosing_touches_nothing(tmp_path):
    choose_backend(tmp_path, {})

    assert list(tmp_path.iterdir()) == []


def test_preparing_makes_the_folder_and_a_passphrase_that_only_the_user_can_read(tmp_path):
    data = tmp_path / "new" / "data"
    prepare(choose_backend(data, {}))

    file = data / "passphrase"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((data / "state").stat().st_mode) == 0o700
    assert len(file.read_text()) >= 40


def test_a_passphrase_is_never_rewritten(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text("the user's own")

    for _ in range(2):
        prepare(choose_backend(tmp_path, {}))

    assert file.read_text() == "the user's own"


def test_two_passphrases_differ(tmp_path):
    for name in ("a", "b"):
        prepare(choose_backend(tmp_path / name, {}))

    assert (tmp_path / "a" / "passphrase").read_text() != (tmp_path / "b" / "passphrase").read_text()


@pytest.mark.parametrize("variable", [PASSPHRASE, PASSPHRASE_FILE])
def test_the_users_own_passphrase_is_used_with_the_default_backend(tmp_path, variable):
    backend = choose_backend(tmp_path, {variable: ""})
    prepare(backend)

    assert backend.variables == {URL: backend.url, NO_LEGACY_WARNING: "true"}
    assert not (tmp_path / "passphrase").exists()


@pytest.mark.parametrize(
    "url", ["s3://bucket", "gs://bucket/path", "azblob://c", "postgres://h", "file:///x"]
)
@pytest.mark.parametrize("variable", [PASSPHRASE, PASSPHRASE_FILE])
def test_the_users_own_backend_is_used_with_a_passphrase(tmp_path, url, variable):
    backend = choose_backend(tmp_path, {URL: url, variable: "x"})

    assert (backend.url, dict(backend.variables)) == (url, {URL: url})


@pytest.mark.parametrize("url", ["s3://bucket", "file:///x"])
def test_the_users_own_backend_without_a_passphrase_is_refused_and_none_made_up(tmp_path, url):
    with pytest.raises(Unreachable) as caught:
        choose_backend(tmp_path, {URL: url})

    assert caught.value.message == f"the backend {url} needs a passphrase, and none is set"
    assert caught.value.resolution == f"Set {PASSPHRASE} or {PASSPHRASE_FILE}."
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_keeps_keys_needs_no_passphrase(tmp_path):
    backend = choose_backend(tmp_path, {URL: "https://api.pulumi.com"})

    assert dict(backend.variables) == {URL: "https://api.pulumi.com"}


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///srv/state", "/srv/state/.pulumi"),
        ("file:///srv/state?metadata=skip", "/srv/state/.pulumi"),
        ("file://~/state", "HOME/state/.pulumi"),
        ("file:///with space/state", "/with space/state/.pulumi"),
    ],
)
def test_folders_that_can_be_read_directly(url, folder, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")

    assert str(Backend(url).folder) == folder.replace("HOME", "/home/ada")


@pytest.mark.parametrize("url", ["s3://bucket", "https://api.pulumi.com", "file://./state", "file://state"])
def test_other_backends_are_left_to_the_cli(url):
    assert Backend(url).folder is None


def test_commands_that_start_together_read_one_and_the_same_passphrase(tmp_path):
    """Nobody may see the file before the passphrase is in it."""

    def first_use(folder):
        backend = choose_backend(folder, {})
        prepare(backend)
        return Path(backend.variables["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text()

    for attempt in range(40):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with ThreadPoolExecutor(8) as pool:
            read = set(pool.map(first_use, [folder] * 8))
        assert len(read) == 1
        assert len(read.pop()) > 30
        assert [file.name for file in folder.iterdir() if file.is_file()] == ["passphrase"]
