"""What reads load: neither the engine's SDK nor its provider, which cost half a second."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: What a shell runs when somebody types `scaling-group create --sh` and the tab key.
COMPLETION = """
import os
os.environ |= {
    "_SCALING_GROUP_COMPLETE": "bash_complete",
    "COMP_WORDS": "scaling-group create --sh",
    "COMP_CWORD": "2",
}
from scaling_group.cli.main import cli
try:
    cli.main(prog_name="scaling-group")
except SystemExit:
    pass
"""
NAMES = COMPLETION.replace("create --sh", "get in")
HEAVY = ("pulumi", "pulumi_kubernetes", "grpc")


def loaded_by(statements: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after the statements."""
    report = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    finished = subprocess.run(
        [sys.executable, "-c", f"{statements}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(finished.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "statements",
    [
        "import scaling_group",
        "import scaling_group.cli.list",
        "import scaling_group.cli.get",
        "import scaling_group.cli.doctor",
        "from scaling_group.cli.main import run; run(['--help'])",
        "from scaling_group.cli.main import run; run(['list', '--help'])",
        "from scaling_group.cli.main import run; run(['create', '--help'])",
        "from scaling_group.cli.main import run; run(['--version'])",
        "import scaling_group.cli.history, scaling_group.cli.diff, scaling_group.cli.export",
        "import scaling_group.cli.diagnose",
        COMPLETION,
    ],
)
def test_reads_and_help_load_no_engine(statements):
    assert loaded_by(statements).isdisjoint(HEAVY)


def test_help_loads_no_models_and_no_client():
    found = loaded_by("from scaling_group.cli.main import run; run(['--help'])")

    assert found.isdisjoint({"pydantic", "lightkube", "rich"})


def test_completion_of_names_loads_no_models():
    assert "pydantic" not in loaded_by(NAMES)


def test_what_is_looked_for_would_be_seen():
    assert set(HEAVY) <= loaded_by("import scaling_group.component, pulumi_kubernetes")


@pytest.mark.parametrize("verb", ["list", "get"])
def test_reads_load_neither_the_client_library_nor_tables_that_fold(verb):
    found = loaded_by(f"import scaling_group.cli.{verb}, scaling_group.cluster.direct")

    assert found.isdisjoint({"lightkube", "httpx2", "asyncio", "rich"})


def test_what_only_the_engine_needs_is_loaded_while_it_starts():
    assert loaded_by("import scaling_group.cli.create, scaling_group.engine.writer").isdisjoint(HEAVY)
