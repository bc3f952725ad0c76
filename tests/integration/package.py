"""The component's folder as the engine installs it for other languages, without a download."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.integration.terminal import ROOT

COMPONENTS = ROOT / "components"
FILES = ("PulumiPlugin.yaml", "__main__.py", "requirements.txt")
#: The engine asks pip for their newest versions first, whatever the package needs.
ASKED_FOR = ("setuptools", "wheel")


def installable(folder: Path) -> Path:
    """Return a copy of the component's folder whose venv sees what is installed for the tests.

    The engine goes through the whole installation, and pip finds every requirement fulfilled.
    """
    package = folder / "components"
    package.mkdir()
    for name in FILES:
        shutil.copy(COMPONENTS / name, package)
    (package / "scaling_group").symlink_to(COMPONENTS / "scaling_group")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(package / "venv")], check=True)
    [packages] = (package / "venv" / "lib").glob("python3*/site-packages")
    (packages / "installed.pth").write_text(sysconfig.get_path("purelib"))
    for name in ASKED_FOR:
        known = packages / f"{name}-999.dist-info"
        known.mkdir()
        (known / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 999\n")
    return package
