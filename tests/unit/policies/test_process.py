"""The policy pack as a process: the engine reads its port from what it prints."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: What would be loaded beside the SDK, and waited for in each `pulumi up`.
NOT_NEEDED = {"pulumi.automation._stack", "pulumi.dynamic.dynamic", "dill", "psutil", "grpc.aio._base_call"}
TRACING = "opentelemetry.sdk.trace"


@contextlib.contextmanager
def started(*command: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Yield the pack as the engine starts it, once it has printed its port."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*command, "127.0.0.1:1"],
        env={**environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as pack:
        try:
            assert pack.stdout is not None
            readable, _, _ = select.select([pack.stdout], [], [], 60)
            assert readable, "nothing was printed"
            assert int(os.read(pack.stdout.fileno(), 16)) > 0
            yield pack
        finally:
            pack.kill()


def installed(folder: Path) -> Path:
    """Return a copy of policies/ whose venv is the tests' own."""
    shutil.copytree(ROOT / "policies", folder, ignore=shutil.ignore_patterns("venv", "__pycache__"))
    (folder / "venv").symlink_to(Path(sys.prefix))
    return folder


def loaded(**variables: str) -> set[str]:
    """Return the modules that a pack has loaded when it can be asked."""
    profiled = {"PYTHONPROFILEIMPORTTIME": "1", **variables}
    with started(sys.executable, str(ROOT / "policies"), **profiled) as pack:
        pack.kill()
        assert pack.stderr is not None
        said = pack.stderr.read().decode()
    return {line.rsplit("|", 1)[-1].strip() for line in said.splitlines() if line.startswith("import time:")}


def test_the_port_is_printed_at_once_where_python_buffers():
    with started(sys.executable, str(ROOT / "policies")):
        pass


def test_the_program_starts_the_pack_in_its_venv(tmp_path: Path):
    with started(str(installed(tmp_path / "of my team") / "pack")):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to prefer a thread")
def test_an_interrupt_ends_the_pack_whichever_thread_gets_it():
    with started(sys.executable, str(ROOT / "policies")) as pack:
        threads = [int(each.name) for each in Path(f"/proc/{pack.pid}/task").iterdir()]
        os.kill(max(threads), signal.SIGINT)
        pack.wait(60)


def test_a_pack_that_is_not_installed_says_so(tmp_path: Path):
    folder = installed(tmp_path / "policies")
    (folder / "venv").unlink()
    done = subprocess.run([folder / "pack", "127.0.0.1:1"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"error: the policy pack is not installed: {folder}/venv/bin/python is missing. "
        f"Run `pulumi install` in {folder}.\n"
    )


@pytest.mark.parametrize("trace", [{}, {"TRACEPARENT": f"00-{'1' * 32}-{'2' * 16}-01"}])
def test_what_no_policy_uses_is_not_loaded(trace: dict[str, str]):
    modules = loaded(**trace)

    assert {"pulumi_policy", "pulumi.runtime.rpc", "scaling_group.rules.catalog"} <= modules
    assert modules.isdisjoint(NOT_NEEDED - ({"psutil"} if trace else set()))
    assert (TRACING in modules) is bool(trace)


def test_rules_load_no_spec_of_a_group():
    """What the pack loads is waited for in each `pulumi up`."""
    no_spec = {"scaling_group.spec.group", "scaling_group.spec.environment", "yaml", "pydantic"}
    assert loaded().isdisjoint(no_spec)
