"""The engine on this machine: its command, its plugin, and where its state is."""

from __future__ import annotations

from scaling_group.naming import stack_name
from scaling_group.operations.checks.check import Check, CheckFinding, failed, ok, skipped, warning
from scaling_group.operations.checks.context import CheckContext


def _engine(context: CheckContext) -> CheckFinding:
    found = context.engine.installed()
    if found is None and not context.engine.own_download:
        return failed(
            "there is no Pulumi CLI, and downloads are off", resolution=context.engine.how_to_install
        )
    if found is None:
        return warning(
            "there is no Pulumi CLI yet",
            detail=f"The first change downloads one into {context.engine.folder}.",
            resolution=f"To install one now: {context.engine.how_to_install}",
        )
    if found.usable:
        return ok(f"Pulumi {found} ({found.command})")
    if not any(found.version):
        summary = f"{found.command} does not run: it reports no version"
    else:
        summary = f"{found.command} is {found}, which is too old"
    detail = "A change would download a newer one." if context.engine.own_download else "Downloads are off."
    return failed(summary, detail=detail, resolution=context.engine.how_to_install)


def _plugin(context: CheckContext) -> CheckFinding:
    engine = context.engine.installed()
    if engine is None:
        return skipped("the engine is not installed yet")
    needed = context.engine.plugin_needed
    found = context.engine.plugins(engine.command)
    if needed in found:
        return ok(f"Kubernetes provider {needed}")
    detail = f"Installed: {', '.join(found)}" if found else ""
    install = f"pulumi plugin install resource kubernetes {needed}"
    missing = f"the Kubernetes provider {needed} is not installed"
    if context.engine.downloads:
        return warning(missing, detail=detail, resolution=f"The first change downloads it; or: {install}")
    return failed(f"{missing}, and downloads are off", detail=detail, resolution=f"Install it: {install}")


def _backend(context: CheckContext) -> CheckFinding:
    url = context.engine.url
    if not context.engine.is_folder:
        return _asked(context, url)
    try:
        context.engine.write()
    except OSError as error:
        return failed(
            f"{url} cannot be written: {error.strerror or error}",
            detail=str(error.filename or ""),
            resolution="Check that the folder is writable and that its disk has free space, or set "
            "another one "
            "with SCALING_GROUP_DATA_DIR or PULUMI_BACKEND_URL.",
        )
    return ok(f"{url} can be written")


def _asked(context: CheckContext, url: str) -> CheckFinding:
    engine = context.engine.installed()
    if engine is None or not engine.usable:
        return skipped(f"{url} is accessed by the engine, which is not installed")
    context.engine.list_stacks(engine.command)
    return ok(f"{url} answers; whether it can be written to is known after the first change")


def _locks(context: CheckContext) -> CheckFinding:
    held = context.engine.locks(context.environment.id)
    if held is None:
        return skipped("locks cannot be seen in this backend")
    if not held:
        return ok("no stack is locked")
    prefix = stack_name(context.environment.id, "")
    names = sorted({lock.stack.removeprefix(prefix) for lock in held if lock.abandoned})
    told = [f"{lock.stack}: {lock}" for lock in held]
    if names:
        return warning(
            f"killed runs left the lock of {', '.join(names)}",
            detail="\n".join(told),
            resolution=f"The next change removes it; or run: scaling-group unlock --name={names[0]}",
        )
    names = sorted({lock.stack.removeprefix(prefix) for lock in held})
    return warning(
        f"{', '.join(names)}: locked, by a run that may still be at work",
        detail="\n".join(told),
        resolution="Wait until it ends. If its machine is gone: "
        f"scaling-group unlock --name={names[0]} --force",
    )


CHECKS = (
    Check(
        id="engine",
        title="Engine",
        about="The Pulumi CLI on PATH, or the one that was downloaded, runs and is new enough. Nothing is"
        " downloaded by the check.",
        run=_engine,
    ),
    Check(
        id="plugin",
        title="Engine plugin",
        about="The Kubernetes provider of the version that belongs to the installed SDK is there. Where "
        "it is missing and may be downloaded, that is a warning.",
        run=_plugin,
        needs=("engine",),
    ),
    Check(
        id="backend",
        title="Backend",
        about="State can be read, and in a folder written: a file is made there and removed. A backend of"
        " your own has the passphrase that it needs.",
        run=_backend,
    ),
    Check(
        id="locks",
        title="Locks",
        about="No stack of the environment is locked by a killed run.",
        run=_locks,
        needs=("settings", "backend"),
    ),
)
