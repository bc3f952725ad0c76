"""Probes: the text, its options, and its canonical form."""

from __future__ import annotations

import pytest

from scaling_group.errors import InvalidInput
from scaling_group.spec.group import group_spec
from scaling_group.spec.probe import Probe

BASE = {"image": "my-registry/my-server:v1", "name": "inference", "port": 8080}
FIELDS = ("readiness", "liveness", "startup")
FORMS = "tcp, http:/path, grpc or none, then options"


def test_the_defaults():
    spec = group_spec(BASE)

    assert [str(getattr(spec, field)) for field in FIELDS] == ["tcp", "none", "none"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("tcp", "tcp"),
        ("grpc", "grpc"),
        ("none", "none"),
        ("http:/", "http:/"),
        ("http:/health/z?x=1&y=a:b", "http:/health/z?x=1&y=a:b"),
        ("tcp,delay=10", "tcp,delay=10"),
        ("tcp,failures=9,delay=1", "tcp,delay=1,failures=9"),
        ("grpc,delay=1,period=2,timeout=3,failures=4", "grpc,delay=1,period=2,timeout=3,failures=4"),
        # Defaults are left out.
        ("http:/a,delay=0,period=5,timeout=1,failures=3", "http:/a"),
        ("tcp,delay=007", "tcp,delay=7"),
        ("tcp,period=86400", "tcp,period=86400"),
    ],
)
def test_legal_probes_and_their_canonical_form(field, text, canonical):
    assert str(getattr(group_spec({**BASE, field: text}), field)) == canonical
    assert str(Probe.parse(canonical)) == canonical


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", f"'' is not a probe. Write {FORMS}"),
        ("exec:true", f"'exec:true' is not a probe. Write {FORMS}"),
        ("HTTP:/a", "'HTTP:/a' is not a probe."),
        (" tcp", "' tcp' is not a probe."),
        ("http", "'http' names no path. Did you mean http:/?"),
        ("http:healthz", "'http:healthz' names no path. Did you mean http:/healthz?"),
        ("tcp:80", "a tcp probe has no path; it asks the group's port."),
        ("grpc:service", "a grpc probe has no path; it asks the group's port."),
        ("none,delay=1", "no probe has no options."),
        ("tcp,delays=1", "no option 'delays' (delay, period, timeout, failures). Did you mean 'delay'?"),
        ("tcp,", "no option ''"),
        ("tcp,delay", "delay must be a whole number from 0 to 86400."),
        ("tcp,delay=", "delay must be a whole number from 0 to 86400."),
        ("tcp,delay=-1", "delay must be a whole number from 0 to 86400."),
        ("tcp,delay=1.5", "delay must be a whole number from 0 to 86400."),
        ("tcp,delay=10s", "delay must be a whole number from 0 to 86400."),
        ("tcp,delay=١", "delay must be a whole number from 0 to 86400."),
        ("tcp,delay=86401", "delay must be a whole number from 0 to 86400."),
        ("tcp,delay=0000000001234567", "delay must be a whole number from 0 to 86400."),
        pytest.param("tcp,delay=" + "9" * 5000, "delay must be a whole number from 0 to 86400.", id="huge"),
        ("tcp,period=0", "period must be a whole number from 1 to 86400."),
        ("tcp,timeout=0", "timeout must be a whole number from 1 to 86400."),
        ("tcp,failures=0", "failures must be a whole number from 1 to 86400."),
        ("tcp,delay=1,delay=2", "'tcp,delay=1,delay=2' gives an option twice."),
        ("http:/\x80", "'/\\x80' holds U+0080, which cannot be sent to the API server."),
        (3, "must be text, not 3; put quotes around it."),
        (None, "must be text, not None"),
        (False, "must be text, not False"),
    ],
)
def test_illegal_probes_are_refused(field, text, part):
    with pytest.raises(InvalidInput) as caught:
        group_spec({**BASE, field: text})

    (fault,) = caught.value.faults
    assert fault.field == field
    assert part in fault.message
    assert len(fault.message) < 250
