"""The settings file of a stack, from which every operation of the engine takes its configuration.

https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from scaling_group.engine.folders import write_private
from scaling_group.errors import Unreachable
from scaling_group.naming import PROJECT, RECORD_KEY
from scaling_group.records import Record
from scaling_group.yaml_text import yaml_text


def write_settings(folder: Path, record: Record, context: str) -> None:
    """Write the record into the settings file, keeping what the engine put there; raises Unreachable.

    folder: the stack's work folder. context: of the kubeconfig that the engine is lent.
    """
    file = folder / f"Pulumi.{record.stack}.yaml"
    config = {
        f"{PROJECT}:{RECORD_KEY}": record.to_config(),
        "kubernetes:context": context,
        "kubernetes:clusterIdentifier": record.namespace_uid,
    }
    write_private(file, yaml_text([{**_held(file), "config": config}], quote_all=True))


def _held(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        settings = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError):
        settings = None
    if not isinstance(settings, dict):
        raise Unreachable(
            f"the settings file of a stack {file} is corrupted",
            resolution=f"Remove it; the engine finds in the state what it had written there: rm {file}",
        )
    return settings
