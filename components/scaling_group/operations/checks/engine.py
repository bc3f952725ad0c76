"""The Pulumi CLI."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, failed, ok, warning
from scaling_group.operations.checks.place import Place


def _run(place: Place) -> Finding:
    found = place.engine.installed()
    if found is None and not place.engine.own_download:
        return failed("there is no Pulumi CLI, and downloads are off", resolution=place.engine.how_to_install)
    if found is None:
        return warning(
            "there is no Pulumi CLI yet",
            detail=f"The first change downloads one into {place.engine.folder}.",
            resolution=f"To have one now: {place.engine.how_to_install}",
        )
    if found.usable:
        return ok(f"Pulumi {found} ({found.command})")
    if not any(found.version):
        summary = f"{found.command} does not run: it tells no version"
    else:
        summary = f"{found.command} is {found}, which is too old"
    detail = "Changes would download another one." if place.engine.own_download else "Downloads are off."
    return failed(summary, detail=detail, resolution=place.engine.how_to_install)


CHECK = Check(
    id="engine",
    title="Engine",
    about="The Pulumi CLI on PATH, or the one that was downloaded, runs and is new enough. "
    "Nothing is downloaded by the check.",
    run=_run,
)
