"""What the bench is held against. A target is a ratio in one run wherever a machine's speed matters."""

from __future__ import annotations

from .contenders import AUTOMATION, CREATE, FLOOR, KUBECTL
from .figures import MEGABYTES, SECONDS, Target

#: Work of the largest size, whatever the profile makes it.
LIST_MANY, APPLY_MANY, APPLY_AGAIN = "list-many", "apply-many", "apply-again"

#: What no create can do without, in seconds of the machine that the page was made on.
ENGINE = (
    "of 0.68 s the engine takes 0.47 s, one thing after the other: to start (0.05), to derive the key of the "
    "passphrase by 1,000,000 rounds of PBKDF2 (0.2), to start its provider (0.1), and to make three objects "
    "with a checkpoint after each step. Python loads the command in 0.17 s before it."
)
SERVER = (
    "half of it waits for the API server, which sends whole Deployments, routes and autoscalers on the same "
    "cores. The tables that it sends to kubectl lack the conditions that a status is told by."
)
FOLDER = (
    "for a folder, Pulumi's language host first loads the SDK in a Python of its own, and waits for it: a "
    "quarter of a second. As a program the pack is started at once."
)

TARGETS = (
    Target("create", AUTOMATION, 0.33, ENGINE),
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
    Target(LIST_MANY, KUBECTL, 1.3, SERVER),
    Target(LIST_MANY, MEGABYTES, 150),
    Target("policies", FLOOR, 1.3),
    Target("policies-folder", FLOOR, 1.3, FOLDER),
    # Half of what it took before engines and reads were shared, on 2 cores.
    Target(APPLY_MANY, SECONDS, 53),
    Target(APPLY_AGAIN, KUBECTL, 3),
    Target("help", SECONDS, 0.25),
)
