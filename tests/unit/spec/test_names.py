"""Names: refused with the legal form as a suggestion, never rewritten."""

from __future__ import annotations

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.group import environment_spec, group_spec

GROUP = {"image": "my-registry/my-server:v1", "port": 8080}
GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}
SERVICE_FORM = (
    "is not a name of lower-case letters, digits and '-' that starts with a letter and does not end in '-'."
)


def refused_name(name: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        group_spec({**GROUP, "name": name})
    (fault,) = caught.value.faults
    assert fault.field == "name"
    return fault.message


@pytest.mark.parametrize("name", ["inference", "a", "gpu-2", "a--b", "x" * 63])
def test_rfc_1035_names_are_accepted_as_they_are(name):
    assert group_spec({**GROUP, "name": name}).name == name


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Inference", "inference"),
        ("my_app", "my-app"),
        ("My Service", "my-service"),
        ("api.v2", "api-v2"),
        ("-api", "api"),
        ("api-", "api"),
        ("api\n", "api"),
    ],
)
def test_an_illegal_name_is_refused_with_a_legal_one(name, suggestion):
    assert refused_name(name) == f"{name!r} {SERVICE_FORM} For example: {suggestion}"


@pytest.mark.parametrize("name", ["2fast", "9", "", "ä", "-", "___"])
def test_a_name_without_an_obvious_legal_form_is_refused_alone(name):
    assert refused_name(name) == f"{name!r} {SERVICE_FORM}"


def test_an_over_long_name_is_refused_with_its_length():
    message = refused_name("x" * 64)

    assert "has 64 characters; at most 63." in message
    assert message.endswith("For example: " + "x" * 63)


def test_an_endless_name_is_shown_by_its_beginning():
    assert len(refused_name("X" * 100_000)) < 300


@pytest.mark.parametrize(
    ("field", "value", "accepted"),
    [
        ("id", "abc123", True),
        ("id", "1abc", True),
        ("id", "Abc", False),
        ("id", "a.b", False),
        ("id", "a_b", False),
        ("id", "x" * 64, False),
        ("namespace", "ml-serving", True),
        ("namespace", "ml.serving", False),
        ("label_domain", "chalk.ai", True),
        ("label_domain", "chalk.ai/x", False),
        ("label_domain", "-chalk.ai", False),
    ],
)
def test_names_of_the_environment(field, value, accepted):
    values = {"id": "abc123", "gateway": GATEWAY, field: value}

    if accepted:
        assert getattr(environment_spec(values), field) == value
        return
    with pytest.raises(InvalidInput) as caught:
        environment_spec(values)
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.parametrize(
    ("domain", "part"),
    [
        ("gw.Example.com", "For example: gw.example.com"),
        ("gw_1.example.com", "For example: gw-1.example.com"),
        ("gw..example.com", "is not a domain"),
        (".example.com", "For example: example.com"),
        ("example.com.", "For example: example.com"),
        (f"{'x' * 64}.com", "has over 63 characters between dots."),
        (".".join(["x" * 60] * 5), "has 304 characters; at most 253."),
    ],
)
def test_an_illegal_domain_is_refused(domain, part):
    with pytest.raises(InvalidInput) as caught:
        environment_spec({"id": "abc123", "gateway": {**GATEWAY, "domain": domain}})

    (fault,) = caught.value.faults
    assert fault.field == "gateway.domain"
    assert part in fault.message
