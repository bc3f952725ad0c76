"""The command in a pod, with the service account that the kubelet gives it and nothing else."""

from __future__ import annotations

import json
import os
import shlex
import sys
from typing import Any

from tests.integration.access import granted
from tests.integration.terminal import ROOT, Terminal
from tests.integration.waiting import Eventually
from tools.local_cluster.settings import DOMAIN, GATEWAY, GATEWAY_NAMESPACE, GATEWAY_SECTION
from tools.real_node.images import SERVER

#: No namespace and no context: both are the pod's.
SETTINGS = """\
environment = "{environment}"
[gateway]
name = "{gateway}"
namespace = "{gateway_namespace}"
section_name = "{section}"
domain = "{domain}"
"""


def test_a_pod_lists_and_makes_groups_as_its_service_account(terminal: Terminal, eventually: Eventually):
    made = terminal.create("web", image=f"{SERVER}:v1")
    flags = f"--image={SERVER}:v1 --port=8080 --no-wait"
    commands = ("scaling-group list -o json", f"scaling-group create --name=inner {flags} -o json")

    with granted(terminal):
        listed, created = run(terminal, eventually, *commands)

    assert [each["id"] for each in listed] == [made["id"]]
    assert listed[0]["namespace"] == created["namespace"] == terminal.namespace
    assert terminal.objects("inner").keys() == {"deployment", "service", "httproute"}


def run(terminal: Terminal, eventually: Eventually, *commands: str) -> list[Any]:
    """Run commands one after the other in a pod, and return what each has printed."""
    terminal.cluster.api.create(f"/api/v1/namespaces/{terminal.namespace}/configmaps", settings(terminal))
    path = f"/api/v1/namespaces/{terminal.namespace}/pods"
    terminal.cluster.api.create(path, pod(terminal, " && ".join(commands)))

    def ended() -> bool:
        found = terminal.cluster.api.get(f"{path}/inside") or {}
        return found["status"]["phase"] in ("Succeeded", "Failed")

    eventually(ended)
    said = terminal.cluster.api.text(f"{path}/inside/log")
    found = terminal.cluster.api.get(f"{path}/inside") or {}
    assert found["status"]["phase"] == "Succeeded", said
    decoder, answers, at = json.JSONDecoder(), [], 0
    while at < len(said):
        # What is told meanwhile is in the log as well.
        answer, at = decoder.raw_decode(said, at)
        answers.append(answer)
        at = len(said) - len(said[at:].lstrip())
    return answers


def settings(terminal: Terminal) -> dict[str, Any]:
    text = SETTINGS.format(
        environment=terminal.environment,
        gateway=GATEWAY,
        gateway_namespace=GATEWAY_NAMESPACE,
        section=GATEWAY_SECTION,
        domain=DOMAIN,
    )
    return {"metadata": {"name": "settings"}, "data": {"scaling-group.toml": text}}


def pod(terminal: Terminal, line: str) -> dict[str, Any]:
    """Return a pod with the machine's programs, this package and the engine, and a folder of its own."""
    toolchain = str(terminal.cluster.toolchain)
    folders = outermost("/bin", "/usr", "/lib", "/lib64", sys.base_prefix, sys.prefix, str(ROOT), toolchain)
    own = {"name": "own", "emptyDir": {}}
    configured = {"name": "settings", "configMap": {"name": "settings"}}
    machine = [{"name": f"m{n}", "hostPath": {"path": os.path.realpath(f)}} for n, f in enumerate(folders)]
    mounts = [{"name": f"m{n}", "mountPath": f, "readOnly": True} for n, f in enumerate(folders)]
    variables = {
        "PATH": f"{sys.prefix}/bin:{toolchain}/bin:/usr/bin:/bin",
        "HOME": "/own",
        "TMPDIR": "/own",
        "SCALING_GROUP_CONFIG": "/settings/scaling-group.toml",
        "PULUMI_HOME": "/own/pulumi",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    plugins = f"mkdir /own/pulumi && ln -s {shlex.quote(toolchain)}/plugins /own/pulumi/plugins"
    container = {
        "name": "main",
        "image": f"{SERVER}:v1",
        "command": [
            "/bin/sh",
            "-c",
            f"{plugins} && {{ {line}; }} 2>/own/said || {{ cat /own/said; exit 1; }}",
        ],
        "env": [{"name": name, "value": value} for name, value in variables.items()],
        "volumeMounts": [
            *mounts,
            {"name": "own", "mountPath": "/own"},
            {"name": "settings", "mountPath": "/settings"},
        ],
    }
    spec = {"containers": [container], "volumes": [*machine, own, configured], "restartPolicy": "Never"}
    return {"metadata": {"name": "inside"}, "spec": spec}


def outermost(*folders: str) -> list[str]:
    """Return the folders that are in no other of them."""
    inside = [f"{folder}/" for folder in folders]
    return sorted({f for f in folders if not any(f.startswith(other) for other in inside)})
