"""What the bench is held against. A target is a ratio in one run wherever a machine's speed matters."""

from __future__ import annotations

from .contenders import AUTOMATION, FLOOR, KUBECTL
from .figures import MEGABYTES, SECONDS, Target

#: `list` of the largest number of groups, whatever the profile makes it.
LIST_MANY = "list-many"

TARGETS = (
    Target("create", AUTOMATION, 0.5),
    Target("create", FLOOR, 1.3),
    Target("delete", AUTOMATION, 0.9),
    Target("get", AUTOMATION, 0.4),
    Target("get", SECONDS, 0.6),
    Target("list", AUTOMATION, 0.4),
    Target("list", SECONDS, 0.6),
    Target(LIST_MANY, SECONDS, 1.2),
    Target(LIST_MANY, KUBECTL, 2.5),
    Target(LIST_MANY, MEGABYTES, 150),
    Target("help", SECONDS, 0.25),
)
