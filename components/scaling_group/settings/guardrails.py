"""The guardrails of the settings: what breaks a mandatory rule is refused before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaling_group.errors import Fault, InvalidInput
from scaling_group.operations.context import Guard, unguarded
from scaling_group.operations.gpu_naming import without_auto
from scaling_group.operations.protocols import WARNING, Report
from scaling_group.settings.found import GivenGuardrail, Settings
from scaling_group.spec.environment import EnvironmentSpec
from scaling_group.spec.group import GroupSpec
from scaling_group.spec.warnings import ended_early

if TYPE_CHECKING:
    from scaling_group.rules.guardrails import Guardrail, Violation


def guard_of(settings: Settings, report: Report) -> Guard:
    """Return the check of one group; raises InvalidInput for guardrails that are not valid.

    report: told what only advises.
    """
    if not settings.guardrails:
        return unguarded
    turned_on = _turned_on(settings.guardrails)
    files = _files(settings.guardrails)

    def check(spec: GroupSpec, environment: EnvironmentSpec) -> None:
        found = [("", each) for each in _findings(turned_on, spec, environment)]
        _tell(spec.name, found, files, report)

    return check


def check_all(settings: Settings, places: Sequence[str], specs: Sequence[GroupSpec], report: Report) -> None:
    """Check many groups before one is changed: raises InvalidInput with every violation.

    places: where each comes from, as a violation is named: `file:line: rule`.
    """
    if not settings.guardrails:
        return
    turned_on = _turned_on(settings.guardrails)
    found = [
        (f"{place}: ", each)
        for place, spec in zip(places, specs, strict=True)
        # Which profile the nodes tell of, each group finds out when it is made; no rule asks for it.
        for each in _findings(turned_on, spec, without_auto(spec, settings.environment))
    ]
    _tell("the groups", found, _files(settings.guardrails), report)


def patient(check: Guard, timeout: float | None, report: Report) -> Guard:
    """Return a guard that also warns of a wait that ends before the pods have to have started."""

    def guard(spec: GroupSpec, environment: EnvironmentSpec) -> None:
        check(spec, environment)
        if early := ended_early(spec, timeout):
            report(f"{WARNING}{early}")

    return guard


def _turned_on(given: Sequence[GivenGuardrail]) -> list[Guardrail]:
    # Only who has guardrails pays for loading the rules.
    from scaling_group.rules.guardrails import guardrail

    turned_on, faults = [], []
    for each in given:
        try:
            made = guardrail(each.name, each.value)
        except InvalidInput as error:
            faults += [Fault(f"{each.file}: guardrails.{f.field}", f.message) for f in error.faults]
        else:
            turned_on += [made] if made else []
    if faults:
        raise InvalidInput("the guardrails are not valid:", faults, resolution="See docs/rules.md.")
    return turned_on


def _findings(turned_on: list[Guardrail], spec: GroupSpec, environment: EnvironmentSpec) -> list[Violation]:
    from scaling_group.operations.render import render
    from scaling_group.rules.guardrails import findings

    return findings(turned_on, render(spec, environment))


def _tell(what: str, found: Sequence[tuple[str, Violation]], files: str, report: Report) -> None:
    """Warn of what is advisory, and refuse what is not; each finding comes with its place."""
    from scaling_group.rules.rule import Level

    for place, each in found:
        if each.level is Level.ADVISORY:
            report(f"{WARNING}{place}{each.rule}: {each.message}")
    faults = [Fault(f"{place}{f.rule}", f.message) for place, f in found if f.level is Level.MANDATORY]
    if faults:
        raise InvalidInput(f"the guardrails refuse {what}:", faults, resolution=f"They are set in {files}.")


def _files(given: Sequence[GivenGuardrail]) -> str:
    return ", ".join(dict.fromkeys(str(each.file) for each in given))
