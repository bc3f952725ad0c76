"""What every door holds: whatever comes in ends in data or in a sentence.

Imported by tests alone: a conftest.py is read before the profile of hypothesis is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from scaling_group.errors import ScalingGroupError

BYTES = st.binary(max_size=200)
#: A door that writes files or judges a whole snapshot takes longer than a rule does.
LONG = settings.get_profile("long").max_examples
FEW = settings(max_examples=LONG if settings().max_examples == LONG else 20)


def sentence(action: Callable[[], Any]) -> None:
    """Run something that may refuse what it is given, in words of ours and in no other way."""
    with suppress(ScalingGroupError):
        action()
