"""The one Pulumi program: a group from the stack's configuration.

The command line runs it inline; `pulumi up` runs it through programs/group. Both read the same
configuration value, so a stack can be handed from one to the other.
"""

from __future__ import annotations

from typing import cast

import pulumi

from scaling_group.component import ScalingGroup, ScalingGroupArgs
from scaling_group.component.inputs import InvalidArgs
from scaling_group.errors import Fault
from scaling_group.naming import PROJECT, RECORD_KEY
from scaling_group.records import Record
from scaling_group.spec.rejection import faults_of, invalid
from scaling_group.spec.written import short


def record_from_config() -> Record:
    """Return the record in the stack's configuration; raises a RunError that lists every fault."""
    value = pulumi.Config(PROJECT).require_object(RECORD_KEY)
    try:
        # The command line has checked what it made itself.
        made = isinstance(value, dict) and value.get("revision")
        return Record.stored(value) if made else Record.model_validate(value)
    except invalid() as error:
        faults = [Fault(f"{PROJECT}:{RECORD_KEY}.{each.field}", each.message) for each in faults_of(error)]
        raise InvalidArgs("the stack's configuration", faults) from None


def deploy(*, by_command_line: bool = False) -> None:
    """Create the group of the stack's configuration and export its record and addresses.

    by_command_line: the command line runs the program and waits for the rollout by itself.
    """
    record = record_from_config()
    kept = record if by_command_line or _of_the_command_line(record) else None
    group = ScalingGroup(record.name, _arguments(record), record=kept, by_command_line=by_command_line)
    pulumi.export("record", record.to_config())
    for output in ("id", "hostname", "url", "address"):
        pulumi.export(output, getattr(group, output))


def _of_the_command_line(record: Record) -> bool:
    """Return whether `pulumi up` runs on a stack of the command line.

    Its record stays in the state then: the command line goes on from it when it comes back.
    """
    own = (pulumi.get_project(), pulumi.get_stack()) == (PROJECT, record.stack)
    return own and record.revision > 0


def _arguments(record: Record) -> ScalingGroupArgs:
    fields = short(record.spec)
    fields["environment"] = short(record.environment)
    return cast(ScalingGroupArgs, fields | ({"id": record.id} if record.id else {}))
