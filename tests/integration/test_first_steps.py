"""The first steps of a person with a wheel, a kubeconfig and an empty folder: no clone, no settings."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.integration.terminal import ROOT, Terminal

pytestmark = pytest.mark.integration


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A venv with the built wheel alone, which then sees the packages that the tests run with.

    Whatever would be downloaded is there; the package itself is the wheel's, not the clone's.
    """
    pip(tmp_path, "wheel", "--no-build-isolation", "--wheel-dir=wheel", str(ROOT))
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    [wheel] = (tmp_path / "wheel").iterdir()
    pip(tmp_path, f"--python={venv}", "install", str(wheel))
    [packages] = venv.glob("lib/python3*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    return venv


def pip(folder: Path, *arguments: str) -> None:
    first, *rest = arguments
    flags = ["--no-deps", "--no-index", "--disable-pip-version-check", "--quiet"]
    leading = [first, rest.pop(0)] if first.startswith("--python") else [first]
    command = [sys.executable, "-m", "pip", *leading, *flags, *rest]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_from_a_wheel_to_the_first_group(installed: Path, terminal: Terminal) -> None:
    project = terminal.folder / "project"
    project.mkdir()

    def run(line: str, code: int = 0) -> str:
        """Run a command that finds the wheel's, and no settings of the local cluster."""
        first = f"export PATH={installed}/bin:$PATH; unset SCALING_GROUP_CONFIG SCALING_GROUP_NAMESPACE; "
        done = terminal.shell(first + "unset SCALING_GROUP_ENVIRONMENT; " + line, project)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    where = run("python -c 'import scaling_group; print(scaling_group.__file__)'")
    assert where.startswith(str(installed))
    assert "scaling-group init" in run("scaling-group list", code=2)

    said = run(f"scaling-group init --environment={terminal.environment} -n {terminal.namespace}")
    assert "Gateway:     gateway-system/gateway, listener https" in said
    assert "Next: scaling-group create" in said

    said = run("scaling-group create --name=web --image=my-registry/server:v1 --port=8080")
    assert f"https://{terminal.environment}-web.gw.localhost" in said
    there = run("rm scaling-group.toml; scaling-group init --environment=e2e-other")
    assert f"in environment {terminal.environment}" in there
    run(f"scaling-group init --force --environment={terminal.environment}")
    assert "web" in run("scaling-group list -o name")
    run("scaling-group delete web")
