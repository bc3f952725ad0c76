"""The Python API on the real engine and API server: the recipes of docs/python.md, and what stays alone."""

from __future__ import annotations

import json
import sys

import pytest

from tests.integration.python_page import FIRST, blocks
from tests.integration.terminal import Terminal

pytestmark = pytest.mark.integration

#: Runs the cells that it reads in a kernel of their own, and prints the notebook.
NOTEBOOK = """
import json, sys
import nbformat
from nbclient import NotebookClient
book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in json.load(sys.stdin)])
NotebookClient(book, timeout=None, kernel_name="python3").execute()
print(json.dumps([cell.outputs for cell in book.cells]))
"""
#: Asks the application of the recipe, which stands before it.
ASKED = """
from fastapi.testclient import TestClient
asked = TestClient(app)
import json
before = asked.get("/groups/inference").json()
answers = [
    asked.put(f"/groups/inference/replicas/3?if_revision={before['revision']}"),
    asked.put(f"/groups/inference/replicas/2?if_revision={before['revision']}"),
    asked.get("/groups/no-such-group"),
    asked.get("/groups/NoName"),
]
print(json.dumps([before, *([each.status_code, each.json()] for each in answers)]))
"""
#: Around a program: nothing of the process is otherwise afterwards.
LEFT_ALONE = """
import os, signal
def of_process():
    return dict(os.environ), {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
as_it_was = of_process()
%s
assert of_process() == as_it_was
"""
TWO_CLIENTS = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
from scaling_group import Conflict, ScalingGroups
told = []
environment = os.environ["SCALING_GROUP_ENVIRONMENT"]
groups = {
    context: ScalingGroups.from_settings(
        environment=f"{environment}-{context}", context=context, on_progress=told.append
    )
    for context in ("one", "two")
}
def create(context):
    return groups[context].create(name=f"in-{context}", image="my-registry/server:v1", port=8080)
with ThreadPoolExecutor(2) as pool:
    made = list(pool.map(create, groups))
assert [each.status for each in made] == ["Available", "Available"], made
assert [[each.name for each in client.list()] for client in groups.values()] == [["in-one"], ["in-two"]]
try:
    groups["one"].update("in-one", replicas=2, if_revision=7)
except Conflict as error:
    assert "is at revision 1, not at 7" in error.message
assert told
plan = groups["two"].plan.update("in-two", replicas=2)
assert (plan.action, [str(each) for each in plan.changes]) == ("update", ["replicas 1 → 2"])
"""
#: A program of a user's own, in which a client makes a group beside the one that the program declares.
BESIDE = """
import os, pulumi
from pulumi import automation
from scaling_group import ScalingGroup, ScalingGroups
groups = ScalingGroups.from_settings()
place = groups.environment
def program():
    made = groups.create(name="beside", image="my-registry/server:v1", port=8080)
    declared = ScalingGroup("declared", {
        "image": "my-registry/server:v1", "port": 8080, "environment": place.model_dump(),
        "tags": {"beside": made.name},
    })
    pulumi.export("url", declared.url)
    pulumi.export("replicas", declared.deployment.spec.apply(lambda spec: spec["replicas"]))
variables = {**groups.engine_variables()}
options = automation.LocalWorkspaceOptions(env_vars=variables)
stack = automation.create_or_select_stack("dev", "mine", program, options)
outputs = stack.up().outputs
assert outputs["url"].value.startswith("https://"), outputs
assert int(outputs["replicas"].value) == 1
assert {each.name: each.tags for each in groups.list()} == {"beside": {}, "declared": {"beside": "beside"}}
"""


def run(terminal: Terminal, program: str, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    """Run a program as a user does, and return its exit code and what it printed."""
    (terminal.folder / "program.py").write_text(program)
    (terminal.folder / "stdin").write_text(stdin)
    words = " ".join([sys.executable, "program.py", *arguments])
    done = terminal.shell(f"{words} < stdin")
    return done.returncode, done.stdout, done.stderr


def test_the_first_example_works(terminal: Terminal) -> None:
    [example] = blocks(FIRST)

    code, out, err = run(terminal, LEFT_ALONE % example)

    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert f"https://{terminal.environment}-inference.gw.localhost Available 1" in lines
    assert "inference Available 1" in lines
    assert "replicas 1 → 3" in lines
    assert terminal.data("get", "inference")["revision"] == 4


def test_the_recipes_work(terminal: Terminal) -> None:
    terminal.create("inference", "--tags=team=ml")

    [script] = blocks("In a CI script")
    code, out, err = run(terminal, script, "my-registry/server:v2")
    assert (code, err, out.splitlines()[-1].split()[-3:]) == (0, "", ["serves", "revision", "2"])

    code, out, err = run(terminal, script, "simulate/crash-loop:1")
    assert (code, "rolled back: inference failed" in err) == (1, True), err
    assert "crash" in out
    assert terminal.data("get", "inference")["image"] == "my-registry/server:v2"

    [service] = blocks("In a web service")
    code, out, err = run(terminal, LEFT_ALONE % (service + ASKED))
    assert (code, err) == (0, ""), err
    before, scaled, late, missing, wrong = json.loads(out)
    assert before["status"] == "Available"
    assert (scaled[0], late[0], missing[0], wrong[0]) == (200, 409, 404, 422)
    assert "no scaling group 'no-such-group'" in missing[1]["message"]


def test_a_notebook_shows_tables_of_groups(terminal: Terminal) -> None:
    terminal.create("inference", "--tags=team=ml")
    cells = blocks("In a notebook")

    code, out, err = run(terminal, NOTEBOOK, stdin=json.dumps(cells))

    assert code == 0, err
    tables = [found["data"]["text/html"] for cell in json.loads(out) for found in cell if "data" in found]
    listed, updated, history = tables
    assert ">inference</td>" in listed
    assert ">2/2</td>" in updated
    assert ">replicas 1 → 2</td>" in history


def test_two_clients_for_two_contexts_work_at_once(terminal: Terminal) -> None:
    config = json.loads(terminal.cluster.kubeconfig.read_text())
    [context] = config["contexts"]
    config["contexts"] = [{**context, "name": name} for name in ("one", "two")]
    (terminal.folder / "kubeconfig").write_text(json.dumps(config))
    two = terminal.with_variables(KUBECONFIG=str(terminal.folder / "kubeconfig"))

    code, out, err = run(two, LEFT_ALONE % TWO_CLIENTS)

    assert (code, out, err) == (0, "", "")


def test_a_client_works_inside_a_pulumi_program(terminal: Terminal) -> None:
    backend = terminal.folder / "state"
    backend.mkdir()
    own = terminal.with_variables(
        PULUMI_BACKEND_URL=f"file://{backend}", PULUMI_CONFIG_PASSPHRASE="only for this test"
    )

    code, out, err = run(own, BESIDE)

    assert (code, out) == (0, ""), err
