"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """runs: counted rounds of what takes less than a second; engine_runs: of what runs the engine.

    groups, revisions: the sizes of the growth tables. applied: how many groups one apply creates.
    sampled: of how many groups the Automation API reads the outputs before the rest is extrapolated.
    warm: whether there is a round before those that count.
    rested: whether each run begins when the machine has come to rest after the one before.
    """

    name: str
    runs: int
    engine_runs: int
    groups: tuple[int, ...]
    revisions: tuple[int, ...]
    applied: tuple[int, ...]
    sampled: int
    warm: bool
    rested: bool

    def rounds(self, counted: int) -> range:
        """Return the numbers of the rounds; one with the number 0 warms up."""
        return range(0 if self.warm else 1, counted + 1)


FULL = Profile(
    "full",
    runs=9,
    engine_runs=5,
    groups=(10, 100, 1000),
    revisions=(1, 100, 1000),
    applied=(10, 100),
    sampled=20,
    warm=True,
    rested=True,
)
#: Shows that everything works; its times mean nothing.
SHORT = Profile(
    "short",
    runs=1,
    engine_runs=1,
    groups=(2, 4),
    revisions=(1, 3),
    applied=(2,),
    sampled=2,
    warm=False,
    rested=False,
)
PROFILES = {profile.name: profile for profile in (FULL, SHORT)}
