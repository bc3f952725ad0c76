"""scaling-group doctor"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

import click

from scaling_group.cli.options import ConnectionFlags, connection_options, output_option
from scaling_group.cli.output import UNBOUNDED, print_data
from scaling_group.cli.settings import load_settings
from scaling_group.cluster.client import Cluster
from scaling_group.cluster.kubeconfig import load_connection
from scaling_group.cluster.network import Network
from scaling_group.engine.health import EngineHealth
from scaling_group.errors import ExitCode
from scaling_group.operations.checks.place import Place
from scaling_group.operations.doctor import CHECKS, doctor
from scaling_group.records import CheckResult, Outcome

#: What people see beside the word, and its colour; symbols on a terminal alone, for logs of any encoding.
MARKS = {
    Outcome.OK: ("✓", "green"),
    Outcome.WARNING: ("!", "yellow"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.SKIPPED: ("-", "bright_black"),
}
WORDS = max(len(outcome) for outcome in Outcome)
TITLES = max(len(check.title) for check in CHECKS)
INDENT = "    "


@click.command("doctor")
@connection_options
@output_option
def command(connection: ConnectionFlags, output: str) -> int:
    """Check engine, cluster, gateway and rights; nothing is changed.

    Each trouble is shown with its fix. The exit code is 1 where a check has failed; warnings do not
    fail.
    """
    settings = load_settings(connection.settings(), connection.config)
    place = Place(
        environment=settings.environment,
        engine=EngineHealth(settings.data_dir),
        network=Network(),
        connect=lambda: Cluster(load_connection(settings.context)),
    )
    results = []
    for result in doctor(place):
        results.append(result)
        if output == "table":
            _show(result)
    if output == "table":
        click.echo(_total(results))
    else:
        print_data([result.model_dump(mode="json") for result in results], output)
    return ExitCode.FAILED if any(r.outcome is Outcome.FAILED for r in results) else ExitCode.DONE


def _show(result: CheckResult) -> None:
    """Print a row when it is known, with detail and fix below it where something is wrong."""
    on_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if on_terminal else UNBOUNDED
    mark, colour = MARKS[result.outcome]
    word = f"{result.outcome:<{WORDS}}"
    styled = click.style(f"{mark} {word}", fg=colour) if on_terminal else word
    head = f"{'  ' if on_terminal else ''}{word}  {result.title:<{TITLES}}  "
    summary = textwrap.wrap(result.summary, max(width - len(head), 20), break_long_words=False)
    click.echo(f"{styled}  {result.title:<{TITLES}}  {summary[0]}")
    for line in summary[1:]:
        click.echo(f"{' ' * len(head)}{line}")
    if result.outcome in (Outcome.WARNING, Outcome.FAILED):
        for line in _below(result, width):
            click.echo(f"{INDENT}{line}")


def _below(result: CheckResult, width: int) -> Iterator[str]:
    fix = [f"fix: {result.resolution}"] if result.resolution else []
    for text in (*result.detail.splitlines(), *fix):
        yield from textwrap.wrap(
            text.strip(), width - len(INDENT), subsequent_indent="  ", break_long_words=False
        )


def _total(results: Sequence[CheckResult]) -> str:
    counts = Counter(result.outcome for result in results)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
