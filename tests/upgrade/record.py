"""Record what a commit leaves behind: python -m tests.upgrade.record CHECKOUT, which README.md describes.

CHECKOUT is a clone at that commit with its own .venv (`make install`) and its own toolchain
(`make toolchain`). It runs its own local cluster, its own engine and its own command line.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.upgrade.names import names_of
from tests.upgrade.recording import (
    DATA,
    DESCRIPTION,
    NAMES,
    OBJECTS,
    PROJECTS,
    ROOT_PROJECT,
    SHOWN,
    Description,
    write_yaml,
)
from tests.upgrade.scrub import scrub
from tests.upgrade.shipped import Shipped

RECORDINGS = Path(__file__).parent
#: Copies of what is there already, what belongs to the machine, and the credentials of its cluster.
COPIES = ("*.bak", "*.tmp", "*.attrs", "*.checkpoint.json", "backups")
MACHINE = ("engine", "kubeconfig", "*.owner", "*.lock", "venv", ".venv", "__pycache__", "components")
LOCKS = "locks"
#: What the objects' server and controllers write, and differs in every cluster.
SERVER_SET = ("resourceVersion", "creationTimestamp")
CREATE = ("--image=my-registry/server:v1", "--port=8080")
GPU = (
    "--gpu=nvidia-l4:1",
    "--tags=model=llama3,team=ml-platform",
    "--entrypoint=python,-m,server,--model,/models/llama3",
    "--env=MODEL_PATH=/models/llama3",
    "--secret-env=HF_TOKEN=hugging-face:token",
    "--mount=empty-dir:/models",
    "--mount=configmap:settings:/etc/server",
    "--readiness=http:/ready,period=10",
    "--liveness=tcp,failures=6",
)


def main() -> None:
    """Write the folder that is named after the commit."""
    checkout = Path(sys.argv[1]).resolve()
    commit = _said(["git", "-C", str(checkout), "rev-parse", "--short=7", "HEAD"])
    target = RECORDINGS / commit
    with tempfile.TemporaryDirectory() as scratch:
        shipped = Shipped(checkout, Path(scratch), f"namespace-of-{commit}", f"env-{commit}")
        try:
            shipped.up()
            _make(shipped)
            shutil.rmtree(target, ignore_errors=True)
            _keep(shipped, target, commit)
        finally:
            shipped.down()
    scrub(target, scratch)


def _make(shipped: Shipped) -> None:
    """Make a group of every kind; what is shown of each is kept by the name of the group."""
    shipped.group("create", "--name=minimal", *CREATE)
    _every_field(shipped)
    shipped.group("create", "--name=gpu", *CREATE, *GPU, "--no-wait")
    _revised(shipped)
    shipped.group("create", "--name=deleted", *CREATE, "--tags=team=ml", "--replicas=2")
    shipped.keep_objects("deleted")
    shipped.group("delete", "--name=deleted", "-m", "no longer needed")
    _handed(shipped)
    _programs(shipped)
    # Last: a command that comes after it would put away what it has left.
    shipped.group("create", "--name=interrupted", *CREATE, "--tags=team=ml")
    shipped.kill_an_update("interrupted", "--replicas=2")


def _every_field(shipped: Shipped) -> None:
    file = shipped.checkout / "tests" / "golden" / "spec" / "every-field.yaml"
    shipped.group("apply", "-f", str(file), "--no-wait")


def _revised(shipped: Shipped) -> None:
    shipped.group("create", "--name=revised", *CREATE, "--tags=team=ml", "-m", "first")
    shipped.group("update", "--name=revised", "--image=my-registry/server:v2", "-m", "newer model")
    shipped.group("update", "--name=revised", "--replicas=2", "--cpu=500m", "-m", "more traffic")
    shipped.group("rollback", "--name=revised", "--to=1", "-m", "v2 is slow")
    shipped.group("update", "--name=revised", "--replicas=2")


def _handed(shipped: Shipped) -> None:
    """Hand a group from the command line to `pulumi up` and back."""
    shipped.group("create", "--name=handed", *CREATE, "--tags=team=ml")
    root = shipped.project(ROOT_PROJECT)
    (root / "programs").mkdir(parents=True)
    shutil.copy(shipped.checkout / "Pulumi.yaml", root)
    shutil.copytree(shipped.checkout / "programs" / "group", root / "programs" / "group")
    (root / ".venv").symlink_to(shipped.checkout / ".venv")
    stack = shipped.stack("handed")
    shipped.pulumi(root, "config", "refresh", "--stack", stack, own=True)
    file = root / f"Pulumi.{stack}.yaml"
    settings = yaml.safe_load(file.read_text())
    record = settings["config"]["scaling-group:record"]
    record["spec"]["replicas"], record["revision"] = 2, 2
    file.write_text(yaml.safe_dump(settings))
    shipped.pulumi(root, "up", "--yes", "--skip-preview", "--stack", stack, own=True)
    shipped.group("update", "--name=handed", "--replicas=3")


def _programs(shipped: Shipped) -> None:
    """Make groups by the programs that a clone of the commit has, in Python and in YAML."""
    gateway = {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"}
    environment = {"id": shipped.environment, "namespace": shipped.namespace, "gateway": gateway}
    shipped.up_program("llm-inference", {"environment": environment})
    shipped.keep_objects("llm-inference", kept_as="python-program")
    # Both programs make a group of one name, and a name is there once in an environment.
    other = {"environment": f"y{shipped.environment}", "namespace": shipped.other_namespace}
    shipped.up_program("yaml", {**other, "domain": "gw.localhost"})
    shipped.keep_objects("llm-inference", kept_as="yaml-program", namespace=shipped.other_namespace)


def _keep(shipped: Shipped, target: Path, commit: str) -> None:
    """Copy what is to be read later into the folder of the commit."""
    shutil.copytree(shipped.data_dir, target / DATA, ignore=_leaving_out())
    _keep_locks(shipped.data_dir, target / DATA)
    shutil.copytree(shipped.projects, target / PROJECTS, ignore=_leaving_out(LOCKS))
    for name in ("minimal", "every-field", "gpu", "revised", "handed", "interrupted"):
        shipped.keep_objects(name)
        shown = {verb: shipped.shown(verb, f"--name={name}") for verb in ("get", "history")}
        _write_json(target / SHOWN / f"{name}.json", shown)
    _write_json(target / SHOWN / "deleted.json", {"history": shipped.shown("history", "--name=deleted")})
    _write_json(target / SHOWN / "list.json", shipped.shown("list", "--include-deleted"))
    for name, items in shipped.kept.items():
        write_yaml(target / OBJECTS / f"{name}.yaml", [_without_server_set(item) for item in items])
    description = Description(
        commit=commit,
        environment=shipped.environment,
        namespaces={name: shipped.uid_of(name) for name in (shipped.namespace, shipped.other_namespace)},
    )
    _write_json(target / DESCRIPTION, description._asdict())
    _write_json(target / NAMES, names_of(shipped.checkout))


def _keep_locks(source: Path, target: Path) -> None:
    """Keep the locks of the engine, as they are left by a run that was killed."""
    ours = Path("state", ".pulumi", LOCKS)
    shutil.rmtree(target / ours, ignore_errors=True)
    shutil.copytree(source / ours, target / ours, ignore=_leaving_out())


def _leaving_out(*more: str) -> Callable[[Any, list[str]], set[str]]:
    return shutil.ignore_patterns(*COPIES, *MACHINE, *more)


def _without_server_set(item: dict[str, Any]) -> dict[str, Any]:
    """Return an object without its status, and with the fields of those that have applied it."""
    metadata = {key: value for key, value in item["metadata"].items() if key not in SERVER_SET}
    metadata["managedFields"] = [
        {key: value for key, value in each.items() if key != "time"}
        for each in metadata["managedFields"]
        if each.get("subresource") != "status"
    ]
    return {key: value for key, value in {**item, "metadata": metadata}.items() if key != "status"}


def _write_json(file: Path, value: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, indent=2) + "\n")


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
