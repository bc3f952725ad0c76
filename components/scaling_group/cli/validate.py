"""scaling-group validate"""

from __future__ import annotations

import click

from scaling_group.cli.echo import say
from scaling_group.cli.options import ConnectionFlags, connection_options, output_option
from scaling_group.cli.output import print_data, print_warnings
from scaling_group.cli.outputs import GroupWarning, ValidatedOutput
from scaling_group.cli.progress import lines
from scaling_group.cli.spec_options import documents_from
from scaling_group.settings.found import load_guardrails, load_settings
from scaling_group.settings.guardrails import check_all
from scaling_group.spec.documents import specs_of
from scaling_group.spec.warnings import warnings_of


@click.command("validate")
@click.option(
    "-f", "--filename", "files", metavar="FILE", multiple=True, required=True, help="File, folder or -."
)
@connection_options
@output_option
def command(files: tuple[str, ...], connection: ConnectionFlags, output: str) -> None:
    """Check groups in YAML files, without a cluster and without the engine.

    Every fault is listed as file:line; the exit code is 2 then. Guardrails of the settings are checked
    too, for the environment of the settings; without any, no settings are needed.
    """
    documents = documents_from(files)
    specs = specs_of(documents)
    if load_guardrails(connection.config):
        settings = load_settings(connection.settings(), connection.config)
        check_all(settings, [each.where("name") for each in documents], specs, lines())
    warnings = tuple(
        GroupWarning(name=spec.name, message=warning) for spec in specs for warning in warnings_of(spec)
    )
    if output == "table":
        print_warnings([f"{warning.name}: {warning.message}" for warning in warnings])
        groups = "1 group is" if len(specs) == 1 else f"{len(specs)} groups are"
        say(f"{groups} valid")
        return
    valid = ValidatedOutput(groups=tuple(spec.name for spec in specs), warnings=warnings)
    print_data(valid.model_dump(mode="json"), output, valid.groups)
