"""A checkout at work: its cluster, its command line and its engine, in a folder of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import yaml

from tests.upgrade.recording import PASSPHRASE, PROJECTS

#: Variables that change what runs.
OURS = ("PULUMI_", "SCALING_", "PYTHON")
KINDS = "deployment,service,httproute"
INSTALL = (
    "import sys; from pathlib import Path; "
    "from tests.integration.package import installable; installable(Path(sys.argv[1]))"
)


class Shipped:
    """environment, namespace: of its groups; names that occur nowhere else, so that they can be exchanged."""

    def __init__(self, checkout: Path, folder: Path, namespace: str, environment: str) -> None:
        self.checkout = checkout
        self.folder = folder
        self.namespace = namespace
        self.other_namespace = f"yaml-{namespace}"
        self.environment = environment
        self.projects = folder / PROJECTS
        self.data_dir = folder / "data"
        self.kept: dict[str, list[Any]] = {}

    def up(self) -> None:
        """Start its cluster; make the namespaces, and a passphrase that anybody may know."""
        self._cluster("up")
        for name in (self.namespace, self.other_namespace):
            self._run(["kubectl", "create", "namespace", name])
        self.data_dir.mkdir()
        (self.data_dir / "passphrase").write_text(PASSPHRASE)
        self.projects.mkdir()

    def down(self) -> None:
        self._cluster("down")

    def _cluster(self, verb: str) -> None:
        python = str(self.checkout / ".venv" / "bin" / "python")
        command = [python, "-m", "tools.local_cluster", verb, "--dir", str(self.folder / "cluster")]
        subprocess.run(command, cwd=self.checkout, env=_inherited(), check=True, stdout=sys.stderr)

    def group(self, *arguments: str) -> str:
        """Run scaling-group."""
        return self._run(["scaling-group", *arguments])

    def shown(self, *arguments: str) -> Any:
        return json.loads(self.group(*arguments, "-o", "json"))

    def stack(self, name: str) -> str:
        return f"{self.environment}.{name}"

    def project(self, name: str) -> Path:
        return self.projects / name

    def pulumi(self, project: Path, *arguments: str, own: bool = False) -> str:
        """Run pulumi in a project; own: with the state of the command line."""
        state = self.data_dir / "state" if own else self.projects
        variables = {
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PIP_NO_INDEX": "1",
            "PIP_NO_INPUT": "1",
        }
        return self._run(["pulumi", "--non-interactive", *arguments], project, variables)

    def up_program(self, name: str, config: dict[str, Any]) -> None:
        """Run `pulumi up` with a program of the checkout."""
        project = self.project(f"programs/{name}")
        project.mkdir(parents=True)
        for part in ("Pulumi.yaml", "__main__.py"):
            with contextlib.suppress(FileNotFoundError):
                (project / part).write_text((self.checkout / "programs" / name / part).read_text())
        if (project / "__main__.py").exists():
            (project / "venv").symlink_to(self.checkout / ".venv")
        else:
            python = str(self.checkout / ".venv" / "bin" / "python")
            self._run([python, "-c", INSTALL, str(self.projects)], self.checkout)
            self.pulumi(project, "install")
        self.pulumi(project, "stack", "init", "dev")
        file = project / "Pulumi.dev.yaml"
        settings = yaml.safe_load(file.read_text())
        settings["config"] = {f"{name}:{key}": value for key, value in config.items()}
        file.write_text(yaml.safe_dump(settings))
        self.pulumi(project, "up", "--yes", "--skip-preview", "--stack", "dev")

    def kill_an_update(self, name: str, change: str) -> None:
        """Kill an update with its engine where the engine has begun to change objects."""
        command = self._command(["scaling-group", "update", f"--name={name}", change])
        process = subprocess.Popen(command, env=self._variables({}), stderr=subprocess.PIPE, text=True)
        for line in process.stderr or ():
            if "updating Deployment" in line:
                break
        else:
            raise SystemExit("the update ended before it had begun with the Deployment")
        ours = psutil.Process(process.pid)
        for each in (*ours.children(recursive=True), ours):
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGKILL)
        process.wait()

    def keep_objects(self, name: str, kept_as: str = "", namespace: str = "") -> None:
        """Keep the live objects of a group as they are now."""
        arguments = ("get", KINDS, name, "--namespace", namespace or self.namespace)
        found = self._run(
            ["kubectl", *arguments, "-o", "json", "--show-managed-fields", "--ignore-not-found"]
        )
        self.kept[kept_as or name] = json.loads(found)["items"]

    def uid_of(self, namespace: str) -> str:
        return self._run(["kubectl", "get", "namespace", namespace, "-o", "jsonpath={.metadata.uid}"])

    def _run(self, command: list[str], folder: Path | None = None, more: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            self._command(command),
            cwd=folder or self.folder,
            env=self._variables(more or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        sys.stderr.write(f"{' '.join(command)}\n")
        return done.stdout

    def _command(self, command: list[str]) -> list[str]:
        """Run it with what the cluster's own file sets: the programs on PATH, the kubeconfig, settings."""
        return ["sh", "-c", '. "$0" && exec "$@"', str(self.folder / "cluster" / "env"), *command]

    def _variables(self, more: dict[str, str]) -> dict[str, str]:
        return {
            **_inherited(),
            # The engine and the command line note who has made a change.
            "USER": "somebody",
            "LOGNAME": "somebody",
            "SCALING_GROUP_ENVIRONMENT": self.environment,
            "SCALING_GROUP_NAMESPACE": self.namespace,
            "SCALING_GROUP_DATA_DIR": str(self.data_dir),
            **more,
        }


def _inherited() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
