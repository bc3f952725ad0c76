"""Where state is: what the user's file and variables may say of it, and what a project's file may not."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from scaling_group.engine.backend import StateSettings
from scaling_group.errors import InvalidInput
from scaling_group.settings.found import find_settings

FILE = "scaling-group.toml"
BACKEND, PROVIDER = "SCALING_GROUP_STATE_BACKEND", "SCALING_GROUP_STATE_SECRETS_PROVIDER"
KMS = "awskms://alias/state?region=eu-west-1"


class Said:
    """What the two files say, and what is made of it."""

    def __init__(self, folder: Path) -> None:
        self.project, self.user = folder / "project", folder / "user"
        self.project.mkdir()
        self.user.mkdir()

    def by_project(self, **state: str) -> Said:
        return self._written(self.project, state)

    def by_user(self, **state: str) -> Said:
        return self._written(self.user, state)

    def _written(self, folder: Path, state: dict[str, str]) -> Said:
        rows = [f'{key} = "{value}"' for key, value in state.items()]
        (folder / FILE).write_text("\n".join(["[state]", *rows, ""]))
        return self

    def found(self, config: Path | None = None, **environ: str) -> StateSettings:
        return find_settings({}, config, environ, self.project).state

    def refused(self, **environ: str) -> InvalidInput:
        with pytest.raises(InvalidInput) as caught:
            self.found(**environ)
        return caught.value


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    made = Said(tmp_path)
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda _app: str(made.user))
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda _app: str(tmp_path / "share"))
    return made


def test_nothing_is_said_by_default(said: Said):
    assert said.found() == StateSettings(None, None, None)


def test_a_project_takes_precedence_over_the_user_and_a_variable_over_both(said: Said):
    said.by_user(backend="s3://mine", secrets_provider=KMS, organization="ada")
    assert said.found() == StateSettings("s3://mine", KMS, "ada")

    said.by_project(backend="s3://team", organization="acme")
    assert said.found() == StateSettings("s3://team", KMS, "acme")

    given = {BACKEND: "gs://v", PROVIDER: "passphrase", "SCALING_GROUP_STATE_ORGANIZATION": "v"}
    assert said.found(**given) == StateSettings("gs://v", "passphrase", "v")


@pytest.mark.parametrize(
    "backend",
    [
        "s3://team/prefix?region=eu-west-1&use_path_style=true",
        "gs://team",
        "azblob://team?storage_account=acme",
        "postgres://db.example.com/state?sslmode=verify-full&table=groups",
        "https://api.pulumi.com",
        "https://api.pulumi.com/",
        "file:///srv/state?metadata=skip",
    ],
)
def test_a_project_may_name_a_place(said: Said, backend: str):
    assert said.by_project(backend=backend).found().backend == backend


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        ("https://pulumi.example.com", "the access token would be sent to 'https://pulumi.example.com'"),
        ("http://api.pulumi.com", "the access token would be sent to"),
        ("https://api.pulumi.com@evil.example.com", "the access token would be sent to"),
        ("https://api.pulumi.com:8443", "the access token would be sent to"),
        ("s3://b?endpoint=https://evil.example.com", "the parameter 'endpoint' says where"),
        ("s3://b?%65ndpoint=evil.example.com", "the parameter 'endpoint' says where"),
        ("s3://b?region=evil.example.com/", "the parameter 'region' says where"),
        ("s3://b?profile=admin", "the parameter 'profile' says where"),
        ("azblob://b?domain=evil.example.com", "the parameter 'domain' says where"),
        ("azblob://b?storage_account=evil.example.com/", "the parameter 'storage_account' says where"),
        ("gs://b?access_id=x", "the parameter 'access_id' says where"),
        ("postgres://db/state?host=evil.example.com", "the parameter 'host' says where"),
        ("postgres://db/state?sslmode=disable", "the parameter 'sslmode' says where"),
        ("postgres://pulumi@db/state", "a URL with a user or a password is a credential"),
        ("postgres://pulumi:s3cret-word@db/state", "a URL with a user or a password is a credential"),
    ],
)
def test_a_project_names_nobody_to_send_a_credential_to(said: Said, backend: str, why: str):
    error = said.by_project(backend=backend).refused()

    assert error.message == f"state.backend is not taken from {said.project / FILE}"
    assert f"That file is a project's, and {why}" in error.detail
    assert BACKEND in error.resolution
    assert "s3cret-word" not in f"{error.message} {error.detail} {error.resolution}"


def test_a_password_of_the_shell_goes_to_its_own_host_alone(said: Said):
    said.by_project(backend="postgres://db.example.com/state")

    error = said.refused(PGPASSWORD="s3cret-word")
    assert error.detail.endswith("the password in PGPASSWORD would be sent to 'db.example.com'.")
    assert said.found(PGPASSWORD="s3cret-word", PGHOST="db.example.com").backend


def test_a_project_names_no_secrets_provider(said: Said):
    error = said.by_project(secrets_provider=KMS).refused()

    assert error.message == f"state.secrets_provider is not taken from {said.project / FILE}"
    assert "the key service that it names" in error.detail


def test_what_a_variable_overrules_is_not_refused(said: Said):
    said.by_project(backend="https://pulumi.example.com", secrets_provider=KMS)

    assert said.found(**{BACKEND: "s3://mine", PROVIDER: "default"}).backend == "s3://mine"
    assert said.found(**{"PULUMI_BACKEND_URL": "s3://mine", PROVIDER: "default"})


def test_the_user_may_say_everything_and_so_may_a_file_that_the_user_names(said: Said):
    everything = {"backend": "https://pulumi.example.com", "secrets_provider": KMS, "organization": "acme"}
    assert said.by_user(**everything).found() == StateSettings(**everything)

    said.by_project(backend="s3://b?endpoint=https://minio.example.com:9000", secrets_provider=KMS)
    assert said.found(said.project / FILE).backend == "s3://b?endpoint=https://minio.example.com:9000"


@pytest.mark.parametrize("path", ["./state", "state", "x/../state"])
def test_a_relative_folder_in_a_file_is_beside_the_file(said: Said, path: str):
    assert said.by_project(backend=f"file://{path}").found().backend == f"file://{said.project}/state"
    (said.project / FILE).unlink()
    assert said.by_user(backend=f"file://{path}").found().backend == f"file://{said.user}/state"


def test_a_relative_folder_in_a_variable_is_in_the_folder_of_the_shell(said: Said):
    said.by_user(backend="file://other")

    assert said.found(**{BACKEND: "file://my state"}).backend == f"file://{said.project}/my%20state"


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ({"backend": "/srv/state"}, "'/srv/state' is not the URL of a backend (file://, s3://"),
        ({"backend": "ftp://u:s3cret@h"}, "'ftp://***@h' is not the URL of a backend"),
        ({"secrets_provider": "kms"}, "'kms' is not a secrets provider (default, passphrase, awskms://"),
        ({"organization": "a/b"}, "'a/b' is not the name of an organization"),
    ],
)
def test_what_is_no_place_is_refused_with_its_setting(said: Said, state: dict[str, str], fault: str):
    [key] = state
    [found] = said.by_user(**state).refused().faults

    assert found.field == f"state.{key}"
    assert found.message.startswith(fault)

    (said.user / FILE).unlink()
    [found] = said.refused(**{f"SCALING_GROUP_STATE_{key.upper()}": state[key]}).faults
    assert found.field == f"SCALING_GROUP_STATE_{key.upper()}"


def test_a_key_that_is_misspelt_is_named_with_the_right_one(said: Said):
    assert "secrets_provider" in str(said.by_user(secret_provider=KMS).refused().faults[0])
