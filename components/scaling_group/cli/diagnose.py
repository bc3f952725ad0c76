"""scaling-group diagnose"""

from __future__ import annotations

from typing import Any

import click
import orjson

from scaling_group.cli.bounded import read_bounded
from scaling_group.cli.diagnoses import print_diagnoses
from scaling_group.cli.options import output_option
from scaling_group.cli.output import print_data, print_fields, timestamp
from scaling_group.client.groups import ScalingGroups
from scaling_group.errors import InvalidInput
from scaling_group.records import Verdict

#: Bytes; the objects of a thousand pods are a tenth of it.
LARGEST = 2**26


@click.command("diagnose")
@click.option(
    "-f", "--filename", "file", metavar="FILE", required=True, help="Recorded objects as JSON; - reads stdin."
)
@output_option
def command(file: str, output: str) -> None:
    """Report the status of a group and its cause from recorded objects.

    The file is one of `scaling-group get --name=NAME -o snapshot`, or a List as `kubectl get
    deployments,replicasets,pods,events -o json` writes it. No cluster is asked.
    """
    verdict = ScalingGroups.diagnose(_data(file))
    if output == "table":
        _print(verdict)
    else:
        print_data(verdict.model_dump(mode="json"), output, [verdict.name])


def _data(file: str) -> Any:
    content = read_bounded(file, LARGEST)
    if len(content) > LARGEST:
        raise InvalidInput(f"{file} has more than {LARGEST} bytes, which is more than a snapshot")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(
            f"{file} is not JSON: {error}", resolution="kubectl writes JSON with: -o json"
        ) from None


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
    print_diagnoses(verdict.diagnoses)
