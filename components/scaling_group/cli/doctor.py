"""scaling-group doctor"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

import click

from scaling_group.check_result import CheckResult, Outcome
from scaling_group.cli.columns import UNBOUNDED
from scaling_group.cli.echo import escaped, say
from scaling_group.cli.options import (
    ConnectionFlags,
    connection_options,
    optional_name_options,
    output_option,
)
from scaling_group.cli.output import print_data, print_warnings
from scaling_group.client.arguments import checked_name
from scaling_group.client.checks import TITLES, check_settings
from scaling_group.errors import ExitCode
from scaling_group.settings.found import find_settings

#: What a terminal shows beside the word, and its colour. A log may be of any encoding: it gets the word.
MARKS = {
    Outcome.OK: ("✓", "green"),
    Outcome.WARNING: ("!", "yellow"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.SKIPPED: ("-", "bright_black"),
}
WORDS = max(len(outcome) for outcome in Outcome)
LONGEST_TITLE = max(map(len, TITLES))
INDENT = "    "


@click.command("doctor")
@optional_name_options
@connection_options
@output_option
def command(name: str | None, connection: ConnectionFlags, output: str) -> int:
    """Check engine, cluster, gateway and permissions, and the URL of a group; nothing is changed.

    Each problem is shown with its fix. The exit code is 1 if a check fails; a warning is not a failure.
    """
    found = find_settings(connection.settings(), connection.config)
    print_warnings([found.warning] if found.warning else [])
    results = []
    for result in check_settings(found, checked_name(name) if name else ""):
        results.append(result)
        if output == "table":
            show(result, width_of(sys.stdout), symbols=sys.stdout.isatty())
    if output == "table":
        say(total(results))
    else:
        data = [result.model_dump(mode="json") for result in results]
        print_data(data, output, [result.id for result in results])
    return ExitCode.FAILED if any(r.outcome is Outcome.FAILED for r in results) else ExitCode.DONE


def width_of(stream: TextIO) -> int | None:
    """Return where lines are folded: at the width of a terminal, elsewhere nowhere."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def show(result: CheckResult, width: int | None, *, symbols: bool) -> None:
    """Print a row when it is known, with evidence and fix below it where something is wrong.

    width: where lines are folded, None for nowhere.
    """
    mark, colour = MARKS[result.outcome]
    word = f"{f'{mark} ' if symbols else ''}{result.outcome:<{WORDS}}"
    title = f"  {result.title:<{LONGEST_TITLE}}  "
    first, *more = _folded(result.summary, width, " " * (len(word) + len(title)))
    say(first.lstrip(), before=f"{click.style(word, fg=colour) if symbols else word}{title}")
    for line in more:
        say(line)
    if result.outcome in (Outcome.WARNING, Outcome.FAILED):
        for text in (*result.detail.splitlines(), f"fix: {result.resolution}"):
            for line in _folded(text.strip(), width, INDENT):
                say(line)


def _folded(text: str, width: int | None, indent: str) -> list[str]:
    # Long words are paths and addresses, which people copy as they are.
    return textwrap.wrap(
        escaped(text),
        width or UNBOUNDED,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def total(results: Sequence[CheckResult]) -> str:
    """Return the counts: `17 ok, 1 warning, 1 failed`."""
    counts = Counter(result.outcome for result in results)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
