"""Programs in threads: apply runs one for each group."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import scaling_group.program
for part in ("meta.v1", "core.v1", "apps.v1"):
    print(part, f"pulumi_kubernetes.{part}._inputs" in sys.modules)
"""


def test_nested_types_are_loaded_before_a_thread_can_see_half_of_them():
    finished = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines() == ["meta.v1 True", "core.v1 True", "apps.v1 True"]
