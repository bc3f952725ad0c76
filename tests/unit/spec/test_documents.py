"""Groups from YAML: where each fault is, what is not read at all, and that nothing else is ever raised."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from scaling_group.errors import ExitCode, InvalidInput
from scaling_group.spec.documents import DEEPEST, LARGEST, LONGEST_NUMBER, parse_documents, specs_of
from scaling_group.spec.group import GroupSpec
from tests.strategies import groups

GROUP = "name: inference\nimage: my-registry/my-server:v1\nport: 8080\n"


def read(text: str | bytes) -> list[GroupSpec]:
    content = text if isinstance(text, bytes) else text.encode()
    return specs_of(parse_documents(content, "groups.yaml"))


def refusal(text: str | bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    assert caught.value.exit_code is ExitCode.USAGE
    return caught.value


def faults(text: str) -> dict[str, str]:
    return {fault.field: fault.message for fault in refusal(text).faults}


def value_of(text: str) -> Any:
    """Return what `a: <text>` means."""
    [document] = parse_documents(f"a: {text}\n".encode(), "groups.yaml")
    return document.values["a"]


def test_a_file_holds_many_groups():
    found = read(f"{GROUP}---\n{GROUP.replace('inference', 'other')}replicas: 2\n")

    assert [(spec.name, spec.replicas) for spec in found] == [("inference", 1), ("other", 2)]


LISTED = "- {name: a, image: a:1, port: 1}\n- {name: b, image: a:1, port: 0}\n"


@pytest.mark.parametrize("text", [LISTED, f"groups:\n{LISTED}", f"---\n{LISTED}---\n{GROUP}"])
def test_a_list_is_many_groups_each_with_its_lines(text):
    assert [spec.name for spec in read(text.replace("port: 0", "port: 2"))][:2] == ["a", "b"]

    line = text.split("\n").index("- {name: b, image: a:1, port: 0}") + 1
    assert list(faults(text)) == [f"groups.yaml:{line}: port"]


def test_a_group_of_a_list_with_a_wrong_key_beside_it_is_no_list():
    assert list(faults(f"groups: []\n{GROUP}")) == ["groups.yaml:1: groups"]


@pytest.mark.parametrize(
    "text",
    [
        f"---\n{GROUP}",
        f"{GROUP}---\n",
        f"---\n---\n{GROUP}---\n# end\n---\n",
        f"%YAML 1.1\n---\n{GROUP}...\n",
    ],
)
def test_empty_documents_are_passed_over(text):
    assert [spec.name for spec in read(text)] == ["inference"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "---\n---\n", "\ufeff"])
def test_nothing_is_no_group(text):
    assert parse_documents(text.encode(), "groups.yaml") == []


def test_a_byte_order_mark_and_windows_line_ends_are_fine():
    assert [spec.port for spec in read("\ufeff" + GROUP.replace("\n", "\r\n"))] == [8080]


def test_json_is_yaml():
    assert [spec.port for spec in read('{"name": "a", "image": "b", "port": 80}')] == [80]


def test_every_fault_of_every_document_has_its_line():
    text = """\
# comment
name: inference
image: Upper/Case
port: 99999
tags:
  version: 2.10
  app.kubernetes.io: x y
entrypoint:
  - python
  - 3
---
name: My_Group
image: a:v1
env:
  A: on
mounts: ["pvc:a:/a",
         "nope"]
replcas: 3
"""
    found = faults(text)

    assert list(found) == [
        "groups.yaml:3: image",
        "groups.yaml:4: port",
        "groups.yaml:6: tags.version",
        "groups.yaml:7: tags.app.kubernetes.io",
        "groups.yaml:10: entrypoint.1",
        "groups.yaml:12: name",
        "groups.yaml:12: port",
        "groups.yaml:15: env.A",
        "groups.yaml:17: mounts.1",
        "groups.yaml:18: replcas",
    ]
    assert found["groups.yaml:12: port"] == "is required."
    assert found["groups.yaml:18: replcas"] == "no such field. Did you mean 'replicas'?"
    assert found["groups.yaml:12: name"].endswith("For example: my-group")


def test_a_fault_of_a_mapping_has_the_line_of_its_key():
    found = faults(f"{GROUP}volumes:\n  a: b\nenv:\n  B: x\n  API_KEY: x\n")

    assert list(found) == ["groups.yaml:6: env", "groups.yaml:4: volumes"]


def test_the_first_document_starts_where_it_starts():
    assert faults("\n\n# x\n\nname: a\nimage: a\n") == {"groups.yaml:5: port": "is required."}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2.10", "2.1"),
        ("on", "True"),
        ("No", "False"),
        ("true", "True"),
        ("08.50", "8.5"),
        ("0777", "511"),
        ("12:30", "750"),
        ("1_000", "1000"),
        ("0x1F", "31"),
        (".inf", "inf"),
        ("~", "None"),
        ("null", "None"),
    ],
)
def test_text_that_yaml_reads_as_something_else_is_caught(written, read_as):
    message = f"must be text, not {read_as}; put quotes around it. Write it as '{written}'."

    assert faults(f"{GROUP}tags:\n  a: {written}\n") == {"groups.yaml:5: tags.a": message}
    assert read(f"{GROUP}tags:\n  a: x{written.strip(':~.')}\n".replace(":30", "")) is not None


@pytest.mark.parametrize("quoted", ['"2.10"', "'on'", '"null"', '"12"', "!!str on", "!!str 2.10"])
def test_quotes_keep_text(quoted):
    text = quoted.removeprefix("!!str ").strip("\"'")

    assert read(f"{GROUP}tags:\n  a: {quoted}\n")[0].tags == {"a": text}


@pytest.mark.parametrize("key", ["on", "2.10", "null", "12", "no", "~x"])
def test_a_key_is_text_however_it_is_spelled(key):
    [document] = parse_documents(f"annotations: {{{key}: x}}".encode(), "groups.yaml")

    assert document.values == {"annotations": {key: "x"}}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01 10:00:00Z", "2024-01-01 10:00:00Z"),
        ("=", "="),
        ("1e3", "1e3"),
        ("!!timestamp x", "x"),
        ("!!int 7", 7),
        ("!!float 7", 7.0),
        ("1.5", 1.5),
        ("0b11", 3),
        ("[1, [a]]", [1, ["a"]]),
        ("|\n  b\n  c\n", "b\nc\n"),
        ("!!map {b: c}", {"b": "c"}),
        ("!!seq [b]", ["b"]),
    ],
)
def test_dates_are_text_and_the_rest_is_plain(written, value):
    assert value_of(written) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a: !!python/object/apply:os.system [x]",
            "1 uses the tag 'tag:yaml.org,2002:python/object/apply:os.system'",
        ),
        ("a: 1\nb: !!python/name:os.system", "2 uses the tag 'tag:yaml.org,2002:python/name:os.system'"),
        ("!!python/object:os.x {a: b}", "1 uses the tag 'tag:yaml.org,2002:python/object:os.x'"),
        ("tags: !!python/dict {a: b}", "1 uses the tag 'tag:yaml.org,2002:python/dict', which is not read"),
        ("a: !!set {b, c}", "1 uses the tag 'tag:yaml.org,2002:set', which is not read"),
        ("a: !!binary eA==", "1 uses the tag 'tag:yaml.org,2002:binary', which is not read"),
        ("a: !local x", "1 uses the tag '!local', which is not read"),
        ("a: !!omap [b: c]", "1 uses the tag 'tag:yaml.org,2002:omap', which is not read"),
        ("a: !!int x", "1: 'x' is not what its tag int says"),
        ("a: !!int ''", "1: '' is not what its tag int says"),
        ("a: !!float ''", "1: '' is not what its tag float says"),
        ("a: !!bool maybe", "1: 'maybe' is not what its tag bool says"),
        ("a:\n- &x b\n- *x", "2 uses an anchor or alias; write the value out"),
        ("a: &x {b: c}", "1 uses an anchor or alias; write the value out"),
        ("a: *x", "1 uses an anchor or alias; write the value out"),
        ("b: 1\na: 2\nb: 3", "3 gives the key 'b' twice"),
        ("a: {b: 1, b: 2}", "1 gives the key 'b' twice"),
        ('on: 1\n"on": 2', "2 gives the key 'on' twice"),
        ("a: 1\n? [b]\n: c", "2 has a key that is not text"),
        ("a: 1\n{b: c}: d", "2 has a key that is not text"),
        ("- a", "1 is not a group, but 'a'"),
        ("groups: [a]", "1 is not a group, but 'a'"),
        ("- [{}]", "1 is not a group, but [{}]"),
        ("\ntext", "2 is not a group, but 'text'"),
        ("''", "1 is not a group, but ''"),
        ("3", "1 is not a group, but 3"),
        (f"{GROUP}---\n[]", "5 is not a group, but []"),
        ("a: b: c", "1 is not YAML: mapping values are not allowed in this context"),
        ("a: [", "is not YAML: did not find expected node content"),
        ("a:\n\tb: c", "2 is not YAML: found character that cannot start any token"),
        ('a: "b', "is not YAML: found unexpected end of stream"),
        ("%YAML 3.0\n---\na: b", "1 is not YAML: found incompatible YAML document"),
        ("!x!y z", "1 is not YAML: found undefined tag handle"),
        ("a: 1\nb: \0", "2 holds a NUL byte"),
        ("a: 1\nb: \x07", "2 holds the control character U+0007"),
        ("a: 1\nb: \x7f", "2 holds the control character U+007F"),
    ],
)
def test_what_is_not_read_has_a_sentence_with_its_line(text, message):
    error = refusal(text)

    assert error.message.startswith("groups.yaml:")
    assert message in error.message
    assert len(str(error)) < 300


def test_a_text_says_what_a_group_is_and_how_several_stand():
    assert refusal("- a").resolution.splitlines() == [
        "A group is a mapping with name, image and port; see: scaling-group schema",
        "Several stand in a list, or one after the other with --- between them.",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: \xff", "groups.yaml is not UTF-8: byte 3 is 0xff"),
        ("a: ä".encode("latin-1"), "groups.yaml is not UTF-8: byte 3 is 0xe4"),
        ("a: b".encode("utf-16"), "groups.yaml is not UTF-8: byte 0 is 0xff"),
        (b"\xed\xa0\x80", "groups.yaml is not UTF-8: byte 0 is 0xed"),
    ],
)
def test_what_is_not_utf8_is_refused(content, message):
    assert refusal(content).message == message


def test_the_bounds_of_size():
    small = f"{GROUP}#{'x' * (LARGEST - len(GROUP) - 1)}"
    assert len(small) == LARGEST
    assert [spec.name for spec in read(small)] == ["inference"]

    assert refusal(small + "x").message == f"groups.yaml has {LARGEST + 1} bytes; at most {LARGEST} are read"


@pytest.mark.parametrize("open_and_close", [("[", "]"), ("{a: ", "}")])
def test_the_bounds_of_depth(open_and_close):
    begin, end = open_and_close
    deepest = f"a: {begin * (DEEPEST - 1)}{end * (DEEPEST - 1)}"
    assert parse_documents(deepest.encode(), "groups.yaml")

    for levels in (DEEPEST, 5000):
        deeper = f"b: 1\na: {begin * levels}{end * levels}"
        assert refusal(deeper).message == f"groups.yaml:2 is nested deeper than {DEEPEST} levels"


@pytest.mark.parametrize(
    "number", ["9" * 5000, "0x" + "f" * 5000, "1" + ":59" * 100_000, "1" * 5000 + ".5", "-" + "9" * 101]
)
def test_a_huge_number_is_refused_and_not_printed(number):
    error = refusal(f"name: a\nport: {number}")

    assert error.message.startswith("groups.yaml:2: '")
    assert error.message.endswith("… is too long for a number; put quotes around text")
    assert len(error.message) < 200


@pytest.mark.parametrize(
    "number", ["9" * LONGEST_NUMBER, "1" * 60, "1.0e+999", "-.inf", ".nan", "1" * 90 + ".5"]
)
@pytest.mark.parametrize("field", ["port", "replicas", "cpu", "memory", "gpu", "shm_size", "shutdown_delay"])
def test_a_large_number_is_a_fault_of_its_field(field, number):
    found = faults(
        "\n".join(line for line in GROUP.splitlines() if field not in line) + f"\n{field}: {number}\n"
    )

    assert len(found) == 1
    assert next(iter(found)).endswith(f": {field}")
    assert len(next(iter(found.values()))) < 250


def test_bombs_of_aliases_are_refused_before_they_grow():
    bomb = "a: &a [x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)},*{chr(97 + i)}]\n" for i in range(20)
    )

    assert refusal(bomb).message == "groups.yaml:1 uses an anchor or alias; write the value out"


def test_a_name_is_given_once_in_all_documents():
    found = faults(f"{GROUP}---\n{GROUP.replace('inference', 'other')}---\n{GROUP}")

    assert found == {"groups.yaml:9: name": "'inference' stands at groups.yaml:1 already."}


def test_a_name_is_given_once_in_all_files():
    documents = [d for source in ("a.yaml", "b.yaml") for d in parse_documents(GROUP.encode(), source)]
    with pytest.raises(InvalidInput) as caught:
        specs_of(documents)

    [fault] = caught.value.faults
    assert (fault.field, fault.message) == ("b.yaml:1: name", "'inference' stands at a.yaml:1 already.")


def only_invalid_input(content: bytes) -> None:
    """Read it; whatever else is raised fails the test."""
    refused = None
    try:
        specs_of(parse_documents(content, "groups.yaml"))
    except InvalidInput as error:
        refused = error
    if refused:
        assert refused.message
        assert all(fault.field.startswith("groups.yaml:") and fault.message for fault in refused.faults)


@given(st.binary(max_size=200))
@example(b"\x00")
@example(b"\xef\xbb\xbf")
def test_bytes_raise_nothing_else(content: bytes):
    only_invalid_input(content)


PIECES = [
    "name", "port", "tags", "env", "a", "on", "~", "1e3", "0x", "._", "1:59", "2024-01-01", "=", "<<",
    "!!int ", "!!bool ", "!!float ", "!!map ", "!!null ", "!!python/none ", "!", "!<x> ", "&a ", "*a",
    ": ", ":", "- ", "[", "]", "{", "}", ", ", "\n", "\n  ", "? ", "---\n", "...\n", "%YAML 1.1\n", "#", "\t",
    "'", '"', "|\n", ">-\n", '"\\0"', '"\\ud800"', "\u2028", "\x85", "\ufeff", "🦙", "9" * 21, "@", "`",
]  # fmt: skip
YAMLISH = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(YAMLISH | st.text(max_size=100))
@example('a: "\\ud800"')
@example("a: !!int ''")
@example("a: !!bool x")
@example("!!null x: y")
def test_texts_raise_nothing_else(text: str):
    only_invalid_input(text.encode("utf-8", "surrogatepass"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(groups(), st.dictionaries(st.sampled_from([*GroupSpec.model_fields, "other"]), ANYTHING, max_size=4))
def test_values_of_any_kind_raise_nothing_else(values: dict[str, Any], broken: dict[str, Any]):
    only_invalid_input(yaml.safe_dump({**values, **broken}).encode())
