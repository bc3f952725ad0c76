"""The group as a whole: every fault at once, unknown fields, numbers, and the fit of name and environment."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from scaling_group.errors import ExitCode, InvalidInput
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec, environment_spec, group_spec
from scaling_group.spec.hostname import check_together

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}
GATEWAY = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"}


def faults(**fields: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, **fields})
    return {fault.field: fault.message for fault in caught.value.faults}


def environment(**fields: object) -> EnvironmentSpec:
    return environment_spec({"id": "abc123", "gateway": GATEWAY, **fields})


def test_a_group_needs_image_name_and_port_alone():
    spec = group_spec(BASE).model_dump()

    defaults = {"replicas": 1, "cpu": None, "memory": None, "gpu": None, "tags": {}, "entrypoint": ()}
    assert {field: spec[field] for field in [*BASE, *defaults]} == BASE | defaults


def test_every_fault_is_named_at_once():
    with pytest.raises(InvalidInput) as caught:
        group_spec(
            {"image": "A B", "name": "X_", "cpu": "fast", "gpu": "l4:0", "replcas": 2, "tags": {"a": 1}}
        )

    assert [fault.field for fault in caught.value.faults] == [
        "image",
        "name",
        "port",
        "cpu",
        "gpu",
        "tags.a",
        "replcas",
    ]
    assert caught.value.exit_code is ExitCode.USAGE
    assert "  port: is required." in str(caught.value).splitlines()


def test_a_fault_names_what_it_is_a_fault_of():
    with pytest.raises(InvalidInput, match=r"row 3 of groups\.csv is not valid:"):
        group_spec({}, what="row 3 of groups.csv")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("imge", "no such field. Did you mean 'image'?"),
        ("replcas", "no such field. Did you mean 'replicas'?"),
        ("Memory", "no such field. Did you mean 'memory'?"),
        ("volumes", "no such field. A group says mounts in its place."),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest(field, message):
    assert faults(**{field: "x"}) == {field: message}


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("port", 1, 1),
        ("port", 65535, 65535),
        ("port", "8080", 8080),
        ("port", 8080.0, 8080),
        ("replicas", 0, 0),
        ("replicas", 3.0, 3),
        ("replicas", "12", 12),
        ("replicas", 2**31 - 1, 2**31 - 1),
    ],
)
def test_whole_numbers_are_accepted(field, given, value):
    found = getattr(group_spec({**BASE, field: given}), field)

    assert found == value
    assert type(found) is int


@pytest.mark.parametrize("field", ["port", "replicas"])
@pytest.mark.parametrize(
    ("given", "part"),
    [
        (True, "must be a whole number, not True."),
        (False, "must be a whole number, not False."),
        (80.5, "got a number with a fractional part, not 80.5."),
        (float("inf"), "input should be a finite number, not inf."),
        ("http", "unable to parse string as an integer, not 'http'."),
        ("", "unable to parse string as an integer, not ''."),
        (-1, "not -1."),
        (None, "not None."),
        ([80], "not [80]."),
        (10**30, f"not {10**30}."),
        pytest.param(10**5000, "not a number of thousands of digits.", id="huge"),
        pytest.param("9" * 5000, "exceeded maximum size", id="huge text"),
    ],
)
def test_what_is_not_a_whole_number_in_range_is_refused(field, given, part):
    (message,) = faults(**{field: given}).values()

    assert part in message
    assert len(message) < 200


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("port", 0, "input should be greater than or equal to 1, not 0."),
        ("port", 65536, "input should be less than or equal to 65535, not 65536."),
        ("replicas", 2**31, "input should be less than or equal to 2147483647, not 2147483648."),
    ],
)
def test_the_bounds_of_numbers(field, given, message):
    assert faults(**{field: given}) == {field: message}


@pytest.mark.parametrize("field", ["cpu", "memory", "gpu"])
def test_a_huge_number_is_refused_and_not_printed(field):
    assert len(faults(**{field: 10**5000})[field]) < 200


def test_a_spec_cannot_be_changed():
    with pytest.raises(ValidationError):
        group_spec(BASE).port = 80


def test_an_environment_needs_an_id():
    with pytest.raises(InvalidInput) as caught:
        environment_spec({"gateway": GATEWAY})

    assert [(f.field, f.message) for f in caught.value.faults] == [("id", "is required.")]


def test_a_public_group_needs_a_gateway():
    with pytest.raises(InvalidInput) as caught:
        _ = environment_spec({"id": "abc123"}).required_gateway

    assert [f.field for f in caught.value.faults] == ["gateway.name", "gateway.namespace", "gateway.domain"]
    assert "--route=private" in caught.value.resolution


@pytest.mark.parametrize("missing", ["name", "namespace", "domain"])
def test_a_gateway_needs_name_namespace_and_domain(missing):
    gateway = {key: value for key, value in GATEWAY.items() if key != missing}

    with pytest.raises(InvalidInput) as caught:
        environment(gateway=gateway)

    assert [(f.field, f.message) for f in caught.value.faults] == [(f"gateway.{missing}", "is required.")]


def test_the_defaults_of_an_environment():
    found = environment()

    assert (found.namespace, found.label_domain, found.gateway.section) == ("default", "chalk.ai", "https")


def test_an_unknown_field_of_an_environment_is_refused_with_the_nearest():
    with pytest.raises(InvalidInput) as caught:
        environment(namspace="x")

    (fault,) = caught.value.faults
    assert (fault.field, fault.message) == ("namspace", "no such field. Did you mean 'namespace'?")


def named(name: str, **fields: str) -> GroupSpec:
    return group_spec({"name": name, "image": "a/b:1", "port": 80, **fields})


def test_a_name_that_fills_the_hostname_label_fits():
    check_together(named("n" * (63 - len("abc123-"))), environment())


def test_a_name_that_overfills_the_hostname_label_is_refused():
    name = "n" * (64 - len("abc123-"))

    with pytest.raises(InvalidInput) as caught:
        check_together(named(name), environment())

    (fault,) = caught.value.faults
    assert fault.field == "name"
    assert fault.message == f"'abc123-{name}', the first part of the hostname, has 1 characters over 63."
    assert caught.value.resolution == "Choose a shorter name."
    check_together(named(name, route="private"), environment())


def test_a_name_that_overfills_the_host_is_refused():
    domain = ".".join(["d" * 61] * 4)
    gateway = {**GATEWAY, "domain": domain}
    assert len(domain) == 247

    with pytest.raises(InvalidInput) as caught:
        check_together(named("inference"), environment(gateway=gateway))

    (fault,) = caught.value.faults
    assert fault.message == f"the hostname 'abc123-inference.{domain}' has over 253 characters."
