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

#: The key of the salt from which a passphrase becomes the stack's key.
SALT = "encryptionsalt"


def write_settings(folder: Path, record: Record, context: str, salt: str = "") -> None:
    """Write the record into the settings file, keeping what the engine put there; raises Unreachable.

    folder: the stack's work folder. context: of the kubeconfig that the engine is lent. salt: of a stack that
    is made without the engine.
    """
    file = _file(folder, record.stack)
    config = {
        f"{PROJECT}:{RECORD_KEY}": record.to_config(),
        "kubernetes:context": context,
        "kubernetes:clusterIdentifier": record.namespace_uid,
    }
    held = _held(file) | ({SALT: salt} if salt else {})
    write_private(file, yaml_text([{**held, "config": config}], quote_all=True))


def salt_in(folder: Path, stack: str) -> str:
    """Return the salt that the engine has written into the settings file of a stack, empty for none."""
    return str(_held(_file(folder, stack)).get(SALT) or "")


def _file(folder: Path, stack: str) -> Path:
    return folder / f"Pulumi.{stack}.yaml"


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
