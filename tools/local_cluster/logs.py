"""What pods of the local cluster have to say: files that kwok serves as their logs.

Form of Logs and ClusterLogs: https://kwok.sigs.k8s.io/docs/user/configuration/
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from .files import write_file
from .simulate import CRASH, OOM, SLOW

JsonObject = dict[str, Any]

KIND = {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "Logs"}
#: The log of every other image.
ANY = "any"
#: By simulated image. The container of an image that cannot be pulled never runs: it has no file.
LINES = {
    ANY: ("starting", "listening on 0.0.0.0:8080"),
    SLOW: ("starting", "loading the model from /models", "listening on 0.0.0.0:8080"),
    CRASH: ("starting", "loading the model from /models", "error: /models/config.json does not exist"),
    OOM: ("starting", "loading the model from /models", "950 MiB of 4096 MiB are in memory"),
}


def write_logs(folder: Path) -> None:
    """Write the files that are missing, in the form of a container runtime: time, stream, tag, line."""
    start = datetime.datetime.now(datetime.UTC)
    for name, lines in LINES.items():
        times = [start + datetime.timedelta(milliseconds=number) for number in range(len(lines))]
        stamped = [
            f"{time.strftime('%Y-%m-%dT%H:%M:%S.%f')}000Z stdout F {line}\n"
            for time, line in zip(times, lines, strict=True)
        ]
        if not (folder / f"{name}.log").exists():
            write_file(folder / f"{name}.log", "".join(stamped))


def cluster_logs(folder: Path) -> JsonObject:
    """Return what kwok serves where no Logs of a pod says otherwise."""
    spec = {"logs": [{"logsFile": str(folder / f"{ANY}.log"), "follow": True}]}
    return {**KIND, "kind": "ClusterLogs", "metadata": {"name": "logs"}, "spec": spec}


def definition() -> JsonObject:
    """Return the CustomResourceDefinition of Logs, which kwok takes from the API server."""
    group, _, version = KIND["apiVersion"].partition("/")
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    served = {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"kind": KIND["kind"], "listKind": "LogsList", "plural": "logs", "singular": "logs"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"logs.{group}"},
        "spec": {"group": group, "names": names, "scope": "Namespaced", "versions": [served]},
    }
