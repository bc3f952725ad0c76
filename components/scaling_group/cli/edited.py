"""How the verbs that edit a group end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaling_group.cli.echo import say
from scaling_group.cli.options import DryRun
from scaling_group.cli.output import print_group, print_plan, print_warnings
from scaling_group.errors import ExitCode
from scaling_group.reports import Plan

if TYPE_CHECKING:
    from scaling_group.client.changed import Updated


def print_edited(done: Updated | Plan, output: str, dry_run: DryRun) -> int:
    """Print the group as it is now, or what would change; returns the exit code."""
    if isinstance(done, Plan):
        return print_plan(done, output, dry_run)
    print_warnings(done.warnings)
    if not done.applied:
        say(f"nothing to change: {done.name} stays at revision {done.revision}", err=True)
    print_group(done, output)
    return ExitCode.DONE
