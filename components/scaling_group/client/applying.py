"""Many groups at once: what they are, and who is told of which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from scaling_group.client.progress import WARNING, OnProgress
from scaling_group.client.spec_verbs import GroupFields
from scaling_group.errors import Fault, InvalidInput
from scaling_group.settings.found import Settings
from scaling_group.settings.guardrails import check_all, guard_of
from scaling_group.spec.documents import Document, specs_of
from scaling_group.spec.group import GroupSpec, group_spec
from scaling_group.spec.rejection import WHOLE
from scaling_group.spec.warnings import ended_early


def checked_groups(
    groups: Iterable[GroupSpec | GroupFields | Document],
    settings: Settings,
    timeout: float | None,
    report: OnProgress,
) -> list[GroupSpec]:
    """Return the specs of groups; raises InvalidInput with the faults of all, those of the guardrails too."""
    given = list(groups)
    documents = [each for each in given if isinstance(each, Document)]
    if len(documents) == len(given):
        specs, places = specs_of(documents), [each.where("name") for each in documents]
    else:
        specs = _specs(given)
        places = [spec.name for spec in specs]
    for spec in specs:
        if early := ended_early(spec, timeout):
            report(f"{WARNING}{spec.name}: {early}")
    if len(documents) < len(given) == 1:
        guard_of(settings, report)(specs[0], settings.environment)
    else:
        check_all(settings, places, specs, report)
    return specs


def _specs(given: Sequence[GroupSpec | GroupFields | Document]) -> list[GroupSpec]:
    specs: list[GroupSpec] = []
    faults: list[Fault] = []
    for at, each in enumerate(given):
        try:
            spec = _spec(each)
        except InvalidInput as error:
            fields = [("" if f.field == WHOLE else f".{f.field}", f.message) for f in error.faults]
            faults += [Fault(f"groups[{at}]{field}", message) for field, message in fields]
            continue
        if spec.name in [other.name for other in specs]:
            faults.append(Fault(f"groups[{at}].name", f"{spec.name} is given twice."))
        specs.append(spec)
    if faults:
        raise InvalidInput("the groups are not valid:", faults)
    return specs


def _spec(given: GroupSpec | GroupFields | Document) -> GroupSpec:
    if isinstance(given, GroupSpec):
        return given
    if isinstance(given, Document):
        return specs_of([given])[0]
    return group_spec(cast(Mapping[str, Any], given))


def by_group(report: OnProgress) -> Callable[[str, str], None]:
    """Return a report for many groups at once; what repeats for a group is told once."""
    last: dict[str, str] = {}

    def report_for(name: str, message: str) -> None:
        if last.get(name) != message:
            last[name] = message
            # What begins as a warning is one of the group.
            warning = WARNING if message.startswith(WARNING) else ""
            report(f"{warning}{name}: {message.removeprefix(WARNING)}")

    return report_for
