"""The engine's plugin for Kubernetes."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, failed, ok, skipped, warning
from scaling_group.operations.checks.place import Place


def _run(place: Place) -> Finding:
    engine = place.engine.installed()
    if engine is None:
        return skipped("there is no engine to ask yet")
    needed = place.engine.plugin_needed
    found = place.engine.plugins(engine.command)
    if needed in found:
        return ok(f"Kubernetes provider {needed}")
    detail = f"Installed: {', '.join(found)}" if found else ""
    install = f"pulumi plugin install resource kubernetes {needed}"
    missing = f"the Kubernetes provider {needed} is not installed"
    if place.engine.downloads:
        return warning(missing, detail=detail, resolution=f"The first change downloads it; or: {install}")
    return failed(f"{missing}, and downloads are off", detail=detail, resolution=f"Install it: {install}")


CHECK = Check(
    id="plugin",
    title="Engine plugin",
    about="The Kubernetes provider of the version that belongs to the installed SDK is there. Where it is "
    "missing and may be downloaded, that is a warning.",
    run=_run,
    needs=("engine",),
)
