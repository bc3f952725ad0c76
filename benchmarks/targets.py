"""What the bench is held against. A target is a ratio in one run wherever a machine's speed matters."""

from __future__ import annotations

from .contenders import AUTOMATION, CREATE, FLOOR, KUBECTL
from .figures import MEGABYTES, SECONDS, Target

#: Work of the largest size, whatever the profile makes it.
LIST_MANY, APPLY_MANY, APPLY_AGAIN = "list-many", "apply-many", "apply-again"

TARGETS = (
    Target("create", AUTOMATION, 0.33),
    Target("create", FLOOR, 0.75),
    Target("update", FLOOR, 0.85),
    Target("delete", AUTOMATION, 0.9),
    Target("delete", CREATE, 1.0),
    Target("get", AUTOMATION, 0.4),
    Target("get", SECONDS, 0.6),
    Target("get", KUBECTL, 1.8),
    Target("list", AUTOMATION, 0.4),
    Target("list", SECONDS, 0.6),
    Target("list", KUBECTL, 1.8),
    Target(LIST_MANY, SECONDS, 1.2),
    Target(LIST_MANY, KUBECTL, 1.3),
    Target(LIST_MANY, MEGABYTES, 150),
    Target("policies", FLOOR, 1.3),
    Target("policies-folder", FLOOR, 1.3),
    # Half of what it took before engines and reads were shared, on 2 cores.
    Target(APPLY_MANY, SECONDS, 53),
    Target(APPLY_AGAIN, KUBECTL, 3),
    Target("help", SECONDS, 0.25),
)
