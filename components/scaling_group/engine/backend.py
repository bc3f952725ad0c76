"""Where stacks are kept, and the variables that the engine needs to use it.

https://www.pulumi.com/docs/iac/concepts/state-and-backends/
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from scaling_group.engine.folders import check_room, make_folder
from scaling_group.errors import Unreachable
from scaling_group.locations import absolute_files, file_url, folder_of, located
from scaling_group.naming import PROJECT
from scaling_group.ownership import user

URL = "PULUMI_BACKEND_URL"
PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105 - names of variables
PASSPHRASE_FILE = "PULUMI_CONFIG_PASSPHRASE_FILE"  # noqa: S105 - names of variables
#: Without it every engine lists all files of all stacks, for stacks of a layout that is not used here.
NO_LEGACY_WARNING = "PULUMI_DIY_BACKEND_NO_LEGACY_WARNING"
#: Backends that keep keys themselves.
MANAGED_SCHEMES = ("http", "https")


#: Providers of secrets that take a passphrase, unless the backend keeps keys itself.
BY_PASSPHRASE = (None, "default", "passphrase")


class StateSettings(NamedTuple):
    """What settings say of the state; the engine's own variable of a URL counts more than `backend`.

    secrets_provider: as `pulumi stack init` takes it. organization: of Pulumi Cloud, or of another service
    of its form.
    """

    backend: str | None = None
    secrets_provider: str | None = None
    organization: str | None = None


@dataclass(frozen=True)
class Backend:
    """url as the engine takes it; variables go into its environment beside the user's own.

    secrets_provider: of stacks that are made. organization: of all stacks, None for the user's default one.
    """

    url: str
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets_provider: str | None = None
    organization: str | None = None

    @property
    def folder(self) -> Path | None:
        """The state folder where it can be read directly: absolute `file://` paths."""
        path = folder_of(self.url)
        return path / ".pulumi" if path else None

    def qualified(self, stack: str) -> str:
        """Return how the engine is told a stack: in its organization, where one is set."""
        return f"{self.organization}/{PROJECT}/{stack}" if self.organization else stack


#: Where nothing is said of the state.
NOTHING_SAID = StateSettings()


def choose_backend(
    data_dir: Path, environ: Mapping[str, str] = os.environ, state: StateSettings = NOTHING_SAID
) -> Backend:
    """Return the user's own backend where one is set, else a folder below `data_dir`.

    The passphrase of the default backend is made up on first use and kept with mode 0600. Raises
    Unreachable where a backend of the user's own lacks a passphrase that it needs.
    """
    url = located(environ[URL], _here()) if environ.get(URL) else state.backend
    provider = state.secrets_provider
    common = {**_named_user(data_dir), **absolute_files(environ)}
    if not url:
        return Backend(*_default(data_dir, environ, common, provider), provider)
    managed = urlsplit(url).scheme in MANAGED_SCHEMES
    keeps_keys = managed and provider != "passphrase"
    if provider in BY_PASSPHRASE and not keeps_keys and not _has_passphrase(environ):
        raise Unreachable(
            f"the backend {url} needs a passphrase, and none is set",
            resolution=f"Set {PASSPHRASE} or {PASSPHRASE_FILE}. If a key service encrypts its secrets, set "
            "secrets_provider in your own settings file.",
        )
    return Backend(url, {URL: url, **common}, provider, state.organization if managed else None)


def _here() -> Path | None:
    """Return the current folder, None where it has been removed."""
    try:
        return Path.cwd()
    except OSError:
        return None


def _named_user(data_dir: Path) -> dict[str, str]:
    """Return a name and a home for a user whom the system has none for: the engine does not start without."""
    missing = {}
    if "USER" not in os.environ and not _has_name():
        missing["USER"] = user()
    if not os.path.isabs(os.path.expanduser("~")):
        missing["HOME"] = str(data_dir.absolute() / "home")
    return missing


def _has_name() -> bool:
    if sys.platform == "win32":
        return True
    import pwd

    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    return True


def _has_passphrase(environ: Mapping[str, str]) -> bool:
    return PASSPHRASE in environ or PASSPHRASE_FILE in environ


def _default(
    data_dir: Path, environ: Mapping[str, str], common: Mapping[str, str], provider: str | None
) -> tuple[str, dict[str, str]]:
    url = file_url(str((data_dir / "state").absolute()))
    variables = {URL: url, NO_LEGACY_WARNING: "true", **common}
    if provider in BY_PASSPHRASE and not _has_passphrase(environ):
        variables[PASSPHRASE_FILE] = str((data_dir / "passphrase").absolute())
    return url, variables


def prepare(backend: Backend) -> None:
    """Make the folders and the passphrase file that a write to the backend needs; raises Unreachable."""
    if backend.folder:
        make_folder(backend.folder.parent)
        check_room(backend.folder.parent)
    file = backend.variables.get(PASSPHRASE_FILE)
    if not file:
        return
    if not os.path.exists(file):
        _write_once(Path(file), secrets.token_urlsafe(32))


def _write_once(file: Path, content: str) -> None:
    """Make a private file with all its content at once; whoever is first wins.

    A command that starts at the same moment would otherwise read an empty passphrase.
    """
    # mkstemp makes the file with mode 0600.
    descriptor, scratch = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(content)
        with contextlib.suppress(FileExistsError):
            os.link(scratch, file)
    finally:
        os.unlink(scratch)
