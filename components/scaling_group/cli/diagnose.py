"""scaling-group diagnose"""

from __future__ import annotations

from typing import Any

import click

from scaling_group.cli.bounded import read_bounded
from scaling_group.cli.diagnoses import print_diagnoses
from scaling_group.cli.echo import say
from scaling_group.cli.options import output_option
from scaling_group.cli.output import print_data, print_fields, timestamp
from scaling_group.client.groups import ScalingGroups
from scaling_group.client.recorded import read_recorded, too_large
from scaling_group.reports import Verdict
from scaling_group.rollout.recorded import LARGEST, documents_of


@click.command("diagnose")
@click.option(
    "-f",
    "--filename",
    "files",
    metavar="FILE",
    multiple=True,
    required=True,
    help="Recorded objects, or a folder with files of them; - reads stdin. Can be repeated.",
)
@click.option("--name", metavar="NAME", help="Name of the group, where the files hold several.")
@output_option
def command(files: tuple[str, ...], name: str | None, output: str) -> None:
    """Report the status of a group and its cause from recorded objects.

    A file is one of `scaling-group get --name=NAME -o snapshot`, what `kubectl get pods,events -o json` (or
    -o yaml) writes of any kinds, the table of `kubectl get events`, or beside the objects what `kubectl logs`
    has printed of a pod. A folder is one of `kubectl cluster-info dump --output-directory=FOLDER`. At most
    64 MiB are read, of YAML 16 MiB. No cluster is asked.
    """
    verdict = ScalingGroups.diagnose(*[each for file in files for each in _documents(file)], name=name)
    if output == "table":
        _print(verdict)
    else:
        print_data(verdict.model_dump(mode="json"), output, [verdict.name])


def _documents(file: str) -> list[Any]:
    if file != "-":
        return read_recorded(file)
    content = read_bounded(file, LARGEST)
    if len(content) > LARGEST:
        raise too_large("standard input")
    return documents_of(content, "standard input")


def _print(verdict: Verdict) -> None:
    counts = verdict.replicas
    replicas = f"{counts.desired} desired, {counts.ready} ready, {counts.available} available"
    fields = [
        ("Name", f"{verdict.name} (namespace {verdict.namespace})"),
        ("Status", verdict.status.value),
        ("Reason", "" if verdict.diagnoses else verdict.reason),
        ("Replicas", replicas),
        ("Recorded", timestamp(verdict.taken)),
    ]
    print_fields([(label, value) for label, value in fields if value])
    print_diagnoses((*verdict.diagnoses, *verdict.notes))
    if verdict.more_evidence:
        say()
        say("More would tell:")
        for evidence in verdict.more_evidence:
            say(f"  {evidence}")
