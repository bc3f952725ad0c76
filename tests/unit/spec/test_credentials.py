"""What looks like a credential, wherever it stands in a spec."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.errors import InvalidInput
from scaling_group.records import Record
from scaling_group.spec.credentials import looks_secret, secret_arguments, secret_fields
from scaling_group.spec.edit import Edit
from scaling_group.spec.env import LONGEST_VALUE
from scaling_group.spec.group import group_spec
from tests.unit.operations.fakes import record_of
from tests.unit.spec.fields import BASE, faults, spec_with

NAMES = [
    *("PGPASSWORD", "MYSQL_PWD", "DB_PASS", "SECRET_KEY", "dbPassword", "SECRET_KEY_BASE", "REDISCLI_AUTH"),
    *("apiKey", "HFToken", "api-key", "auth.token", "GITHUB_PAT", "MYSQLPASSWORD", "API_KEY_2", "PASSWORD1"),
    *("NEW_RELIC_LICENSE_KEY", "AIRFLOW__CORE__FERNET_KEY", "ACCESSTOKEN", "clientSecret", "AccountKey"),
]
HARMLESS_NAMES = [
    *("MAX_TOKENS", "TOKENIZER", "PASSWORD_FILE", "SECRET_NAME", "KEY", "PARTITION_KEY", "PUBLIC_KEY", "PWD"),
    *("COMPASS", "BYPASS", "OLDPWD", "PATH", "SPAT", "TOKENS", "PASSENGER_APP_ENV", "KEYCLOAK_URL"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_credential_is_known_in_every_spelling(name):
    assert looks_secret(name, "hunter2")


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_a_name_that_is_none_of_a_credential_is_accepted(name):
    assert not looks_secret(name, "hunter2")


VALUES = [
    *("redis://:pw@h", "amqp://u:p:w@h:5672/", "postgres://u:pw@h/db?sslmode=require"),
    *("host=db user=u password=hunter2", "Server=h;User=u;Password=hunter2;", "https://h/?api_key=hunter2"),
    *("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abcdEFGH==",),
    *("github_pat_" + "a" * 22, "glpat-" + "a" * 20, "ASIA" + "A" * 16, "AIza" + "a" * 35),
    *("sk_live_" + "a" * 24, "rk_test_" + "a" * 24, "SG." + "a" * 22 + "." + "a" * 43, "dapi" + "a" * 32),
    *("hvs." + "a" * 24, "gsk_" + "a" * 40, "r8_" + "a" * 37, "dop_v1_" + "a" * 64, "shpat_" + "a" * 32),
    *("Authorization: Bearer " + "a" * 20, "Basic dXNlcjpodW50ZXIyMg=="),
    *("-----BEGIN OPENSSH PRIVATE KEY-----\n", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n"),
    *("-----BEGIN PRIVATE KEY-----", "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24),
]
HARMLESS_VALUES = [
    *("", "task-" + "a" * 30, "https://user@example.com/a:b", "redis://h:6379/0", "a@b", "user:pw"),
    *("postgres://$(USER):$(PASS)@db/x", "postgres://$(USER)@db/x", "password=$(PASS)", "12:30:45"),
    *("--tokenizer=llama", "a=b;c=d", "https://h/?tokens=1", "token=true", "sha256:" + "a" * 64),
]


@pytest.mark.parametrize("value", VALUES)
def test_a_form_of_a_credential_is_known_under_any_name(value):
    assert looks_secret("DATA", value)


@pytest.mark.parametrize("value", HARMLESS_VALUES)
def test_a_value_that_is_none_is_accepted(value):
    assert not looks_secret("DATA", value)


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        pytest.param("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1", False, id="a switch"),
        pytest.param("REQUIRE_PASSWORD", "true", False, id="a switch in words"),
        pytest.param("MAX_TOKEN", "4096", False, id="an amount"),
        pytest.param("EOS_TOKEN", "</s>", False, id="a token of a tokenizer"),
        pytest.param("API_KEY", "/run/secrets/API_KEY", False, id="a file"),
        pytest.param("API_KEY", "/9j4AAQSkZJRgABAQ", True, id="base64 that begins with a slash"),
        pytest.param("DB_PASSWORD", "/hunter2", True, id="a password that begins with a slash"),
        pytest.param("API_KEY", "$(OTHER)", False, id="a reference"),
        pytest.param("API_KEY", "$(A)$(B)", False, id="two references"),
        pytest.param("API_KEY", "$(A)hunter2", True, id="more than a reference"),
        pytest.param("API_KEY", "$(cat key)", True, id="no reference"),
        pytest.param("API_KEY", "$$(OTHER)", True, id="an escaped reference"),
        pytest.param("DB_PASSWORD", "1234", True, id="a number"),
    ],
)
def test_what_excuses_a_value_of_a_name_of_a_credential(name, value, secret):
    assert looks_secret(name, value) is secret


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["serve", "--password=hunter2"], ["--password"]),
        (["serve", "--api-key", "sk-" + "a" * 30], ["--api-key"]),
        (["serve", "--api-key", "abc"], ["--api-key"]),
        (["serve", "-api_key=abc", "--port=80"], ["-api_key"]),
        (["env", "DB_PASSWORD=hunter2", "serve"], ["DB_PASSWORD"]),
        (["serve", "hf_" + "a" * 34], ["entrypoint"]),
        (["serve", "--db", "postgres://u:pw@h/x"], ["entrypoint"]),
        (["sh", "-c", "export API_KEY=abc; serve"], ["entrypoint"]),
        (["sh", "-c", "serve --password hunter2"], ["entrypoint"]),
        (["sh", "-c", "serve --password='hunter2'"], ["entrypoint"]),
        (["serve", "--password=$(PASSWORD)", "--api-key", "$(KEY)"], []),
        (["serve", "--token-file", "/run/secrets/token", "--token", "/run/secrets/token"], []),
        (["sh", "-c", 'serve --password $PASSWORD --api-key=${KEY} --token="$(cat /run/x)"'], []),
        (["python", "-m", "server", "--max-tokens", "4096", "--tokenizer", "llama"], []),
        (["serve", "--no-token", "--port", "80"], []),
        (["serve", "--token"], []),
        (["serve", "--token", "--port"], []),
    ],
)
def test_credentials_of_an_entrypoint(arguments, found):
    assert list(secret_arguments(arguments)) == found


def test_a_credential_in_an_entrypoint_is_refused_with_what_to_do():
    found = faults(entrypoint=["serve", "--password=hunter2"])

    assert found == {
        "entrypoint": "--password looks like a credential, and what is in entrypoint is plain text in the "
        "cluster, in the state and in the history. Put it into a Secret, name that with secret_env "
        "(VARIABLE=secret:key) and write $(VARIABLE) in its place; if it is none, list --password in "
        "not_secret."
    }


@pytest.mark.parametrize(
    ("fields", "field", "name"),
    [
        ({"entrypoint": ["serve", "--password=hunter2"]}, "entrypoint", "--password"),
        ({"entrypoint": ["serve", "hf_" + "a" * 34]}, "entrypoint", "entrypoint"),
        ({"annotations": {"example.com/api-token": "abc"}}, "annotations", "api-token"),
        ({"annotations": {"example.com/1token": "hf_" + "a" * 34}}, "annotations", "annotations"),
        ({"readiness": "http:/health?token=abc"}, "readiness", "readiness"),
        ({"liveness": "http:/health?api_key=abc", "readiness": "tcp"}, "liveness", "liveness"),
        ({"startup": "http:/v1/hf_" + "a" * 34}, "startup", "startup"),
    ],
)
def test_a_credential_is_refused_wherever_it_stands_unless_excused(fields, field, name):
    assert faults(**fields).keys() == {field}
    assert name in faults(**fields)[field]
    assert spec_with(**fields, not_secret=[name]).not_secret == (name,)


def test_no_message_holds_the_credential():
    found = faults(
        env={"A": "redis://:hunter2@h"},
        annotations={"a/token": "hunter2"},
        readiness="http:/?token=hunter2",
        entrypoint=["serve", "--password", "hunter2"],
    )
    # Faults of a single field come first; the others once those are gone.
    found |= faults(annotations={"a/token": "hunter2"}, readiness="http:/?token=hunter2")

    assert found
    assert "hunter2" not in str(found)


OLD = {"env": {"PGPASSWORD": "hunter2"}, "entrypoint": ["serve", "--password=hunter2"]}


def old_record() -> dict[str, object]:
    """Return the record of a group as it was made before these rules were there."""
    config = record_of().to_config()
    return {**config, "spec": {**config["spec"], **OLD}}


def test_a_record_that_was_accepted_once_stays_readable():
    with pytest.raises(InvalidInput):
        group_spec({**BASE, **OLD})

    record = Record.stored(old_record())

    assert record.spec.env == OLD["env"]
    assert set(record.spec.not_secret) == {"PGPASSWORD", "--password"}
    assert Record.model_validate(record.to_config()) == record


def test_such_a_group_can_be_updated_and_nothing_new_is_excused():
    spec = Record.stored(old_record()).spec

    assert Edit(values={"replicas": 3}).apply(spec).replicas == 3
    with pytest.raises(InvalidInput, match="MYSQL_PWD looks like a credential"):
        Edit(values={"env": {"MYSQL_PWD": "x"}}).apply(spec)


def test_a_record_without_credentials_is_as_it_was():
    assert Record.stored(record_of().to_config()) == Record.model_validate(record_of().to_config())


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda deeper: st.lists(deeper) | st.dictionaries(st.text(), deeper),
        # Two levels are looked at.
        max_leaves=20,
    )
)
def test_any_data_can_be_looked_through(data):
    for field in ("env", "entrypoint", "annotations", "readiness"):
        list(secret_fields({field: data}))


PIECES = [
    "x",
    "-eyJ",
    "a://",
    "a.",
    "hf_",
    "sk-",
    "-----BEGIN A",
    "a=",
    "--a ",
    "$(A)",
    "/a",
    "A1",
    ":",
    "'",
    "Basic ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_text_is_looked_through_in_no_time(piece):
    text = piece * (LONGEST_VALUE // len(piece))
    began = time.process_time()
    looks_secret("API_KEY", text)
    list(secret_arguments([text]))

    assert time.process_time() - began < 5
