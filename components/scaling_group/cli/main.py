"""The command `scaling-group`."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

import click

from scaling_group.cli.aliases import ALIASES, explain, not_known, version
from scaling_group.cli.echo import put
from scaling_group.cli.examples import example_of
from scaling_group.cli.interrupts import HANGUP, SIGNALS
from scaling_group.cli.streams import settle
from scaling_group.errors import ExitCode, Failed, Interrupted, InvalidInput, ScalingGroupError, more_files

#: Verbs with one-line help, as they are shown. A verb's module is imported when it runs, so that help is
#: instant.
SECTIONS = {
    "First steps": {"init": "Look at the cluster and write a settings file."},
    "Groups": {
        "create": "Create a scaling group.",
        "list": "List the scaling groups of an environment.",
        "get": "Show one scaling group.",
        "update": "Change a scaling group.",
        "scale": "Set the number of Pods of a scaling group.",
        "delete": "Delete a scaling group; its record and history stay.",
        "restore": "Restore a deleted scaling group.",
        "adopt": "Bring a live scaling group under this backend.",
    },
    "Revisions": {
        "history": "Show every operation on a scaling group.",
        "diff": "Show what differs between two revisions.",
        "rollback": "Roll back to an earlier revision.",
    },
    "When it does not come up": {
        "wait": "Wait until a scaling group is available, or gone.",
        "logs": "Print the logs of a scaling group's replicas.",
        "events": "Show the events of a scaling group's objects.",
        "diagnose": "Find in recorded objects why a scaling group does not come up.",
        "gpus": "Show the GPUs that the cluster offers, and who has them.",
        "doctor": "Check engine, cluster, gateway and permissions.",
        "unlock": "Remove the lock of a run that has ended.",
    },
    "Groups in files": {
        "apply": "Create or update scaling groups from YAML files.",
        "export": "Print scaling groups as YAML.",
        "validate": "Check groups in YAML files.",
        "render": "Print the Kubernetes objects of groups.",
        "schema": "Print the JSON Schema of a group's YAML, or of an output.",
        "env": "Print the variables that pulumi needs to work on the same state.",
    },
}
VERBS = {verb: about for section in SECTIONS.values() for verb, about in section.items()}
#: Commands about the program itself.
OWN = {"help": explain, "version": version}

#: pydantic would look for plugins in the metadata of every installed package, 0.05 s of each command here.
#: https://docs.pydantic.dev/latest/concepts/plugins/
NO_PLUGINS = ("PYDANTIC_DISABLE_PLUGINS", "__all__")


class Verbs(click.Group):
    """Loads the module of a verb when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in OWN:
            return OWN[cmd_name]
        verb = ALIASES.get(cmd_name, cmd_name)
        return _loaded(verb) if verb in VERBS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if ctx.resilient_parsing:
            from scaling_group.cli.completion import StandIn, stands_in

            verb = ALIASES.get(args[0], args[0])
            if verb in VERBS and stands_in(verb, args):
                return args[0], StandIn(verb, partial(_loaded, verb)), args[1:]
        if args[0].isidentifier() and not self.get_command(ctx, args[0]) and not ctx.resilient_parsing:
            ctx.fail(not_known(args[0], [*VERBS, *ALIASES, *OWN]))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, VERBS))
        for title, verbs in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(verb.ljust(width), about) for verb, about in verbs.items()])
        with formatter.section("Other names"):
            formatter.write_dl(
                [(alias.ljust(width), f"The same as {verb}.") for alias, verb in ALIASES.items()]
            )
            formatter.write_dl([(name.ljust(width), str(command.help)) for name, command in OWN.items()])


def _loaded(verb: str) -> click.Command:
    command: click.Command = importlib.import_module(f"scaling_group.cli.{verb}").command
    command.epilog = example_of(verb)
    return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pulumi-scaling-group", message="%(version)s")
def cli() -> None:
    """Replicated, GPU-aware HTTPS services on your own Kubernetes cluster."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.platform == "win32":
        sys.exit(_report(_not_on_windows(), given))
    # With nohup the end of the terminal is ignored, and stays so.
    for ending in (signal.SIGTERM, *HANGUP):
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, _terminated)
    code = _settled(given)
    # What comes now can no longer change how the command has ended.
    for late in SIGNALS:
        signal.signal(late, signal.SIG_IGN)
    # The interpreter looks for garbage once more at its end, a fifth of the time of a `list`.
    gc.freeze()
    # A thread of the engine's SDK that is still at work fails when the interpreter ends; that tells nothing.
    threading.excepthook = lambda _failure: None
    sys.exit(code)


def _not_on_windows() -> Failed:
    return Failed(
        "scaling-group does not run on Windows",
        detail="It stops engines with signals and knows files of its own by owner and mode; "
        "Windows has neither.",
        resolution="Run it in WSL, the Windows Subsystem for Linux.",
    )


def _settled(arguments: list[str]) -> int:
    try:
        settle()
    except OSError as error:
        return _unusable(error, arguments)
    return run(arguments)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code."""
    os.environ.setdefault(*NO_PLUGINS)
    try:
        return _run(arguments)
    except BrokenPipeError:
        # The reader of a pipe has what it wanted, as with `| head`.
        sys.stdout = None
        return ExitCode.DONE
    except OSError as error:
        return _unusable(error, arguments)


def _run(arguments: list[str]) -> int:
    try:
        _require_text(arguments)
        return _exit_code(cli.main(arguments, prog_name="scaling-group", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        put(error.format_message(), err=True)
        return ExitCode.USAGE
    except click.UsageError as error:
        return _report(_usage(error), arguments)
    except ScalingGroupError as error:
        return _report(error, arguments)
    except (KeyboardInterrupt, click.Abort) as error:
        known = _interruption(error)
        if known:
            return _report(known, arguments)
        _tell(lambda: put("interrupted", err=True))
        return ExitCode.INTERRUPTED


def _interruption(error: BaseException) -> Interrupted | None:
    """Return the interruption that was on its way here when the next signal came."""
    before = error.__context__
    while before is not None and not isinstance(before, Interrupted):
        before = before.__context__
    return before if isinstance(before, Interrupted) else None


def _require_text(arguments: list[str]) -> None:
    for number, argument in enumerate(arguments, 1):
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise InvalidInput(f"argument {number} is not UTF-8: {argument!r}") from None


def _unusable(error: OSError, arguments: list[str]) -> int:
    """Tell of what the system refuses: a full disk, no more files, a terminal that is gone."""
    reason = error.strerror or str(error)
    message = f"cannot use {error.filename}: {reason}" if error.filename else f"cannot go on: {reason}"
    if error.filename is None:
        # What could not be written would be tried again at the end.
        sys.stdout = None
    return _report(Failed(message, resolution=more_files(error)), arguments)


def _exit_code(result: object) -> int:
    return result if isinstance(result, int) else ExitCode.DONE


def _report(error: ScalingGroupError, arguments: list[str]) -> int:
    as_json = _wants_json(arguments)

    def tell() -> None:
        try:
            from scaling_group.cli.errors import print_error

            if as_json:
                importlib.import_module("scaling_group.cli.outputs")
        except OSError:
            # Where no file can be opened, nothing more can be loaded.
            sys.stderr.write(f"error: {error}\n")
        else:
            print_error(error, as_json=as_json)

    _tell(tell)
    return error.exit_code


def _tell(say: Callable[[], None]) -> None:
    """Say something on standard error; where nobody can read it, the exit code tells all the same."""
    try:
        say()
    except OSError:
        # The interpreter would try again at its end, and exit with a code of its own.
        sys.stderr = None


def _usage(error: click.UsageError) -> InvalidInput:
    path = error.ctx.command_path if error.ctx else "scaling-group"
    return InvalidInput(error.format_message(), resolution=f"See {path} --help")


def _wants_json(arguments: list[str]) -> bool:
    """Return whether JSON was asked for, also where the arguments as a whole cannot be parsed."""
    followed = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(
        argument in ("-ojson", "--output=json") or (argument in ("-o", "--output") and value == "json")
        for argument, value in followed
    )


def _terminated(_signal: int, _frame: Any) -> None:
    raise KeyboardInterrupt
