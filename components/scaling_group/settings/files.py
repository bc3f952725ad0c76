"""The two settings files: the user's own, and one that a project brings along."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, ValidationError

from scaling_group.errors import Fault, InvalidInput, more_files
from scaling_group.ownership import stranger
from scaling_group.settings.places import (
    CONFIG_VARIABLE,
    FILE,
    current_folder,
    found_file,
    named_file,
    users_file,
)
from scaling_group.spec.gpu_profiles import AUTO, PROFILES
from scaling_group.spec.rejection import faults_of, shown
from scaling_group.spec.strict import Strict

#: A settings file is a page of text.
LARGEST = 2**20


class GatewaySettings(Strict):
    """The `[gateway]` table."""

    name: str | None = Field(default=None, description="Name of the Gateway.")
    namespace: str | None = Field(default=None, description="Namespace of the Gateway.")
    section_name: str | None = Field(
        default=None, description="Name of its HTTPS listener, the sectionName of a route. Default: https."
    )
    section: str | None = Field(default=None, description="The earlier name of `section_name`.")
    domain: str | None = Field(default=None, description="Domain that the listener serves.")
    grpc_routes: bool | None = Field(
        default=None,
        description="Whether groups with protocol grpc have a GRPCRoute. Default: as the GatewayClass says.",
    )
    http_section: str | None = Field(
        default=None,
        description="Name of its listener for plain HTTP, from which groups redirect to HTTPS.",
    )
    gke_policies: bool | None = Field(
        default=None,
        description="Whether groups have a HealthCheckPolicy and a GCPBackendPolicy for GKE.",
    )


class StateTable(Strict):
    """The `[state]` table."""

    backend: str | None = Field(
        default=None,
        description="URL of the Pulumi backend; PULUMI_BACKEND_URL takes precedence. Default: a folder in "
        "`data_dir`. A project's file may name no server, parameter or user that credentials would be sent "
        "to.",
    )
    secrets_provider: str | None = Field(
        default=None,
        description="What encrypts the secrets of new stacks, as Pulumi takes it. Default: a passphrase, or "
        "the service. Never from a project's file.",
    )
    organization: str | None = Field(
        default=None, description="Organization on Pulumi Cloud. Default: that of the user."
    )


class GpuTable(Strict):
    """The `[gpu]` table."""

    profile: str | None = Field(
        default=None,
        description=f"How the nodes name their GPUs: {', '.join(PROFILES)}; or {AUTO}: as the nodes that are "
        "there tell when a group is made. Default: a type is the value of GKE's label.",
    )
    names: dict[str, Any] = Field(
        default_factory=dict,
        description="Types that the profile does not know: a table of the values of its label by type. Of "
        "several files, all of their types count.",
    )


class FileSettings(Strict):
    """Everything that a settings file may hold."""

    environment: str | None = Field(default=None, description="Id of the environment.")
    namespace: str | None = Field(default=None, description="Namespace of the groups. Default: default.")
    context: str | None = Field(
        default=None, description="Context of the kubeconfig. Default: the current one."
    )
    label_domain: str | None = Field(default=None, description="Prefix of labels. Default: chalk.ai.")
    data_dir: str | None = Field(
        default=None,
        description="Folder for state, work and the engine. Never from a project's file: the engine in it "
        "is executed.",
    )
    engine_download: bool | None = Field(
        default=None,
        description="Whether the Pulumi CLI is downloaded if none is found. Default: true. Never from a "
        "project's file.",
    )
    gateway: GatewaySettings = Field(default_factory=GatewaySettings)
    gpu: GpuTable = Field(default_factory=GpuTable)
    state: StateTable = Field(default_factory=StateTable)
    guardrails: dict[str, Any] = Field(
        default_factory=dict, description="Rules that groups must follow, by name."
    )


def one_listener(gateway: Mapping[str, Any], what: str, older: str, newer: str) -> dict[str, Any]:
    """Return what one place says of the gateway, with the listener under `section_name` alone.

    what, older, newer: how messages name the place, and the two keys there. Raises InvalidInput where both
    are given and mean two listeners.
    """
    before, now = gateway.get("section"), gateway.get("section_name")
    if before and now and before != now:
        said = (
            f"is {shown(before)}, but {newer} is {shown(now)}: both name the HTTPS listener. Remove {older}."
        )
        raise InvalidInput(f"{what} not valid:", [Fault(older, said)])
    rest = {key: value for key, value in gateway.items() if key != "section"}
    return {**rest, "section_name": now or before} if now or before else rest


#: What decides on what is executed: nobody says but the user.
USERS_OWN = ("data_dir", "engine_download")
#: Tables of a settings file; everything else is one value, and can be a variable.
TABLES = ("gateway", "gpu", "guardrails", "state")


class Sources(NamedTuple):
    """Where settings were looked for; every error about one names them all.

    named: whether the user has named the project's file, and so vouches for what it says. passed_over:
    the file that would be the project's, had a variable not named another one.
    """

    environ: Mapping[str, str]
    project_file: Path | None
    named: bool
    searched: str
    user_file: Path
    passed_over: Path | None = None

    def files(self) -> str:
        """Return the files that settings are looked for in, and which of them are not there."""
        user = "" if self.user_file.exists() else " (not there)"
        return f"{self.project_file or self.searched}; {self.user_file}{user}"

    def read_files(self) -> tuple[str, ...]:
        """Return the files that there are, those that count more last."""
        files = (self.user_file, self.project_file)
        return tuple(str(file) for file in files if file and os.path.isfile(file))

    def read(self) -> dict[Path, dict[str, Any]]:
        """Return what the settings files hold; what comes later counts more."""
        found = {self.user_file: _read(self.user_file)} if self.user_file.is_absolute() else {}
        if self.project_file is None:
            return found
        if not self.named:
            _require_own(self.project_file)
        return {**found, self.project_file: _read(self.project_file)}


def find_sources(config: Path | None, environ: Mapping[str, str], folder: Path | None) -> Sources:
    """Return where settings are; raises InvalidInput where a file that is named is not there.

    folder: in which a project's file is looked for, and above; None for the current one.
    """
    user_file = users_file()
    named = named_file(config, environ)
    if named and not os.path.isfile(named):
        raise InvalidInput(
            f"there is no settings file {named}",
            resolution=f"Check --config and {CONFIG_VARIABLE}.",
        )
    here = folder or current_folder()
    found = found_file(here, user_file)
    searched = f"{FILE} in {here or 'the current folder, which is gone,'} or above (none there)"
    # Whoever gives a flag knows of it; a variable may have been set by something else.
    hidden = named and found and not config and not named.samefile(found)
    return Sources(environ, named or found, named is not None, searched, user_file, found if hidden else None)


def _require_own(file: Path) -> None:
    """Refuse what somebody else has put above the current folder: it says which cluster is changed."""
    if who := stranger(file):
        raise InvalidInput(
            f"the settings file {file} is not read",
            detail=f"{who[0].upper()}{who[1:]}, and settings decide what is changed where.",
            resolution=f"If you trust it, name it with --config or {CONFIG_VARIABLE}, or make it your own "
            "with chown and chmod.",
        )


def _read(file: Path) -> dict[str, Any]:
    if not os.path.isfile(file):
        return FileSettings().model_dump(exclude_none=True)
    try:
        if file.stat().st_size > LARGEST:
            raise InvalidInput(f"{file} is larger than any settings file ({LARGEST} bytes)")
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        checked = FileSettings.model_validate(content)
    except ValidationError as error:
        tables = (FileSettings, GatewaySettings, StateTable, GpuTable)
        known = [name for table in tables for name in table.model_fields]
        raise InvalidInput(f"the settings file {file} is not valid:", faults_of(error, known)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"cannot read the settings file {file}"
        raise InvalidInput(message, detail=str(error), resolution=more_files(error)) from None
    except RecursionError:
        raise InvalidInput(f"the settings file {file} is nested too deep: settings are two levels") from None
    found = checked.model_dump(exclude_none=True)
    names = ("gateway.section", "gateway.section_name")
    return {**found, "gateway": one_listener(found["gateway"], f"the settings file {file} is", *names)}
