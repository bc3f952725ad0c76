"""The entrypoint: comma-separated texts, and what a command may be."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from scaling_group.errors import InvalidInput
from scaling_group.spec.entrypoint import parse_entrypoint
from scaling_group.spec.group import group_spec

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}


@pytest.mark.parametrize(
    ("texts", "arguments"),
    [
        (
            ["python,-m,uvicorn,main:app,--host,127.0.0.1,--port,8000"],
            ("python", "-m", "uvicorn", "main:app", "--host", "127.0.0.1", "--port", "8000"),
        ),
        (['sh,-c,"echo a,b"'], ("sh", "-c", "echo a,b")),
        (['sh,-c,"echo ""a"""'], ("sh", "-c", 'echo "a"')),
        (["python", "-m,server"], ("python", "-m", "server")),
        (["-m,server"], ("-m", "server")),
        (["run,$(PORT)"], ("run", "$(PORT)")),
        (["run,"], ("run", "")),
        (["my program"], ("my program",)),
    ],
)
def test_texts_split_at_commas_outside_quotes(texts, arguments):
    assert parse_entrypoint(texts) == arguments


@pytest.mark.parametrize("text", ['sh,"unfinished', 'sh,"a"b', "a\nb"])
def test_a_text_that_does_not_split_is_refused(text):
    with pytest.raises(PydanticCustomError, match="cannot be split at commas"):
        parse_entrypoint([text])


@pytest.mark.parametrize("given", [("python", "-m", "server"), ["python"], ("a", ""), ()])
def test_commands_are_accepted(given):
    assert group_spec({**BASE, "entrypoint": given}).entrypoint == tuple(given)


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        (("",), "entrypoint", "the first element must name the program to run; it is empty."),
        ((" ", "a"), "entrypoint", "the first element must name the program to run; it is empty."),
        (("a", "b\0"), "entrypoint", "'b\\x00' holds a NUL byte, which no program can receive."),
        (["a", 8000], "entrypoint.1", "must be text, not 8000; put quotes around it."),
        ("python", "entrypoint", "must be a list, not 'python'."),
    ],
)
def test_what_no_kubelet_can_start_is_refused(given, field, message):
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, "entrypoint": given})

    (fault,) = caught.value.faults
    assert (fault.field, fault.message) == (field, message)


@pytest.mark.parametrize("texts", [[], [""]])
def test_an_empty_text_is_no_entrypoint(texts):
    with pytest.raises(PydanticCustomError, match="is empty; leave it out"):
        parse_entrypoint(texts)
