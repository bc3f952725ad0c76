"""Amounts of CPU and memory: what is accepted, in which form, and what a refusal suggests."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.quantity import amount_of

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}


def spec_with(field: str, value: object) -> GroupSpec:
    return group_spec({**BASE, field: value})


def refusal(field: str, value: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        spec_with(field, value)
    (fault,) = caught.value.faults
    assert fault.field == field
    return fault.message


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("500m", "500m"),
        ("0.5", "500m"),
        (".5", "500m"),
        ("1", "1"),
        ("1.", "1"),
        ("1.000", "1"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("2.5", "2500m"),
        ("1e3", "1k"),
        ("1E3", "1k"),
        ("5e-1", "500m"),
        ("128974848", "128974848"),
        ("129M", "129M"),
        ("100k", "100k"),
        ("0.001", "1m"),
        ("1000000u", "1"),
        (4, "4"),
    ],
)
def test_cpu_is_accepted_in_canonical_form(given, canonical):
    assert spec_with("cpu", given).cpu == canonical


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("128974848", "128974848"),
        ("1024", "1024"),
        ("129M", "129M"),
        ("123Mi", "123Mi"),
        ("0.5Gi", "512Mi"),
        (".5Gi", "512Mi"),
        ("1Ki", "1Ki"),
        ("1024Ki", "1Mi"),
        ("1024Mi", "1Gi"),
        ("1536Mi", "1536Mi"),
        ("2048Gi", "2Ti"),
        ("100k", "100k"),
        ("1000M", "1G"),
        ("1e3", "1k"),
        ("12e6", "12M"),
        ("0.5Ki", "512"),
        ("0.1Ki", "103"),
        ("2.5G", "2500M"),
        (1048576, "1048576"),
    ],
)
def test_memory_is_accepted_in_canonical_form(given, canonical):
    assert spec_with("memory", given).memory == canonical


@pytest.mark.parametrize("field", ["cpu", "memory"])
@pytest.mark.parametrize("given", ["500M", "1e3", "2k", "7", "1.5G", "3P"])
def test_a_canonical_form_is_its_own_canonical_form(field, given):
    once = getattr(spec_with(field, given), field)

    assert getattr(spec_with(field, once), field) == once


@pytest.mark.parametrize(
    ("given", "suggestion"),
    [
        ("1 Gi", "Did you mean 1Gi?"),
        ("4gi", "Did you mean 4Gi?"),
        ("8gib", "Did you mean 8Gi?"),
        ("3MiB", "Did you mean 3Mi?"),
        ("8GB", "Did you mean 8G (powers of 1000) or 8Gi (of 1024)?"),
        ("8g", "Did you mean 8G (powers of 1000) or 8Gi (of 1024)?"),
        ("1K", "Did you mean 1k (powers of 1000) or 1Ki (of 1024)?"),
        ("1.5KB", "Did you mean 1.5k (powers of 1000) or 1.5Ki (of 1024)?"),
        ("lots", "Write it for example 512Mi, 8Gi or 8G."),
        ("", "Write it for example 512Mi, 8Gi or 8G."),
        ("-1Gi", "Write it for example 512Mi, 8Gi or 8G."),
        ("1Gi\n", "Did you mean 1Gi?"),
        ("1_000", "Write it for example 512Mi, 8Gi or 8G."),
        ("nan", "Write it for example 512Mi, 8Gi or 8G."),
        ("8Gi " * 20, "Write it for example 512Mi, 8Gi or 8G."),
    ],
)
def test_a_misspelt_memory_is_refused_with_the_right_spelling(given, suggestion):
    message = refusal("memory", given)

    assert "is not a quantity." in message
    assert message.endswith(suggestion)


@pytest.mark.parametrize("given", ["500m", "8m"])
def test_memory_in_thousandths_is_refused_and_mega_suggested(given):
    number = given.removesuffix("m")

    assert refusal("memory", given) == (
        f"{given!r} means parts of a byte. Did you mean {number}M (powers of 1000) or {number}Mi (of 1024)?"
    )


@pytest.mark.parametrize("given", ["1.5", ".5", "1e-1"])
def test_a_fraction_of_a_byte_is_refused(given):
    assert "is not a whole number of bytes" in refusal("memory", given)


@pytest.mark.parametrize("given", ["1000u", "5n"])
def test_memory_in_smaller_fractions_is_refused(given):
    assert "means parts of a byte" in refusal("memory", given)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("0.5m", "is finer than 1m, a thousandth of a core"),
        ("0.0001", "is finer than 1m, a thousandth of a core"),
        ("1n", "is finer than 1m, a thousandth of a core"),
        ("1Ki", "counts bytes; CPU is counted in cores"),
        ("2Gi", "counts bytes; CPU is counted in cores"),
        ("-1", "is not a quantity"),
        ("", "is not a quantity"),
        ("1 core", "is not a quantity"),
        ("１", "is not a quantity"),
        ("1e19", "is more than any machine has"),
    ],
)
def test_an_impossible_cpu_is_refused_with_examples(given, part):
    message = refusal("cpu", given)

    assert part in message
    assert message.endswith("for example 500m, 0.5, 1 or 2.5.")


@pytest.mark.parametrize("field", ["cpu", "memory"])
@pytest.mark.parametrize("given", ["0", "0.0", "0m", "0Gi", ".0", "0e5"])
def test_zero_is_refused(field, given):
    assert f"{given!r} must be more than zero" in refusal(field, given)


@pytest.mark.parametrize("given", ["9223372036854775808", "8Ei", "1e99"])
def test_more_memory_than_64_bits_hold_is_refused(given):
    assert "is more than any machine has" in refusal("memory", given)


def test_cores_may_be_written_as_a_number():
    assert GroupSpec(image="a", name="a", port=1, cpu=0.5).cpu == "500m"
    assert GroupSpec(image="a", name="a", port=1, cpu=2).cpu == "2"


@pytest.mark.parametrize(
    ("field", "given"), [("memory", 0.5), ("cpu", True), ("memory", True), ("cpu", ["1"]), ("memory", ["1"])]
)
def test_what_is_not_text_or_a_whole_number_is_refused(field, given):
    assert refusal(field, given) == f"must be text, not {given!r}; put quotes around it."


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("2", 2),
        ("1k", 1000),
        ("100m", Decimal("0.1")),
        ("1.5Gi", 1610612736),
        ("1e3", 1000),
        ("-1", None),
        ("8GB", None),
        ("", None),
        ("1" * 50, None),
    ],
)
def test_amounts_of_any_resource_can_be_compared(text, amount):
    assert amount_of(text) == amount
