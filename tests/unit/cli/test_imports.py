"""What commands load: reads and help neither the engine's SDK nor its provider, which cost half a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from scaling_group.cluster.kinds import path_of
from scaling_group.spec.scalers import HPA
from tests.unit.cluster.answering import connection_to
from tests.unit.operations.fakes import objects_of, record_of

EVERY_FIELD = Path(__file__).parents[2] / "golden" / "spec" / "every-field.yaml"
#: What a shell runs when somebody types a line and the tab key.
COMPLETION = """
import os
from scaling_group.cli.main import cli
asked = {{
    "_SCALING_GROUP_COMPLETE": "bash_complete",
    "COMP_WORDS": "scaling-group {line}",
    "COMP_CWORD": "2",
}}
os.environ |= asked
try:
    cli.main(prog_name="scaling-group")
except SystemExit:
    pass
for name in asked:
    del os.environ[name]
"""
RUN = "from scaling_group.cli.main import run; run({})"
#: What a read does with a cluster first.
CONNECTION = """
import socket
from urllib.parse import urlsplit
from scaling_group.cluster.sockets import open_socket
with socket.create_server(("127.0.0.1", 0)) as server:
    open_socket(urlsplit(f"http://127.0.0.1:{server.getsockname()[1]}"), None, "127.0.0.1", None).close()
"""
SETTINGS = """\
environment = "abc123"
[gateway]
name = "gateway"
namespace = "gateway-system"
domain = "gw.example.com"
"""
GROUP = record_of(spec_env={"A": "b"}, spec_gpu="nvidia-l4:1", spec_mounts=("pvc:models:/models",))
#: One interpreter runs them in this order, so that what a step has loaded is loaded after all later ones
#: too: those from which the most is asked come first.
STEPS = {
    "the package": "import scaling_group",
    "start": "import scaling_group.cli.start",
    "help": RUN.format(["--help"]),
    "version": RUN.format(["--version"]),
    "no such command": RUN.format(["updat"]),
    "completion of names": COMPLETION.format(line="get in"),
    "list": RUN.format(["list"]),
    "get": RUN.format(["get", GROUP.name]),
    "connection": CONNECTION,
    "specs": "import scaling_group.cli.validate, scaling_group.cli.render, scaling_group.cli.schema",
    "schema": RUN.format(["schema"]),
    "validate": RUN.format(["validate", "-f", str(EVERY_FIELD)]),
    "client": "from scaling_group import Conflict, GroupView, ScalingGroups",
    "create": "import scaling_group.operations.create, scaling_group.operations.update",
    "doctor": "import scaling_group.cli.doctor",
    "help of list": RUN.format(["list", "--help"]),
    "help of create": RUN.format(["create", "--help"]),
    "completion of options": COMPLETION.format(line="create --sh"),
    "revisions": "import scaling_group.cli.history, scaling_group.cli.diff, scaling_group.cli.export",
    "diagnose": "import scaling_group.cli.diagnose",
    "changes": "\n".join(f"import scaling_group.cli.{verb}" for verb in ("create", "update", "apply")),
    "writer": "import scaling_group.engine.writer",
    "program": "import scaling_group.program",
    "component": "import scaling_group.component, pulumi_kubernetes",
}
WITHOUT_ENGINE = tuple(STEPS)[: tuple(STEPS).index("program")]
HEAVY = ("pulumi", "pulumi_kubernetes", "grpc")
#: Runs the steps that it reads, and writes what is loaded after each.
STEPPING = """
import json, sys
for name, statements in json.load(sys.stdin).items():
    exec(statements, {})
    print(json.dumps([name, sorted(sys.modules)]), file=sys.stderr)
"""


def _answers() -> dict[str, Any]:
    """Return what an API server answers that has one group, which is well, by path."""
    objects = {found["kind"]: found for found in objects_of(GROUP)}
    kinds = (*objects, "Pod", "ReplicaSet", "EndpointSlice", HPA)
    lists = {
        path_of(kind, "default"): {"items": [objects[kind]] if kind in objects else []} for kind in kinds
    }
    return lists | {path_of(kind, "default", GROUP.name): found for kind, found in objects.items()}


class _Objects(BaseHTTPRequestHandler):
    answers: ClassVar = _answers()

    def do_GET(self) -> None:
        body = json.dumps(self.answers[urlsplit(self.path).path]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose settings lead to that API server."""
    folder = tmp_path_factory.mktemp("reads")
    (folder / "scaling-group.toml").write_text(SETTINGS)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Objects) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        (folder / "kubeconfig").write_text(json.dumps(connection_to(url).kubeconfig))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield folder
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def finished(folder: Path) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter that has taken every step."""
    others = {k: v for k, v in os.environ.items() if not k.startswith(("SCALING_GROUP_", "PULUMI_", "XDG_"))}
    return subprocess.run(
        [sys.executable, "-c", STEPPING],
        input=json.dumps(STEPS),
        env={**others, "HOME": str(folder), "KUBECONFIG": str(folder / "kubeconfig")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def loaded(finished: subprocess.CompletedProcess[str]) -> Mapping[str, set[str]]:
    """All modules that the interpreter had loaded, by the last step that it had taken."""
    lines = [line for line in finished.stderr.splitlines() if line.startswith("[")]
    return {name: set(modules) for name, modules in map(json.loads, lines)}


def test_importing_the_package_loads_nothing_of_it(loaded):
    assert {name for name in loaded["the package"] if name.startswith("scaling_group")} == {"scaling_group"}
    assert loaded["the package"].isdisjoint({"pydantic", "inspect", "logging", "asyncio"})


def test_nothing_is_loaded_before_the_garbage_collector_is_told_to_wait(loaded):
    assert loaded["start"] - loaded["the package"] == {"gc", "scaling_group.cli", "scaling_group.cli.start"}


@pytest.mark.parametrize("step", WITHOUT_ENGINE)
def test_only_programs_load_the_engine(loaded, step):
    assert "scaling_group" in loaded[step]
    assert loaded[step].isdisjoint(HEAVY)


def test_help_loads_no_models_and_no_client(loaded):
    assert loaded["version"].isdisjoint({"pydantic", "http.client", "rich"})


def test_an_error_in_words_loads_no_models(loaded):
    assert "scaling_group.cli.errors" in loaded["no such command"]
    assert "pydantic" not in loaded["no such command"]


def test_completion_of_names_loads_no_models(loaded):
    assert "pydantic" not in loaded["completion of names"]


def test_the_reads_have_shown_the_group(finished):
    listed, shown = finished.stdout.partition("ID ")[2].split("ID:", 1)
    assert "Available" in listed
    assert "Status:      Available" in shown
    assert "Mounts:      pvc:models:/models" in shown


@pytest.mark.parametrize("verb", ["list", "get"])
def test_reads_of_what_is_in_order_load_no_pydantic(loaded, verb):
    """To load it and to build the models with it took two thirds of a list."""
    assert "scaling_group.records" in loaded[verb]
    assert loaded[verb].isdisjoint({"pydantic", "pydantic_core", "annotated_types"})


def test_a_list_makes_no_objects(loaded):
    made = {f"scaling_group.manifests.{name}" for name in ("deployment", "group", "variables", "scheduling")}
    assert loaded["list"].isdisjoint(made)
    assert made <= loaded["get"]


@pytest.mark.parametrize("verb", ["list", "get"])
def test_reads_load_neither_proxies_nor_plugins_nor_tables_that_fold(loaded, verb):
    assert loaded[verb].isdisjoint({"python_socks", "scaling_group.cluster.plugins", "asyncio", "rich"})


@pytest.mark.parametrize("verb", ["list", "get"])
def test_reads_of_groups_that_are_well_load_no_causes_and_nothing_that_changes_groups(loaded, verb):
    """These took a tenth of a list's time: causes are loaded where a group is not well."""
    ours = {".".join(name.split(".")[1:3]) for name in loaded[verb] if name.startswith("scaling_group.")}
    assert {"operations.gather", "rollout.status"} <= ours
    unneeded = {"rollout.causes", "rollout.diagnose", "operations.evidence", "operations.preflight"}
    changes = {"client.plans", "engine.acquisition", "engine.cli_stacks"}
    others = {"reports", "spec.documents", "cluster.plugins", "spec.autoscale", "spec.schedule"}
    assert ours.isdisjoint(unneeded | changes | others)
    assert "getpass" not in loaded[verb]


def test_a_connection_to_a_host_in_ascii_loads_no_tables_of_unicode_names(loaded):
    assert loaded["connection"] - loaded["get"] == set()


@pytest.mark.parametrize("step", ["specs", "schema", "validate"])
def test_what_only_looks_at_files_loads_no_client(loaded, step):
    assert loaded[step].isdisjoint({"httpx2", "python_socks"})


def test_a_change_that_ends_well_loads_the_causes_of_gateways_alone(loaded):
    """The whole catalogue takes 0.03 s to load; it is for a group that does not come up."""
    known = {name.rpartition(".")[2] for name in loaded["create"] if ".rollout.causes." in name}
    assert "gateway" in known
    assert known.isdisjoint({"catalogue", "crash", "image", "server_words", "volumes"})


def test_a_command_without_guardrails_loads_no_rules(loaded):
    assert "scaling_group.cli.apply" in loaded["changes"]
    assert "scaling_group.rules" not in loaded["changes"]


def test_a_program_loads_no_classes_of_single_kinds(loaded):
    """It is waited for at every create and update, and apply runs many in threads."""
    assert "pulumi" in loaded["program"]
    assert "pulumi_kubernetes" not in loaded["program"]


def test_what_is_looked_for_would_be_seen(loaded):
    assert loaded["component"].issuperset(HEAVY)
