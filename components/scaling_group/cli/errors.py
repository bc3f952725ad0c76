"""Errors on standard error: three parts for people, one JSON object for programs."""

from __future__ import annotations

import click
import orjson

from scaling_group.errors import InvalidInput, RolloutFailed, ScalingGroupError


def print_error(error: ScalingGroupError, *, as_json: bool) -> None:
    """Print what happened, why, and what to do next."""
    if as_json:
        click.echo(orjson.dumps(error_data(error), option=orjson.OPT_APPEND_NEWLINE), nl=False, err=True)
        return
    click.echo(f"{click.style('error:', fg='red')} {error.message}", err=True)
    for part in (error.detail, error.resolution):
        for line in part.splitlines():
            click.echo(line if line.startswith("  ") else f"  {line}", err=True)


def error_data(error: ScalingGroupError) -> dict[str, object]:
    data: dict[str, object] = {
        "error": error.message,
        "detail": error.detail,
        "resolution": error.resolution,
        "exitCode": int(error.exit_code),
    }
    if isinstance(error, InvalidInput):
        data["faults"] = [{"field": fault.field, "message": fault.message} for fault in error.faults]
    if isinstance(error, RolloutFailed):
        data |= {"status": error.status, "diagnoses": list(error.diagnoses)}
    return data
