"""Container image references."""

from __future__ import annotations

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.group import group_spec

BASE = {"name": "inference", "port": 8080}
DIGEST = "sha256:" + "0" * 64


def refusal(image: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, "image": image})
    (fault,) = caught.value.faults
    assert fault.field == "image"
    return fault.message


@pytest.mark.parametrize(
    "image",
    [
        "python",
        "python:3.12",
        "my-registry/my-inference-server:v1",
        "localhost:5000/a",
        "localhost:5000/a/b:1",
        "REG.io/a:1",
        "[::1]:5000/a",
        f"a@{DIGEST}",
        f"registry.example.com:5000/a/b__c:Tag_1.2-3@{DIGEST}",
        "a:" + "t" * 128,
        "a" * 255,
        f"localhost:5000/{'a' * 255}",
        f"{'a' * 255}:{'t' * 128}@{DIGEST}",
    ],
)
def test_references_are_accepted_as_they_are(image):
    assert group_spec({**BASE, "image": image}).image == image


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("", "an image is needed, for example my-registry/my-server:v1"),
        ("  ", "an image is needed, for example my-registry/my-server:v1"),
        ("a b", "'a b' is not an image reference. It holds blanks."),
        ("a\n", "'a\\n' is not an image reference. It holds blanks."),
        ("https://reg.io/a", "'https://reg.io/a' is not an image reference. Leave out the scheme: reg.io/a"),
        (
            "Bad/UPPER:1",
            "'Bad/UPPER:1' is not an image reference. The repository must be lower case: bad/upper:1",
        ),
        (
            "a/B:Tag",
            "'a/B:Tag' is not an image reference. The repository must be lower case: a/b:Tag",
        ),
        (
            "localhost:5000/A",
            "'localhost:5000/A' is not an image reference. "
            "The repository must be lower case: localhost:5000/a",
        ),
        ("a:", "'a:' is not an image reference. For example: my-registry/my-server:v1"),
        ("/a", "'/a' is not an image reference. For example: my-registry/my-server:v1"),
        ("a//b", "'a//b' is not an image reference. For example: my-registry/my-server:v1"),
        ("a:1:2", "'a:1:2' is not an image reference. A tag cannot hold ':'. For example: a:1-2"),
        (
            "registry.example.com/a:1.2.3+build5",
            "'registry.example.com/a:1.2.3+build5' is not an image reference. A tag cannot hold '+'. "
            "For example: registry.example.com/a:1.2.3-build5",
        ),
        (
            "localhost:5000/a:feature/x",
            "'localhost:5000/a:feature/x' is not an image reference. A tag cannot hold '/'. "
            "For example: localhost:5000/a:feature-x",
        ),
        ("a@sha256:0", "'a@sha256:0' is not an image reference. For example: my-registry/my-server:v1"),
        (5, "must be text, not 5; put quotes around it."),
    ],
)
def test_other_texts_are_refused_with_what_was_likely_meant(image, message):
    assert refusal(image) == message


@pytest.mark.parametrize(
    "image", ["a" * 256, f"{'a' * 256}:v1", f"localhost:5000/{'a' * 256}", "a" * 100_000]
)
def test_an_over_long_name_is_refused(image):
    message = refusal(image)

    assert "is too long; the name has at most 255 characters." in message
    assert len(message) < 200


def test_an_over_long_tag_is_refused():
    assert "is not an image reference" in refusal("a:" + "t" * 129)
