"""Variables: names and values, Secrets by reference, and what must not stand in plain text."""

from __future__ import annotations

import pytest

from scaling_group.spec.credentials import looks_secret
from scaling_group.spec.env import LONGEST_VALUE
from scaling_group.spec.written import short
from tests.unit.spec.fields import faults, spec_with

NAME_FORM = "may hold letters, digits, '_', '-' and '.', and not start with a digit."
KEY_FORM = "letters, digits, '-', '_', '.'"


@pytest.mark.parametrize("name", ["A", "_", "-", "lower_1", "a.b-c", ".x", "X" * 300, "on"])
def test_legal_names(name):
    assert spec_with(env={name: "x"}).env == {name: "x"}
    assert short(spec_with(secret_env={name: "a:b"}).secret_env) == {name: "a:b"}


@pytest.mark.parametrize("field", ["env", "secret_env"])
@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("1A", NAME_FORM),
        ("", NAME_FORM),
        ("A B", NAME_FORM),
        ("A=B", NAME_FORM),
        ("Ä", NAME_FORM),
        ("A\n", NAME_FORM),
        (".", "must not be '.' nor start with '..'."),
        ("..", "must not be '.' nor start with '..'."),
        ("..a", "must not be '.' nor start with '..'."),
    ],
)
def test_illegal_names_are_refused(field, name, part):
    found = faults(**{field: {name: "a:b"}})

    assert found == {f"{field}.{name}": f"the name {name!r} {part}"}


@pytest.mark.parametrize("name", ["1A", "", "A B"])
def test_an_excused_name_is_a_name(name):
    assert faults(not_secret=[name]) == {"not_secret.0": f"the name {name!r} {NAME_FORM}"}


@pytest.mark.parametrize("value", ["", " ", "a=b", "2.10", "ünï 🦙", "a\nb", "$(OTHER)", "x" * LONGEST_VALUE])
def test_legal_values_are_kept_as_they_are(value):
    assert spec_with(env={"A": value}).env == {"A": value}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\0b", "'a\\x00b' holds a NUL byte, which no program can receive."),
        ("ä" * (LONGEST_VALUE // 2 + 1), "has 131074 bytes; a program receives at most 131072."),
        ("a\x7fb", "'a\\x7fb' holds U+007F, which cannot be sent to the API server."),
        ("a\x85b", "'a\\x85b' holds U+0085, which cannot be sent to the API server."),
        ("\uffff", "'\\uffff' holds U+FFFF, which cannot be sent to the API server."),
        (2.10, "must be text, not 2.1; put quotes around it."),
        (True, "must be text, not True; put quotes around it."),
        (8, "must be text, not 8; put quotes around it."),
        (None, "must be text, not None; put quotes around it."),
    ],
)
def test_illegal_values_are_refused(value, message):
    assert faults(env={"A": value}) == {"env.A": message}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD", "x"),
        ("DB_PASSWORD", "hunter2"),
        ("db_password", "hunter2"),
        ("HF_TOKEN", "x"),
        ("API_KEY", "x"),
        ("APIKEY", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("CLIENT_SECRET", "x"),
        ("PRIVATE_KEY", "x"),
        ("URL", "postgres://user:secret@db/x"),
        ("DATA", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
        ("ID", "AKIAIOSFODNN7EXAMPLE"),
        ("GH", "ghp_" + "a" * 36),
        ("HF", "hf_" + "a" * 34),
        ("OPENAI", "sk-" + "a" * 48),
        ("SLACK", "xoxb-1234567890-abc"),
        ("JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc"),
    ],
)
def test_what_looks_like_a_credential_is_refused_unless_excused(name, value):
    (message,) = faults(env={name: value}).values()

    assert message.startswith(f"{name} looks like a credential")
    assert f"name it with secret_env ({name}=secret:key)" in message
    assert message.endswith("list the name in not_secret.")
    assert value not in message.removeprefix(f"{name} looks like") or value == "x"
    assert spec_with(env={name: value}, not_secret=[name]).env == {name: value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_TOKENS", "4096"),
        ("TOKENIZER", "llama"),
        ("SECRET_NAME", "credentials"),
        ("PASSWORD", ""),
        ("PASSWORD_FILE", "/run/secrets/password"),
        ("API_KEY", "/run/secrets/key"),
        ("API_KEY", "$(OTHER)"),
        ("URL", "https://user@example.com/a:b"),
        ("URL", "https://example.com:8080/a@b"),
        ("KEY", "x"),
        ("NAME", "task-" + "a" * 30),
    ],
)
def test_what_does_not_look_like_a_credential_is_accepted(name, value):
    assert not looks_secret(name, value)
    assert spec_with(env={name: value}).env == {name: value}


def test_every_credential_is_named_with_every_other_fault():
    found = faults(env={"API_KEY": "x", "1A": "y", "B": 3, "DB_PASSWORD": "z"})

    assert found.keys() == {"env", "env.1A", "env.B"}
    assert found["env"].startswith("API_KEY, DB_PASSWORD looks like a credential")
    assert found["env.B"] == "must be text, not 3; put quotes around it."


@pytest.mark.parametrize(
    "text", ["credentials:key", "a.b-c:tls.crt", "a:.hidden", "a:a..b", "a:" + "k" * 253]
)
def test_legal_secret_keys(text):
    assert short(spec_with(secret_env={"A": text}).secret_env) == {"A": text}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("credentials", "'credentials' is not secret:key, for example credentials:api-key"),
        ("credentials:", "'credentials:' is not secret:key, for example credentials:api-key"),
        ("", "'' is not secret:key, for example credentials:api-key"),
        (":key", "'' cannot be the name of a Secret: lower-case letters, digits, '-' and '.'."),
        ("Cred:key", "'Cred' cannot be the name of a Secret: lower-case letters, digits, '-' and '.'."),
        ("a:b:c", f"'a:b:c': a Secret has no key 'b:c': {KEY_FORM}"),
        ("a:b c", f"'a:b c': a Secret has no key 'b c': {KEY_FORM}"),
        ("a:.", f"'a:.': a Secret has no key '.': {KEY_FORM}"),
        ("a:..b", f"'a:..b': a Secret has no key '..b': {KEY_FORM}"),
        (3, "must be text, not 3; put quotes around it."),
    ],
)
def test_illegal_secret_keys_are_refused(text, message):
    assert faults(secret_env={"A": text}) == {"secret_env.A": message}


def test_too_long_a_key_or_name_is_refused():
    assert "a Secret has no key" in faults(secret_env={"A": "a:" + "k" * 254})["secret_env.A"]
    assert "cannot be the name of a Secret" in faults(secret_env={"A": "a" * 254 + ":k"})["secret_env.A"]


def test_a_variable_has_one_source():
    found = faults(env={"A": "1", "B": "2", "C": "3"}, secret_env={"B": "s:k", "A": "s:k"})

    assert found == {"secret_env": "A, B is also set in env; a variable has one source."}


@pytest.mark.parametrize(
    "texts", [[], ["secret:a"], ["configmap:a.b"], ["secret:a", "configmap:a", "secret:a"]]
)
def test_legal_env_from(texts):
    assert short(spec_with(env_from=texts).env_from) == texts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "'a' is neither secret:NAME nor configmap:NAME."),
        ("configMap:a", "'configMap:a' is neither secret:NAME nor configmap:NAME."),
        ("secret", "'secret' is neither secret:NAME nor configmap:NAME."),
        ("secret:", "'' cannot be the name of a Secret: lower-case letters, digits, '-' and '.'."),
        ("configmap:A", "'A' cannot be the name of a ConfigMap: lower-case letters, digits, '-' and '.'."),
        ("secret:a:b", "'a:b' cannot be the name of a Secret: lower-case letters, digits, '-' and '.'."),
        (3, "must be text, not 3; put quotes around it."),
    ],
)
def test_illegal_env_from_is_refused(text, message):
    assert faults(env_from=["secret:fine", text]) == {"env_from.1": message}
