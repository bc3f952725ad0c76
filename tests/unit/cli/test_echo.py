"""Text from elsewhere on terminals and in logs of CI."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scaling_group.cli
from scaling_group.cli.diagnoses import print_diagnoses
from scaling_group.cli.echo import escaped, put, say
from scaling_group.cli.errors import print_error
from scaling_group.cli.output import print_changes, print_data, print_fields, print_rows, print_warnings
from scaling_group.cli.progress import lines
from scaling_group.errors import Failed
from scaling_group.records import Diagnosis
from scaling_group.spec.change import Change

#: As https://github.com/actions/runner reads a line: after blanks, and the old form anywhere.
RUNNER = re.compile(r"^\s*::|##\w*\[")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("all is well — größer, 日本語, 👍", "all is well — größer, 日本語, 👍", id="plain"),
        pytest.param("a\x1b]0;owned\x07b", r"a\x1b]0;owned\x07b", id="OSC: a title"),
        pytest.param(
            "a\x1b]8;;https://evil.test\x1b\\b", r"a\x1b]8;;https://evil.test\x1b\b", id="OSC: a link"
        ),
        pytest.param("a\x1b[2J\x1b[1;31mb", r"a\x1b[2J\x1b[1;31mb", id="CSI"),
        pytest.param("a\x9b2Jb", r"a\x9b2Jb", id="CSI in one byte"),
        pytest.param("a\rerror: b", r"a\rerror: b", id="carriage return"),
        pytest.param("a\nb\x85c\u2028d", r"a\nb\x85c\u2028d", id="line breaks"),
        pytest.param("a\tb", r"a\tb", id="tab"),
        pytest.param("user\u202egpj.exe", r"user\u202egpj.exe", id="right to left"),
        pytest.param("a\U000e0041b", r"a\U000e0041b", id="invisible letter"),
        pytest.param("a\udc80b", r"a\udc80b", id="half of a pair"),
        pytest.param("::error file=a::b", r"\::error file=a::b", id="GitHub"),
        pytest.param("  ::add-mask::b", r"  \::add-mask::b", id="GitHub, after blanks"),
        pytest.param("\u00a0::set-output name=a::b", "\u00a0\\::set-output name=a::b", id="another blank"),
        pytest.param(
            "a ##vso[task.setvariable variable=b]c", r"a #\#vso[task.setvariable variable=b]c", id="Azure"
        ),
        pytest.param("##[error]a", r"#\#[error]a", id="Azure, formatting"),
        pytest.param("##teamcity[buildStop]", r"#\#teamcity[buildStop]", id="TeamCity"),
        pytest.param("std::vector ## a [b]", "std::vector ## a [b]", id="no command"),
    ],
)
def test_what_would_act_is_shown_as_text(text, shown):
    assert escaped(text) == shown


@given(st.text())
def test_any_text_is_one_line_that_commands_nothing(text):
    shown = escaped(text)

    assert len(shown.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", shown)
    assert not RUNNER.search(shown)
    shown.encode()
    assert escaped(shown) == shown


@given(st.text(st.sampled_from(":#[ vso\n\r\x1b\x85a"), max_size=30))
def test_texts_made_of_what_is_dangerous_command_nothing(text):
    assert not RUNNER.search(escaped(text))


def test_words_of_ours_keep_their_colour_and_nothing_else_does(capsys):
    say("a\x1b[31mb", before="error: ")

    assert capsys.readouterr().out == "error: a\\x1b[31mb\n"


def test_a_result_for_programs_is_exact(capsys):
    put("a\x1b[31mb\n::error::", nl=False)

    assert capsys.readouterr().out == "a\x1b[31mb\n::error::"


HOSTILE = "\x1b]0;owned\x07\r\n::error::fake\n##vso[task.complete result=Succeeded]\x9b2J"


def _diagnosis() -> Diagnosis:
    texts = {"summary": HOSTILE, "detail": HOSTILE, "resolution": HOSTILE}
    return Diagnosis(category="image-not-found", terminal=True, **texts)


@pytest.mark.parametrize(
    "show",
    [
        lambda: print_error(Failed(HOSTILE, detail=HOSTILE, resolution=HOSTILE), as_json=False),
        lambda: print_warnings([HOSTILE]),
        lambda: print_fields([("Env", HOSTILE)]),
        lambda: print_rows(("REASON", "MESSAGE"), [(HOSTILE, HOSTILE), ("größer", HOSTILE)]),
        lambda: print_changes([Change("env.A", HOSTILE, HOSTILE)], "table"),
        lambda: print_diagnoses([_diagnosis()]),
        lambda: lines()(HOSTILE),
        lambda: print_data({"message": HOSTILE}, "yaml"),
    ],
    ids=["error", "warning", "fields", "rows", "changes", "diagnoses", "progress", "yaml"],
)
def test_no_face_for_people_passes_on_what_acts(show, capsys):
    show()

    written = "".join(capsys.readouterr())
    assert "owned" in written
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", written)
    assert not [line for line in written.splitlines() if RUNNER.search(line)]


def test_json_has_the_very_text(capsys):
    print_data({"message": HOSTILE}, "json")

    assert json.loads(capsys.readouterr().out) == {"message": HOSTILE}


PRINTING = {"echo", "secho", "echo_via_pager", "print"}
FILES = sorted(Path(scaling_group.cli.__path__[0]).glob("*.py"))


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.name != "echo.py"], ids=lambda file: file.name
)
def test_nothing_is_printed_past_the_door(file):
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    names = {getattr(called, "attr", getattr(called, "id", "")) for called in calls}
    # What rich prints in columns.py and progress.py has been escaped before.
    allowed = {"print"} if file.name in ("columns.py", "progress.py") else set()

    assert not names & (PRINTING - allowed)
