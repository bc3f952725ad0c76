"""Settings files that are written: whole or not at all, and never over one that is there."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from scaling_group.errors import Conflict, Failed, InvalidInput, more_files
from scaling_group.naming import DEFAULT_LABEL_DOMAIN
from scaling_group.spec.environment import EnvironmentSpec

#: A team shares the file; there is nothing secret in it.
READABLE = 0o644


def text_of(environment: EnvironmentSpec, context: str) -> str:
    """Return the settings file of an environment."""
    gateway = environment.required_gateway
    label_domain = environment.label_domain
    lines = [
        f"environment = {_toml(environment.id)}  # the first part of every hostname",
        f"namespace = {_toml(environment.namespace)}",
        f"context = {_toml(context)}  # of the kubeconfig",
        *([f"label_domain = {_toml(label_domain)}"] if label_domain != DEFAULT_LABEL_DOMAIN else []),
        "",
        "[gateway]",
        f"name = {_toml(gateway.name)}",
        f"namespace = {_toml(gateway.namespace)}",
        f"section_name = {_toml(gateway.section)}  # the HTTPS listener",
        f"domain = {_toml(gateway.domain)}  # groups are served at <environment>-<name>.<domain>",
    ]
    return "\n".join([*lines, ""])


def _toml(value: str) -> str:
    """Return a basic string of TOML, which a JSON string is as long as no character is an escaped pair."""
    return json.dumps(value, ensure_ascii=False)


def require_writable(file: Path, *, replace: bool) -> None:
    """Raise Conflict for a file that exists and is not to be replaced, InvalidInput for a missing folder."""
    if os.path.lexists(file) and not replace:
        raise _exists(file)
    if not file.absolute().parent.is_dir():
        raise InvalidInput(f"there is no folder {file.absolute().parent}", resolution="Create it first.")


def write_new(file: Path, text: str, *, replace: bool) -> None:
    """Write a file whole or not at all; raises Conflict where it exists and is not to be replaced."""
    try:
        _write(file, text, replace=replace)
    except FileExistsError:
        raise _exists(file) from None
    except OSError as error:
        raise Failed(
            f"cannot write {file}: {error.strerror or error}", resolution=more_files(error)
        ) from None


def _write(file: Path, text: str, *, replace: bool) -> None:
    descriptor, scratch = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(text)
        os.chmod(scratch, READABLE)
        if replace:
            os.replace(scratch, file)
        else:
            # A link is refused where somebody has made the file meanwhile.
            os.link(scratch, file)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(scratch)


def _exists(file: Path) -> Conflict:
    return Conflict(
        f"{file} exists already; it was not changed",
        resolution="Replace it with --force, or name another file with --config.",
    )
