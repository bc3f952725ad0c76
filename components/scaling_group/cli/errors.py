"""Errors on standard error: three parts for people, one JSON object for programs."""

from __future__ import annotations

import click

from scaling_group.cli.echo import put, say
from scaling_group.errors import ScalingGroupError


def print_error(error: ScalingGroupError, *, as_json: bool) -> None:
    """Print what happened, why, and what to do next."""
    if as_json:
        # The models of all outputs take a quarter of a second, and a sentence needs none of them.
        from scaling_group.cli.outputs import ErrorOutput

        put(ErrorOutput.of(error).model_dump_json(), err=True)
        return
    say(error.message, before=f"{click.style('error:', fg='red')} ", err=True)
    for part in (error.detail, error.resolution):
        for line in part.splitlines():
            say(line if line.startswith("  ") else f"  {line}", err=True)
