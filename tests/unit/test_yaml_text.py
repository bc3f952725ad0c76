"""YAML that is shown: every reader takes it for what was written, and no runner for a command."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.yaml_text import yaml_text

RUNNER = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)
#: What YAML can hold at all.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
DANGEROUS = st.text(st.sampled_from(":#[ vso\n\r\x85\u2028'\"\\a-"), max_size=120)


@pytest.mark.parametrize(
    "text",
    [
        "::error::deployed",
        "first\n::error::second",
        f"{'word ' * 30}::error::after a fold",
        "a ##vso[task.setvariable variable=PATH]b",
        "##[error]a",
    ],
)
def test_no_line_of_yaml_is_a_command_of_a_ci_runner(text):
    written = yaml_text([{"message": text, "entrypoint": [text]}])

    assert not RUNNER.search(written)
    assert yaml.safe_load(written) == {"message": text, "entrypoint": [text]}


@given(st.dictionaries(st.text("abc", min_size=1), st.lists(TEXTS | DANGEROUS)))
def test_yaml_is_read_back_as_it_was_whatever_its_texts(data):
    written = yaml_text([data])

    assert not RUNNER.search(written)
    assert yaml.safe_load(written) == data
