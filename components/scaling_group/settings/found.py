"""Settings, from four places: flags, SCALING_GROUP_* variables, scaling-group.toml, the user's file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs

from scaling_group.cluster.pod import namespace_of_pod
from scaling_group.engine.backend import NOTHING_SAID, StateSettings
from scaling_group.errors import Fault, InvalidInput
from scaling_group.settings.files import (
    TABLES,
    USERS_OWN,
    FileSettings,
    GatewaySettings,
    Sources,
    find_sources,
    one_listener,
)
from scaling_group.settings.places import APP, CONFIG_VARIABLE, FILE, PREFIX, current_folder
from scaling_group.settings.state import found_state
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import environment_spec
from scaling_group.spec.names import check_context
from scaling_group.spec.rejection import rejected, shown

DATA_DIR = "data_dir"
DATA_DIR_VARIABLE = f"{PREFIX}DATA_DIR"
#: Settings that have another name than the field of an environment.
SETTING_OF = {
    "id": "environment",
    "gateway.section": "gateway.section_name",
    "gpu_profile": "gpu.profile",
    "gpu_names": "gpu.names",
}


class GivenGuardrail(NamedTuple):
    """A rule as a settings file gives it; what it means is found out when a command needs it."""

    name: str
    value: Any
    file: Path | str


class Settings(NamedTuple):
    """What a command works with."""

    environment: EnvironmentSpec
    context: str | None
    data_dir: Path
    engine_download: bool = True
    guardrails: Sequence[GivenGuardrail] = ()
    warning: str = ""
    state: StateSettings = NOTHING_SAID


class FoundSettings(NamedTuple):
    """What flags, variables and files say, of which the environment may be missing or not valid."""

    values: Mapping[str, Any]
    sources: Sources
    context: str | None
    data_dir: Path
    engine_download: bool
    guardrails: Sequence[GivenGuardrail]
    state: StateSettings

    @property
    def warning(self) -> str:
        return _passed_over(self.sources)

    def environment(self) -> EnvironmentSpec:
        """Return where groups live; raises InvalidInput where a setting is missing or not valid."""
        _require(self.values, self.sources)
        gateway = dict(self.values.get("gateway", {}))
        listener = {"section": gateway.pop("section_name")} if "section_name" in gateway else {}
        served = {"gateway": gateway | listener} if gateway or listener else {}
        values = {"id": self.values["environment"], **served}
        more = {key: self.values[key] for key in ("namespace", "label_domain") if key in self.values}
        gpu = {f"gpu_{key}": value for key, value in self.values.get("gpu", {}).items()}
        return _environment(values | more | gpu)

    def settings(self) -> Settings:
        """Return the settings in force; raises InvalidInput where one is missing or not valid."""
        return Settings(
            environment=self.environment(),
            context=self.context,
            data_dir=self.data_dir,
            engine_download=self.engine_download,
            guardrails=self.guardrails,
            warning=self.warning,
            state=self.state,
        )


def find_settings(
    flags: Mapping[str, str | None],
    config: Path | None,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> FoundSettings:
    """Return what settings there are; raises InvalidInput for a file that cannot be read or is not valid."""
    sources = find_sources(config, environ, folder)
    files = sources.read()
    _require_users_own(sources, files)
    own = namespace_of_pod(environ)
    merged: dict[str, Any] = {"namespace": own} if own else {}
    for layer in (*files.values(), _variables(environ), flags):
        _merge(merged, {key: value for key, value in layer.items() if key not in ("guardrails", "state")})
    return FoundSettings(
        values=merged,
        sources=sources,
        context=_context(merged.get("context")),
        data_dir=_data_dir(sources, files, folder),
        engine_download=_switch(merged.get("engine_download", True), "engine_download"),
        guardrails=_guardrails(files),
        state=found_state(sources, files, folder),
    )


def load_settings(
    flags: Mapping[str, str | None],
    config: Path | None,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Settings:
    """Return the settings in force; raises InvalidInput where one is missing or not valid."""
    return find_settings(flags, config, environ, folder).settings()


def _passed_over(sources: Sources) -> str:
    if sources.passed_over is None:
        return ""
    return (
        f"{sources.passed_over} is not read, its guardrails neither: {CONFIG_VARIABLE} names "
        f"{sources.project_file}"
    )


def load_guardrails(
    config: Path | None, environ: Mapping[str, str] = os.environ, folder: Path | None = None
) -> Sequence[GivenGuardrail]:
    """Return the guardrails alone, for commands that otherwise need no settings."""
    return _guardrails(find_sources(config, environ, folder).read())


def _guardrails(files: Mapping[Path, Mapping[str, Any]]) -> list[GivenGuardrail]:
    """Return the rules of every file: each holds, so that a project can tighten the user's alone."""
    return [
        GivenGuardrail(name, value, file)
        for file, content in files.items()
        for name, value in content["guardrails"].items()
    ]


def _data_dir(sources: Sources, files: Mapping[Path, Mapping[str, Any]], folder: Path | None) -> Path:
    """Return where state and engine are."""
    if given := sources.environ.get(DATA_DIR_VARIABLE):
        return _absolute(given, DATA_DIR_VARIABLE, folder or current_folder())
    giving = [file for file, content in files.items() if content.get(DATA_DIR)]
    if not giving:
        return _default_data_dir()
    file = giving[-1]
    return _absolute(str(files[file][DATA_DIR]), f"{DATA_DIR} of {file}", file.absolute().parent)


def _require_users_own(sources: Sources, files: Mapping[Path, Mapping[str, Any]]) -> None:
    """Refuse what a project's file says of what is executed, where it would count."""
    file = None if sources.named else sources.project_file
    said = [key for key in USERS_OWN if file and key in files[file]]
    counting = next((key for key in said if not sources.environ.get(PREFIX + key.upper())), None)
    if counting:
        raise InvalidInput(
            f"{counting} is not taken from {file}",
            detail="That file is a project's, and the engine in that folder is executed."
            if counting == DATA_DIR
            else "That file is a project's, and what is downloaded is executed.",
            resolution=f"Set {PREFIX}{counting.upper()}, or move {counting} to {sources.user_file}.",
        )


def _switch(value: object, key: str) -> bool:
    """Return a setting that is on or off, in a file or as the text of a variable."""
    known = {True: True, False: False, "true": True, "1": True, "false": False, "0": False}
    found = known.get(value.lower() if isinstance(value, str) else bool(value))
    if found is None:
        fault = Fault(key, f"{shown(value)} is not true or false")
        raise InvalidInput("the settings are not valid:", [fault])
    return found


def _absolute(given: str, what: str, base: Path | None) -> Path:
    """Return a folder that is given, where it is relative as one below `base`."""
    try:
        path = Path(given).expanduser()
    except RuntimeError:
        raise InvalidInput(f"{what} is {given!r}, and there is no such home folder") from None
    if "\0" in given or (base is None and not path.is_absolute()):
        raise InvalidInput(f"{what} is {given!r}, which is no folder", resolution="Give its whole path.")
    return base / path if base else path


def data_dir_without_files(given: str | None, environ: Mapping[str, str]) -> Path:
    """Return where state and engine are for a program that reads no settings files."""
    said = {"data_dir": given, DATA_DIR_VARIABLE: environ.get(DATA_DIR_VARIABLE)}
    what = next((name for name, value in said.items() if value), None)
    return _absolute(str(said[what]), what, current_folder()) if what else _default_data_dir()


def _default_data_dir() -> Path:
    try:
        folder: Path | None = Path(platformdirs.user_data_dir(APP))
    except RuntimeError:
        folder = None
    if folder is None or not folder.is_absolute():
        raise InvalidInput(
            "there is no home folder to keep state in",
            resolution=f"Set HOME, or name a folder with {DATA_DIR_VARIABLE}.",
        )
    return folder


def _environment(values: Mapping[str, Any]) -> EnvironmentSpec:
    try:
        return environment_spec(values)
    except InvalidInput as error:
        named = [Fault(SETTING_OF.get(f.field, f.field), f.message) for f in error.faults]
        raise InvalidInput("the settings are not valid:", named) from None


def _context(name: str | None) -> str | None:
    try:
        return name and check_context(name)
    except rejected() as error:
        raise InvalidInput("the settings are not valid:", [Fault("context", error.message())]) from None


def _variables(environ: Mapping[str, str]) -> dict[str, Any]:
    flat: dict[str, Any] = {
        key: environ.get(PREFIX + key.upper()) for key in FileSettings.defined if key not in TABLES
    }
    names = {key: f"{PREFIX}GATEWAY_{key.upper()}" for key in GatewaySettings.defined}
    gateway = {key: environ.get(name) for key, name in names.items()}
    once = one_listener(gateway, "the settings are", names["section"], names["section_name"])
    return {**flat, "gateway": once, "gpu": {"profile": environ.get(f"{PREFIX}GPU_PROFILE")}}


def _merge(merged: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for key, value in layer.items():
        if isinstance(value, Mapping):
            _merge(merged.setdefault(key, {}), value)
        elif value not in (None, ""):
            merged[key] = value


def _require(merged: Mapping[str, Any], sources: Sources) -> None:
    gateway = merged.get("gateway", {})
    missing = [] if "environment" in merged else [("environment", "--environment, ")]
    # Private groups alone need no gateway: who has said nothing of it may have no other.
    if gateway or missing:
        missing += [(f"gateway.{key}", "") for key in ("name", "namespace", "domain") if key not in gateway]
    if missing:
        faults = [
            Fault(key, f"not set (by {flag}{PREFIX}{key.replace('.', '_').upper()} or a file)")
            for key, flag in missing
        ]
        raise InvalidInput(
            "settings are missing:",
            faults,
            resolution=f"Write {FILE} with: scaling-group init\nFiles looked for: {sources.files()}",
        )
