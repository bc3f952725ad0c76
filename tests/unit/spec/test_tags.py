"""Tags: the text form of the command line, and what keys and values may be."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from scaling_group.errors import InvalidInput
from scaling_group.spec.group import group_spec
from scaling_group.spec.tags import parse_tags

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}
ALLOWED = "letters, digits, '-', '_' and '.', a letter or digit at both ends"


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("team=ml,version=2.1", {"team": "ml", "version": "2.1"}),
        ("a=b=c", {"a": "b=c"}),
        ("empty=", {"empty": ""}),
        (" a=1 , b=2 ", {"a": "1", "b": "2"}),
        ("a=1,", {"a": "1"}),
        ("", {}),
        ("version=2.10", {"version": "2.10"}),
        ("Team=ML", {"Team": "ML"}),
    ],
)
def test_texts_split_at_commas_and_the_first_equals_sign(text, tags):
    assert parse_tags(text) == tags


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("team", "'team' is not key=value; for no value write team="),
        ("a=1,b", "'b' is not key=value; for no value write b="),
        ("a=1,b=2,a=3", "the key 'a' is given twice ('1' and '3')."),
        ("a=1,,b=2", "'a=1,,b=2' has a comma too many; write key=value,key=value."),
        (",a=1", "',a=1' has a comma too many; write key=value,key=value."),
        (",", "',' has a comma too many; write key=value,key=value."),
        ("a=1,a=1", "the key 'a' is given twice ('1' and '1')."),
    ],
)
def test_texts_that_lose_something_are_refused(text, message):
    with pytest.raises(PydanticCustomError) as caught:
        parse_tags(text)

    assert caught.value.message() == message


@pytest.mark.parametrize(
    "tags",
    [
        {"team": "ml"},
        {"Team": "ML"},
        {"k": ""},
        {"k" * 59: "v" * 63},
        {"a.b_c-d": "1.2_3-4"},
        {"1": "1"},
    ],
)
def test_legal_tags_are_kept_as_they_are(tags):
    assert group_spec({**BASE, "tags": tags}).tags == tags


@pytest.mark.parametrize(
    ("tags", "field", "message"),
    [
        ({"k" * 60: "v"}, f"tags.{'k' * 60}", f"the key '{'k' * 60}' must have 1 to 59 characters."),
        ({"": "v"}, "tags.", "the key '' must have 1 to 59 characters."),
        ({"a/b": "v"}, "tags.a/b", f"the key 'a/b' holds '/'; it may hold {ALLOWED}. For example: a-b"),
        (
            {"-a": "v"},
            "tags.-a",
            f"the key '-a' has '-' and 'a' at its ends; it may hold {ALLOWED}. For example: a",
        ),
        ({"ä": "v"}, "tags.ä", f"the key 'ä' holds 'ä'; it may hold {ALLOWED}."),
        ({"k": "v" * 64}, "tags.k", f"'{'v' * 64}' has 64 characters; at most 63."),
        (
            {"k": "two words"},
            "tags.k",
            f"'two words' holds ' '; it may hold {ALLOWED}. For example: two-words",
        ),
        ({"k": "v-"}, "tags.k", f"'v-' has 'v' and '-' at its ends; it may hold {ALLOWED}. For example: v"),
        ({"k": "v\n"}, "tags.k", f"'v\\n' holds '\\n'; it may hold {ALLOWED}. For example: v"),
        (
            {"branch": "feature/x"},
            "tags.branch",
            f"'feature/x' holds '/'; it may hold {ALLOWED}. For example: feature-x",
        ),
        ({"version": 2.10}, "tags.version", "must be text, not 2.1; put quotes around it."),
        ({"version": 2}, "tags.version", "must be text, not 2; put quotes around it."),
        ({"on": True}, "tags.on", "must be text, not True; put quotes around it."),
        ({"none": None}, "tags.none", "must be text, not None; put quotes around it."),
        ({1: "v"}, "tags.1", "must be text, not 1; put quotes around it."),
    ],
)
def test_illegal_tags_are_refused_with_their_key(tags, field, message):
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, "tags": tags})

    (fault,) = caught.value.faults
    assert (fault.field, fault.message) == (field, message)


def test_every_bad_tag_is_named():
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, "tags": {"a": 1, "b": "fine", "c": "not fine"}})

    assert [fault.field for fault in caught.value.faults] == ["tags.a", "tags.c"]


def test_several_texts_are_one():
    assert parse_tags("a=1,", "", "b=2") == {"a": "1", "b": "2"}
