"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, TypeVar

import click

from scaling_group.cli.completion import group_names
from scaling_group.client.arguments import LONGEST_MESSAGE
from scaling_group.errors import ExitCode, Fault, InvalidInput
from scaling_group.records import Step
from scaling_group.spec.names import check_context, check_label, check_service_name
from scaling_group.spec.rejection import rejected
from scaling_group.spec.seconds import duration

if TYPE_CHECKING:
    from scaling_group.reports import Plan

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_TIMEOUT = "10m"


class Duration(click.ParamType[float]):
    """`90`, `90s`, `10m` or `1h`, as seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = duration(str(value))
        if not seconds:
            self.fail(f"{value!r} is not a duration; write it like 90s, 10m or 1h", param, ctx)
        return seconds


def apply_all(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Return one decorator that adds the options in the order given."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def checked(values: Iterable[tuple[str, str]], check: Callable[[str], str]) -> list[Fault]:
    """Return what is wrong with values, each named by its flag."""
    faults = []
    for flag, value in values:
        try:
            check(value)
        except rejected() as error:
            faults.append(Fault(flag, error.message()))
    return faults


def refuse(faults: Sequence[Fault]) -> None:
    """Raise InvalidInput where there are faults of flags."""
    if faults:
        raise InvalidInput("the flags are not valid:", faults)


class ConnectionFlags(NamedTuple):
    """Which groups, and where: flags that come before every other setting."""

    environment: str | None
    namespace: str | None
    context: str | None
    config: Path | None

    def settings(self) -> dict[str, str | None]:
        return {"environment": self.environment, "namespace": self.namespace, "context": self.context}

    def faults(self) -> list[Fault]:
        """Return what is wrong with them: names alone, never a pattern or a path."""
        checks = {"environment": check_label, "namespace": check_label, "context": check_context}
        given = [(key, value) for key, value in self.settings().items() if value is not None]
        return [fault for key, value in given for fault in checked([(f"--{key}", value)], checks[key])]


_connection = apply_all(
    click.option("--environment", metavar="ID", help="Environment of the groups."),
    click.option("-n", "--namespace", metavar="NAME", help="Namespace of the environment."),
    click.option("--context", metavar="NAME", help="Context of the kubeconfig."),
    click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="Settings file."),
)


def connection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags of a connection; the command gets them as `connection`."""

    @functools.wraps(command)
    def gathered(
        *,
        environment: str | None,
        namespace: str | None,
        context: str | None,
        config: Path | None,
        **rest: Any,
    ) -> Any:
        flags = ConnectionFlags(environment, namespace, context, config)
        refuse(flags.faults())
        return command(connection=flags, **rest)

    return _connection(gathered)


def output_of(*formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option --output with these formats; the first one is the default."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Format of the result on standard output.",
    )


output_option = output_of("table", "json", "yaml", "name")

_wait = apply_all(
    click.option(
        "--wait/--no-wait",
        default=True,
        show_default=True,
        help="Wait until the operation succeeds or fails.",
    ),
    click.option(
        "--timeout",
        type=Duration(),
        default=DEFAULT_TIMEOUT,
        show_default=True,
        help="How long to wait.",
    ),
)


def wait_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --wait and --timeout; the command gets `timeout` in seconds, None for not at all."""

    @functools.wraps(command)
    def gathered(*, wait: bool, timeout: float, **rest: Any) -> Any:
        return command(timeout=timeout if wait else None, **rest)

    return _wait(gathered)


class Waiting(TypedDict):
    """The arguments of a change that is waited for, or not."""

    wait: bool
    timeout: float


def waiting(timeout: float | None) -> Waiting:
    """Return the arguments for `timeout` as wait_options gives it."""
    return {"wait": timeout is not None, "timeout": timeout or 0.0}


#: Exit code of --exit-code where there would be a change.
CHANGES = 10

_dry_run = apply_all(
    click.option("--dry-run", is_flag=True, help="Show what would change without changing anything."),
    click.option(
        "--exit-code", is_flag=True, help=f"With --dry-run: exit {CHANGES} where there would be a change."
    ),
)


class DryRun(NamedTuple):
    """Whether only to show what would change, and whether the exit code is to tell."""

    wanted: bool
    exit_code: bool

    def code(self, plans: Iterable[Plan]) -> int:
        changes = any(plan.action is not Step.UNCHANGED for plan in plans)
        return CHANGES if self.exit_code and changes else ExitCode.DONE


def dry_run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --dry-run and --exit-code; the command gets both as `dry_run`."""

    @functools.wraps(command)
    def gathered(*, dry_run: bool, exit_code: bool, **rest: Any) -> Any:
        if exit_code and not dry_run:
            raise InvalidInput("--exit-code needs --dry-run")
        return command(dry_run=DryRun(dry_run, exit_code), **rest)

    return _dry_run(gathered)


def _short(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if len(value) > LONGEST_MESSAGE:
        raise click.BadParameter(f"has {len(value)} characters; at most {LONGEST_MESSAGE}", ctx, param)
    return value


message_option = click.option(
    "-m", "--message", default="", callback=_short, help="Reason for the change, shown in the history."
)

_name = apply_all(
    click.argument("group", metavar="[NAME]", required=False, shell_complete=group_names),
    click.option(
        "--name",
        metavar="NAME",
        shell_complete=group_names,
        help="Name of the group; also accepted as an argument.",
    ),
)


def name_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the name as an argument and as a flag; the command gets the one that is given as `name`."""

    @functools.wraps(command)
    def gathered(*, group: str | None, name: str | None, **rest: Any) -> Any:
        return command(name=one_name(group, name), **rest)

    return _name(gathered)


def optional_name_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """As name_options, for commands that do without a name: None then."""

    @functools.wraps(command)
    def gathered(*, group: str | None, name: str | None, **rest: Any) -> Any:
        return command(name=_given_name(group, name), **rest)

    return _name(gathered)


def one_name(group: str | None, name: str | None) -> str:
    """Return the name given as argument or flag; raises InvalidInput for none or two different ones."""
    chosen = _given_name(group, name)
    if not chosen:
        raise InvalidInput("no name is given", resolution="Name the group with --name=NAME.")
    return chosen


def same_name(group: str | None, name: str | None) -> str | None:
    """Return the name given as argument or flag, if any; raises InvalidInput for two different ones."""
    if group and name and group != name:
        raise InvalidInput(f"two names are given: {group!r} and --name={name!r}")
    return name or group


def _given_name(group: str | None, name: str | None) -> str | None:
    chosen = same_name(group, name)
    # Below here a name becomes a part of paths, of labels and of the engine's arguments.
    refuse(checked([("--name", chosen)] if chosen else [], check_service_name))
    return chosen
