"""The policy pack as a process: the engine reads its port from what it prints."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_port_is_printed_at_once_where_python_buffers():
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, str(ROOT / "policies"), "127.0.0.1:1"], env=environ, stdout=subprocess.PIPE
    ) as pack:
        assert pack.stdout is not None
        try:
            readable, _, _ = select.select([pack.stdout], [], [], 60)
            assert readable, "nothing was printed"
            assert int(os.read(pack.stdout.fileno(), 16)) > 0
        finally:
            pack.kill()


def test_rules_load_no_spec_of_a_group():
    """What the pack loads is waited for in each `pulumi up`."""
    code = "import sys, scaling_group.rules.guardrails; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert {"scaling_group.spec.group", "scaling_group.spec.environment", "yaml"}.isdisjoint(loaded)
