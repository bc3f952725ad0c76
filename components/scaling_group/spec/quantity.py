"""Amounts of CPU and memory as Kubernetes writes them.

The grammar and the canonical forms are those of resource.Quantity:
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from typing import Annotated

from scaling_group.spec.marks import After
from scaling_group.spec.rejection import reject, shown

_DECIMAL = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", start=1)},
}
_BINARY = {f"{s}i": Decimal(1024) ** power for power, s in enumerate("KMGTPE", start=1)}
_NUMBER = r"(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_QUANTITY = re.compile(rf"{_NUMBER}(?P<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{{1,2}})?")
_LIKELY = re.compile(rf"\s*{_NUMBER}\s*(?P<letters>[A-Za-z]*)\s*")

#: Kubernetes counts thousandths in an int64, of bytes too: beyond, the API server warns of "fractional
#: bytes" that are none. It is 9.2 PB.
LARGEST = Decimal(2**63 - 1) / 1000
LONGEST = 32


def _parse(value: str, rule: str, examples: str) -> tuple[Decimal, str]:
    match = _QUANTITY.fullmatch(value) if len(value) <= LONGEST else None
    if not match:
        raise reject(rule, f"{shown(value)} is not a quantity.{_likely(value, rule, examples)}")
    amount, suffix = _amount(match), match["suffix"] or ""
    if amount <= 0:
        raise reject(rule, f"{shown(value)} must be more than zero, {examples}.")
    if amount > LARGEST:
        raise reject(rule, f"{shown(value)} is more than any machine has, {examples}.")
    return amount, suffix


def _amount(match: re.Match[str]) -> Decimal:
    suffix, number = match["suffix"] or "", Decimal(match["number"])
    if suffix in _DECIMAL or suffix in _BINARY:
        return number * (_DECIMAL.get(suffix) or _BINARY[suffix])
    return number.scaleb(int(suffix[1:]))


def amount_of(value: str) -> Decimal | None:
    """Return what a quantity of any resource amounts to, None where it is none; `0` is one."""
    match = _QUANTITY.fullmatch(value) if len(value) <= LONGEST else None
    return _amount(match) if match else None


def _likely(value: str, rule: str, examples: str) -> str:
    match = _LIKELY.fullmatch(value)
    letters = match["letters"].lower() if match else ""
    unit = letters.removesuffix("b").removesuffix("i")
    if not match or rule == "cpu" or unit not in tuple("kmgtpe"):
        return f" Write it {examples}."
    decimal, binary = ("k" if unit == "k" else unit.upper()), f"{unit.upper()}i"
    if "i" in letters:
        return f" Did you mean {match['number']}{binary}?"
    return (
        f" Did you mean {match['number']}{decimal} (powers of 1000) or {match['number']}{binary} (of 1024)?"
    )


def _canonical_decimal(amount: Decimal) -> str:
    for suffix in ("E", "P", "T", "G", "M", "k", "", "m"):
        scaled = amount / _DECIMAL[suffix]
        if scaled == scaled.to_integral_value():
            return f"{int(scaled)}{suffix}"
    raise ValueError(f"finer than a thousandth: {amount}")


def _canonical_binary(amount: Decimal) -> str:
    whole = amount.to_integral_value(rounding=ROUND_CEILING)
    if whole < 1024:
        return _canonical_decimal(whole)
    for suffix in ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki"):
        if whole % _BINARY[suffix] == 0:
            return f"{int(whole / _BINARY[suffix])}{suffix}"
    return str(int(whole))


def canonical_cpu(value: str) -> str:
    """Return cores in canonical form: `1000m` is `1`, `0.5` is `500m`.

    Raises a pydantic error for anything finer than a thousandth of a core (1m), not positive, or
    not a quantity.
    """
    examples = "for example 500m, 0.5, 1 or 2.5"
    amount, suffix = _parse(value, "cpu", examples)
    if suffix in _BINARY:
        raise reject("cpu", f"{shown(value)} counts bytes; CPU is counted in cores, {examples}.")
    if amount % _DECIMAL["m"]:
        raise reject("cpu", f"{shown(value)} is finer than 1m, a thousandth of a core; {examples}.")
    return _canonical_decimal(amount)


def canonical_memory(value: str) -> str:
    """Return bytes in canonical form: `1024Mi` is `1Gi`; parts of a byte round up, as Kubernetes does.

    Raises a pydantic error for thousandths of bytes (suffixes m, u, n), not positive, or not a
    quantity.
    """
    examples = "for example 512Mi, 8Gi or 8G"
    amount, suffix = _parse(value, "memory", examples)
    if suffix in ("n", "u", "m"):
        raise reject("memory", f"{shown(value)} means parts of a byte.{_likely(value, 'memory', examples)}")
    if suffix in _BINARY:
        return _canonical_binary(amount)
    if amount != amount.to_integral_value():
        raise reject("memory", f"{shown(value)} is not a whole number of bytes; write it {examples}.")
    return _canonical_decimal(amount)


def canonical_amount(value: str) -> str:
    """Return an amount of anything in canonical form: `0.5` is `500m`, `1024Ki` is `1Mi`.

    Raises a pydantic error for anything finer than a thousandth, not positive, or not a quantity.
    """
    examples = "for example 5, 0.5, 500m or 20k"
    amount, suffix = _parse(value, "amount", examples)
    if suffix in _BINARY:
        return _canonical_binary(amount)
    if amount % _DECIMAL["m"]:
        raise reject("amount", f"{shown(value)} is finer than 1m, a thousandth; write it {examples}.")
    return _canonical_decimal(amount)


_PATTERN = f"^(?:{_QUANTITY.pattern.replace('?P<number>', '?:').replace('?P<suffix>', '?:')})$"

#: CPU cores, in canonical form.
Cpu = Annotated[str, After(canonical_cpu, pattern=_PATTERN)]
#: Memory in bytes, in canonical form.
Memory = Annotated[str, After(canonical_memory, pattern=_PATTERN)]
