"""Credentials in messages."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.errors import Fault, InvalidInput, Unreachable
from scaling_group.masking import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgres://pulumi:s3cret@db/state is away", "postgres://***@db/state is away"),
        ("cannot reach https://me:a@b@proxy:3128", "cannot reach https://***@proxy:3128"),
        ("https://token@registry.example.com/v2/", "https://***@registry.example.com/v2/"),
        ("postgres://u:pa/ss?w#d@db/state", "postgres://***@db/state"),
        ("redis://:pw@h:6379/0 and HTTP://A:B@C", "redis://***@h:6379/0 and HTTP://***@C"),
        ("s3://b?region=eu&awsSecretKey=abc&x=1", "s3://b?region=eu&awsSecretKey=***&x=1"),
        ("azblob://b?sig=a%2Fb", "azblob://b?sig=***"),
        ("Invalid header value b'Bearer abcdef\\nghi'", "Invalid header value b'Bearer ***'"),
        ("Authorization: Basic dXNlcjpwdw==", "Authorization: Basic ***"),
    ],
)
def test_credentials_are_taken_out(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://registry:5000/v2/a@sha256:0123",
        "https://registry.example.com/a/b@sha256:0123",
        "file:///home/me@work/state",
        "my-registry/server:v1@sha256:0123",
        "me@host and https://example.com/a?b=c&page=2",
        "a basic group",
        "ada@elsewhere (pid 7)",
    ],
)
def test_what_is_none_stays(text):
    assert masked(text) == text


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=1),
    st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=6),
)
def test_no_password_of_any_form_survives(user, password):
    for written in (quote(password, safe=""), password.replace("/", "").replace("?", "").replace("#", "")):
        text = f"cannot reach postgres://{user}:{written}@db.example.com/state: refused"
        assert masked(text) == "cannot reach postgres://***@db.example.com/state: refused"


def test_every_part_of_an_error_is_masked():
    url = "postgres://pulumi:s3cret@db/state"

    error = Unreachable(f"{url} is away", detail=f"dial {url}", resolution=f"Check {url}.")
    refused = InvalidInput("not valid:", [Fault("field", f"{url} is wrong")])

    assert "s3cret" not in f"{error} {error.message} {error.detail} {error.resolution} {error.args}"
    assert "s3cret" not in f"{refused} {refused.faults}"
