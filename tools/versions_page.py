"""The table of versions: what the suite runs with, and what is promised beside it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from scaling_group.engine.acquisition import OLDEST
from scaling_group.manifests.deployment import OLDEST_KUBERNETES
from tools.kubernetes.releases import releases
from tools.reference_markdown import Blocks, table
from tools.toolchain import pins

ROOT = Path(__file__).resolve().parents[1]


def versions_blocks() -> Blocks:
    """Return what is tested and what is promised, from the pins and from pyproject.toml."""
    bounds = _bounds()
    rows = [
        ("Pulumi CLI", pins.PULUMI, f"`>={_text(OLDEST)}`"),
        ("Pulumi SDK for Python (`pulumi`)", _locked("pulumi"), f"`{bounds['pulumi']}`"),
        ("`pulumi-kubernetes`, the SDK", _locked("pulumi-kubernetes"), f"`{bounds['pulumi-kubernetes']}`"),
        ("`pulumi-kubernetes`, the provider", pins.PULUMI_KUBERNETES, "the version that the SDK names"),
        ("`pulumi-policy`", _locked("pulumi-policy"), ""),
        ("Kubernetes", _kubernetes(), f"`>={_text(OLDEST_KUBERNETES)}`"),
        ("Gateway API", pins.GATEWAY_API, "v1 of Gateway and HTTPRoute"),
        ("Traefik, the local cluster's gateway", pins.TRAEFIK, "any gateway with HTTPRoute"),
        ("Python", f"3.11; its fast tests with {_other_pythons()} too", f"`{bounds['python']}`"),
    ]
    return {"versions": table(("", "The suite runs with", "Promised"), rows)}


def _kubernetes() -> str:
    others = " and ".join(release.version for release in releases().values())
    return f"{pins.KUBERNETES}; what depends on the API server with {others} too"


def _other_pythons() -> str:
    """Return the versions of Python that the package names beside the suite's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    versions = [
        re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", c) for c in project["classifiers"]
    ]
    return " and ".join(found[1] for found in versions if found and found[1] != "3.11")


def _bounds() -> dict[str, str]:
    """Return the declared bound of each dependency, and that of Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = {"python": str(project["requires-python"])}
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=!~]", requirement)[0]
        found[name] = requirement.removeprefix(name)
    return found


def _locked(name: str) -> str:
    """Return the version in the lock file."""
    locked = (ROOT / "requirements.lock").read_text()
    [found] = re.findall(rf"^{re.escape(name)}==([^ ;]+)", locked, re.MULTILINE)
    return str(found)


def _text(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
