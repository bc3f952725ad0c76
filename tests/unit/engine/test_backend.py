"""Which backend is used, and how its passphrase is kept."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from scaling_group.engine.backend import NO_LEGACY_WARNING, Backend, StateSettings, choose_backend, prepare
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
    backend = choose_backend(tmp_path, {URL: url, variable: "/x"})

    assert (backend.url, dict(backend.variables)) == (url, {URL: url})


@pytest.mark.parametrize("url", ["s3://bucket", "file:///x"])
def test_the_users_own_backend_without_a_passphrase_is_refused_and_none_made_up(tmp_path, url):
    with pytest.raises(Unreachable) as caught:
        choose_backend(tmp_path, {URL: url})

    assert caught.value.message == f"the backend {url} needs a passphrase, and none is set"
    assert caught.value.resolution.startswith(f"Set {PASSPHRASE} or {PASSPHRASE_FILE}.")
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
        ("file:///with%20space/state", "/with space/state/.pulumi"),
        ("file:///100%25/a%3Fb?metadata=skip", "/100%/a?b/.pulumi"),
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


@pytest.mark.parametrize("query", ["", "?metadata=skip"])
@pytest.mark.parametrize("path", ["./state", "state", "sub/../state"])
def test_a_relative_folder_is_below_the_folder_of_the_shell(tmp_path, monkeypatch, path, query):
    """The engine runs in a folder of ours, where it would be another one for each group."""
    here = tmp_path / "of the shell"
    here.mkdir()
    monkeypatch.chdir(here)

    backend = choose_backend(tmp_path, {URL: f"file://{path}{query}", PASSPHRASE: "x"})

    assert backend.folder == here / "state" / ".pulumi"
    assert backend.url == f"file://{tmp_path}/of%20the%20shell/state{query}"
    assert backend.variables[URL] == backend.url


def test_relative_files_of_passphrases_and_credentials_are_below_the_folder_of_the_shell(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    environ = {
        URL: "postgres://db/state?sslmode=verify-full&sslrootcert=ca.pem&sslkey=/whole/key.pem",
        PASSPHRASE_FILE: "team/passphrase",
        "GOOGLE_APPLICATION_CREDENTIALS": "key.json",
        "AWS_SHARED_CREDENTIALS_FILE": "/home/ada/.aws/credentials",
    }

    backend = choose_backend(tmp_path / "data", environ)

    assert backend.variables == {
        URL: f"postgres://db/state?sslmode=verify-full&sslrootcert={quote(str(tmp_path), safe='')}"
        "%2Fca.pem&sslkey=%2Fwhole%2Fkey.pem",
        PASSPHRASE_FILE: f"{tmp_path}/team/passphrase",
        "GOOGLE_APPLICATION_CREDENTIALS": f"{tmp_path}/key.json",
    }


def test_characters_of_the_data_folder_mean_themselves_in_the_url(tmp_path):
    data = tmp_path / "50% off?"

    assert choose_backend(data, {}).folder == data / "state" / ".pulumi"


def test_the_settings_name_a_backend_and_the_engines_own_variable_counts_more(tmp_path):
    said = StateSettings(backend="s3://team")

    assert choose_backend(tmp_path, {PASSPHRASE: "x"}, said).url == "s3://team"
    assert choose_backend(tmp_path, {PASSPHRASE: "x", URL: "s3://mine"}, said).url == "s3://mine"


@pytest.mark.parametrize("provider", ["awskms://alias/state?region=eu-west-1", "gcpkms://projects/p"])
def test_a_key_service_needs_no_passphrase(tmp_path, provider):
    said = StateSettings(backend="s3://team", secrets_provider=provider)

    assert choose_backend(tmp_path, {}, said).secrets_provider == provider
    assert PASSPHRASE_FILE not in choose_backend(tmp_path, {}, StateSettings(None, provider)).variables


def test_pulumi_cloud_needs_a_passphrase_where_the_settings_ask_for_one(tmp_path):
    with pytest.raises(Unreachable):
        choose_backend(tmp_path, {}, StateSettings("https://api.pulumi.com", "passphrase"))


def test_stacks_are_in_the_organization_on_a_service_alone(tmp_path):
    said = StateSettings(organization="acme")
    cloud = choose_backend(tmp_path, {URL: "https://api.pulumi.com"}, said)

    assert cloud.qualified("abc123.web") == "acme/scaling-group/abc123.web"
    assert choose_backend(tmp_path, {}, said).qualified("abc123.web") == "abc123.web"
