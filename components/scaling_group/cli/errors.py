"""Errors on standard error: three parts for people, one JSON object for programs."""

from __future__ import annotations

import click

from scaling_group.cli.outputs import ErrorOutput
from scaling_group.errors import ScalingGroupError


def print_error(error: ScalingGroupError, *, as_json: bool) -> None:
    """Print what happened, why, and what to do next."""
    if as_json:
        click.echo(ErrorOutput.of(error).model_dump_json(), err=True)
        return
    click.echo(f"{click.style('error:', fg='red')} {error.message}", err=True)
    for part in (error.detail, error.resolution):
        for line in part.splitlines():
            click.echo(line if line.startswith("  ") else f"  {line}", err=True)
