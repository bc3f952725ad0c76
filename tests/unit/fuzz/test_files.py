"""Files of users, projects and the engine, of which parts are replaced.

No traceback, and nothing is written elsewhere.

`pytest --long tests/unit/fuzz` draws fifty times as many.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from hypothesis import given
from hypothesis import strategies as st

from scaling_group.cluster.identity import Written
from scaling_group.cluster.kinds import path_of
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.cluster.tls import tls_context
from scaling_group.cluster.transport import Transport
from scaling_group.engine.backend import Backend
from scaling_group.engine.folders import entry
from scaling_group.engine.locks import read_lock
from scaling_group.engine.owner import FILE, read_owner
from scaling_group.engine.reader import StackReader
from scaling_group.engine.shapes import entries_of, exported_of, names_of
from scaling_group.engine.stack_settings import write_settings
from scaling_group.engine.state import state_of
from scaling_group.errors import ScalingGroupError
from scaling_group.naming import stack_name
from scaling_group.settings.found import load_settings
from scaling_group.spec.documents import parse_documents, specs_of
from scaling_group.spec.group import environment_spec, group_spec
from tests.unit.fuzz.doors import BYTES, FEW, sentence
from tests.unit.fuzz.mutations import JSON, ODD, TEXTS, mutated, seed
from tests.unit.operations.fakes import ENVIRONMENT, record_of

SPEC = seed("spec.json")


def as_json(data: Any) -> bytes:
    return json.dumps(data).encode()


def as_yaml(data: Any) -> bytes:
    return yaml.dump(data, Dumper=yaml.CSafeDumper).encode()


NAMES = (
    TEXTS
    | st.sampled_from([each for each in ODD if isinstance(each, str)])
    | st.text("./%?*~\\\0a", max_size=9)
)


@given(name=NAMES)
def test_a_name_is_legal_or_refused_and_never_leads_elsewhere(home, name):
    sentence(lambda: group_spec({**SPEC, "name": name}))
    with suppress(ScalingGroupError):
        assert entry(home, name).parent == home
        assert entry(home, stack_name("abc123", name)).parent == home
    with suppress(ScalingGroupError):
        *before, last = path_of("Pod", "default", name).split("/")
        assert (before, unquote(last)) == (["", "api", "v1", "namespaces", "default", "pods"], name)


@FEW
@given(content=(mutated(seed("kubeconfig.json")) | JSON).map(as_yaml) | BYTES)
def test_a_kubeconfig(home, content):
    (home / "config").write_bytes(content)

    def read() -> None:
        connection = load_connection(None, {"KUBECONFIG": str(home / "config")})
        connection.named("other")
        with suppress(OSError, ValueError):
            # What Cluster turns into a sentence.
            Transport(connection.cluster, connection.user, {})
        with suppress(OSError, ValueError):
            tls_context(connection.cluster, Written(connection.user).current().certificate)

    sentence(read)


def toml(value: Any) -> str:
    """Return a value as TOML; what TOML does not know is a text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps("none" if value is None else value, ensure_ascii=False)


def as_toml(data: dict[str, Any]) -> bytes:
    return "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in data.items()).encode()


@FEW
@given(content=mutated(seed("settings.json")).map(as_toml) | BYTES)
def test_a_settings_file(home, content):
    (home / "scaling-group.toml").write_bytes(content)
    sentence(lambda: load_settings({}, None, {}, home))


@FEW
@given(content=(mutated(SPEC) | JSON).map(as_yaml) | BYTES)
def test_a_file_of_groups(content):
    sentence(lambda: specs_of(parse_documents(content, "groups.yaml")))


@FEW
@given(fields=mutated(SPEC) | st.dictionaries(TEXTS, JSON, max_size=3))
def test_a_spec(fields):
    sentence(lambda: group_spec(fields))


@FEW
@given(fields=mutated(ENVIRONMENT.model_dump(mode="json")) | st.dictionaries(TEXTS, JSON, max_size=3))
def test_an_environment(fields):
    sentence(lambda: environment_spec(fields))


@FEW
@given(content=(mutated(seed("stack_settings.json")) | JSON).map(as_yaml) | BYTES)
def test_the_settings_of_a_stack(home, content):
    record = record_of("web")
    (home / f"Pulumi.{record.stack}.yaml").write_bytes(content)
    sentence(lambda: write_settings(home, record, "c"))


def reader_of(folder: Path, checkpoint: bytes, history: bytes) -> StackReader:
    stacks, past = (folder / ".pulumi" / part / "scaling-group" for part in ("stacks", "history"))
    (past / "abc123.web").mkdir(parents=True, exist_ok=True)
    stacks.mkdir(parents=True, exist_ok=True)
    (stacks / "abc123.web.json").write_bytes(checkpoint)
    (stacks / "abc123.web.json.bak").write_bytes(checkpoint)
    (past / "abc123.web" / "abc123.web-1.history.json").write_bytes(history)
    return StackReader(Backend(f"file://{folder}"), folder, _no_cli)


def _no_cli() -> str:
    raise ScalingGroupError("a format that is left to the engine")


@FEW
@given(
    checkpoint=(mutated(seed("checkpoint.json")) | JSON).map(as_json) | BYTES,
    history=(mutated(seed("history.json")) | JSON).map(as_json) | BYTES,
)
def test_the_state_of_a_stack(home, checkpoint, history):
    reader = reader_of(home, checkpoint, history)
    for look in (reader.read, reader.peek, reader.history, reader.newest):
        sentence(lambda look=look: look("abc123", "web"))
    for look in (reader.read_all, reader.deleted):
        sentence(lambda look=look: look("abc123"))


@FEW
@given(exported=mutated(seed("exported.json")) | JSON, history=mutated([seed("history.json")]) | JSON)
def test_what_the_cli_prints_of_a_stack(exported, history):
    with suppress(ValueError):
        # What the reader turns into a sentence.
        state_of(exported_of(exported), (*entries_of(history), None)[0])
    with suppress(ValueError):
        names_of(history)


@FEW
@given(
    lock=(mutated(seed("lock.json")) | JSON).map(as_json) | BYTES,
    owner=(mutated(seed("owner.json")) | JSON).map(as_json) | BYTES,
)
def test_a_lock_and_its_owner(home, lock, owner):
    (home / "lock.json").write_bytes(lock)
    (home / FILE).write_bytes(owner)
    assert str(read_lock(home / "lock.json", read_owner(home)))
