"""What a program loads: it is waited for at every create and update, and apply runs many in threads."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import scaling_group.program
print(*(name for name in sys.modules if name.startswith("pulumi_kubernetes")))
"""


def test_the_classes_of_single_kinds_are_not_loaded():
    finished = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert finished.stdout.split() == []
