"""Settings, from four places: flags, SCALING_GROUP_* variables, scaling-group.toml, the user's file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, ValidationError
from pydantic_core import PydanticCustomError

from scaling_group.errors import Fault, InvalidInput
from scaling_group.spec.environment import EnvironmentSpec, Strict
from scaling_group.spec.group import environment_spec
from scaling_group.spec.names import check_context
from scaling_group.spec.rejection import faults_of

APP = "scaling-group"
FILE = "scaling-group.toml"
PREFIX = "SCALING_GROUP_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
#: A settings file is a page of text.
LARGEST = 2**20


class GatewaySettings(Strict):
    """The `[gateway]` table."""

    name: str | None = Field(default=None, description="Name of the Gateway.")
    namespace: str | None = Field(default=None, description="Namespace of the Gateway.")
    section: str | None = Field(default=None, description="Name of its HTTPS listener. Default: https.")
    domain: str | None = Field(default=None, description="Domain that the listener serves.")


class FileSettings(Strict):
    """Everything that a settings file may hold."""

    environment: str | None = Field(default=None, description="Id of the environment.")
    namespace: str | None = Field(default=None, description="Namespace of the groups. Default: default.")
    context: str | None = Field(
        default=None, description="Context of the kubeconfig. Default: the current one."
    )
    label_domain: str | None = Field(default=None, description="Prefix of labels. Default: chalk.ai.")
    data_dir: str | None = Field(default=None, description="Folder for state, work and the engine.")
    gateway: GatewaySettings = Field(default_factory=GatewaySettings)
    guardrails: dict[str, Any] = Field(
        default_factory=dict, description="Rules that groups have to keep, by name."
    )


#: Tables of a settings file; everything else is one value, and can be a variable.
TABLES = ("gateway", "guardrails")


@dataclass(frozen=True)
class GivenGuardrail:
    """A rule as a settings file gives it; what it means is found out when a command needs it."""

    value: Any
    file: Path


@dataclass(frozen=True)
class Settings:
    """What a command works with."""

    environment: EnvironmentSpec
    context: str | None
    data_dir: Path
    guardrails: Mapping[str, GivenGuardrail] = field(default_factory=dict)


@dataclass(frozen=True)
class Sources:
    """Where settings were looked for; every error about one names them all."""

    environ: Mapping[str, str]
    project_file: Path | None
    searched: str
    user_file: Path

    def places(self, key: str, flag: str = "") -> str:
        variable = PREFIX + key.replace(".", "_").upper()
        user = "" if self.user_file.exists() else " (not there)"
        places = [
            f"flag {flag}" if flag else "flags (none for this setting)",
            f"variable {variable}",
            f"{self.project_file or self.searched}",
            f"{self.user_file}{user}",
        ]
        return "; ".join(places)


def load_settings(
    flags: Mapping[str, str | None],
    config: Path | None,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Settings:
    """Return the settings in force; raises InvalidInput where one is missing or not valid."""
    sources = _find(config, environ, folder or Path.cwd())
    files = _files(sources)
    merged: dict[str, Any] = {}
    for layer in (*files.values(), _variables(environ), flags):
        _merge(merged, {key: value for key, value in layer.items() if key != "guardrails"})
    _require(merged, sources)
    gateway = merged.get("gateway", {})
    values: dict[str, Any] = {
        "id": merged["environment"],
        "gateway": gateway,
    }
    values |= {key: merged[key] for key in ("namespace", "label_domain") if key in merged}
    data_dir = merged.get("data_dir") or platformdirs.user_data_dir(APP)
    return Settings(
        environment=_environment(values),
        context=_context(merged.get("context")),
        data_dir=Path(data_dir).expanduser(),
        guardrails=_guardrails(files),
    )


def load_guardrails(
    config: Path | None, environ: Mapping[str, str] = os.environ, folder: Path | None = None
) -> Mapping[str, GivenGuardrail]:
    """Return the guardrails alone, for commands that otherwise need no settings."""
    return _guardrails(_files(_find(config, environ, folder or Path.cwd())))


def _files(sources: Sources) -> dict[Path, dict[str, Any]]:
    """Return what the settings files hold; what comes later counts more."""
    files = (sources.user_file, sources.project_file)
    return {file: _read(file) for file in files if file}


def _guardrails(files: Mapping[Path, Mapping[str, Any]]) -> dict[str, GivenGuardrail]:
    """Return each rule as a whole from the file that counts most: parts of two would be neither's."""
    return {
        name: GivenGuardrail(value, file)
        for file, content in files.items()
        for name, value in content["guardrails"].items()
    }


def _environment(values: Mapping[str, Any]) -> EnvironmentSpec:
    try:
        return environment_spec(values)
    except InvalidInput as error:
        # The settings call the environment's id by the environment's name.
        named = [Fault("environment" if f.field == "id" else f.field, f.message) for f in error.faults]
        raise InvalidInput("the settings are not valid:", named) from None


def _context(name: str | None) -> str | None:
    try:
        return name and check_context(name)
    except PydanticCustomError as error:
        raise InvalidInput("the settings are not valid:", [Fault("context", error.message())]) from None


def _find(config: Path | None, environ: Mapping[str, str], folder: Path) -> Sources:
    user_file = Path(platformdirs.user_config_dir(APP)) / FILE
    explicit = config or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    if explicit and not explicit.is_file():
        raise InvalidInput(
            f"there is no settings file {explicit}",
            resolution=f"Check --config and {CONFIG_VARIABLE}.",
        )
    above = next((p / FILE for p in (folder, *folder.parents) if (p / FILE).is_file()), None)
    return Sources(environ, explicit or above, f"{FILE} in {folder} or above (none there)", user_file)


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return FileSettings().model_dump(exclude_none=True)
    try:
        if file.stat().st_size > LARGEST:
            raise InvalidInput(f"{file} is larger than any settings file ({LARGEST} bytes)")
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        checked = FileSettings.model_validate(content)
    except ValidationError as error:
        known = [*FileSettings.model_fields, *GatewaySettings.model_fields]
        raise InvalidInput(f"the settings file {file} is not valid:", faults_of(error, known)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"cannot read the settings file {file}", detail=str(error)) from None
    return checked.model_dump(exclude_none=True)


def _variables(environ: Mapping[str, str]) -> dict[str, Any]:
    flat: dict[str, Any] = {
        key: environ.get(PREFIX + key.upper()) for key in FileSettings.model_fields if key not in TABLES
    }
    gateway = {key: environ.get(f"{PREFIX}GATEWAY_{key.upper()}") for key in GatewaySettings.model_fields}
    return {**flat, "gateway": gateway}


def _merge(merged: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for key, value in layer.items():
        if isinstance(value, Mapping):
            _merge(merged.setdefault(key, {}), value)
        elif value not in (None, ""):
            merged[key] = value


def _require(merged: Mapping[str, Any], sources: Sources) -> None:
    gateway = merged.get("gateway", {})
    missing = [] if "environment" in merged else [("environment", "--environment")]
    missing += [(f"gateway.{key}", "") for key in ("name", "namespace", "domain") if key not in gateway]
    if missing:
        faults = [Fault(key, f"not set. Looked in: {sources.places(key, flag)}") for key, flag in missing]
        raise InvalidInput(
            "settings are missing:",
            faults,
            resolution=f"Put them into {FILE}; the README shows one.",
        )
