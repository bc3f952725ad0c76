"""Where stacks are kept."""

from __future__ import annotations

from scaling_group.operations.checks.check import Check, Finding, failed, ok, skipped
from scaling_group.operations.checks.place import Place


def _run(place: Place) -> Finding:
    url = place.engine.url
    if not place.engine.is_folder:
        return _asked(place, url)
    try:
        place.engine.write()
    except OSError as error:
        return failed(
            f"{url} cannot be written: {error.strerror or error}",
            detail=str(error.filename or ""),
            resolution="See that the folder can be written and that its disk has room, or name another one "
            "with SCALING_GROUP_DATA_DIR or PULUMI_BACKEND_URL.",
        )
    return ok(f"{url} can be written")


def _asked(place: Place, url: str) -> Finding:
    engine = place.engine.installed()
    if engine is None or not engine.usable:
        return skipped(f"{url} is reached by the engine, and there is none")
    place.engine.list_stacks(engine.command)
    return ok(f"{url} answers; that it can be written shows at the first change")


CHECK = Check(
    id="backend",
    title="Backend",
    about="State can be read, and in a folder written: a file is made there and removed. A backend of your "
    "own has the passphrase that it needs.",
    run=_run,
)
