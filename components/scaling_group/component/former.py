"""Objects that were called after their group once, and are called after their component now.

A group may be in several clusters of one program, under one name. So a component asks what the stack has
recorded, and goes on with the objects of that name only where they are its own.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import pulumi

from scaling_group.naming import TYPE_TOKEN, id_label

#: What the engine itself answers: the outputs of every resource of a stack, by URN.
SAVED = "pulumi:pulumi:readStackResourceOutputs"

Saved = Mapping[str, Any]


def saved_resources() -> Awaitable[Saved]:
    """Begin to ask what the stack of the program holds."""
    return asyncio.ensure_future(_saved())


async def _saved() -> Saved:
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    try:
        answer = await pulumi.runtime.invoke_async(SAVED, {"stackName": stack})
    except Exception as error:  # noqa: BLE001 - the SDK raises no other one
        # The objects are taken for its own then, and the engine stops where another component has them.
        pulumi.log.debug(f"what the stack holds cannot be read: {error}")
        return {}
    outputs = answer.get("outputs") if isinstance(answer, Mapping) else None
    return outputs if isinstance(outputs, Mapping) else {}


async def former_urn(
    saved: Awaitable[Saved], component: pulumi.Output[str], kind: str, group: tuple[str, str, str]
) -> str:
    """Return the URN that an object of a component had, or the one that it has, which stands for none.

    kind: the type of the object's resource. group: its name, its id and its label domain.
    """
    urn = str(await component.future())
    name, group_id, domain = group
    prefix, _, own = urn.rpartition("::")
    former = f"{prefix}${kind}::{name}"
    labels = _outputs(await saved, former, "metadata", "labels")
    owners = _names_of(await saved, labels.get(id_label(domain)))
    if own in owners or not owners or labels.get(id_label(domain)) == group_id:
        return former
    return f"{prefix}${kind}::{own}"


def _names_of(saved: Saved, group_id: object) -> set[str]:
    """Return the names of the components that have made a group of this id."""
    urns = (urn for urn in saved if urn.split("::")[2].rpartition("$")[2] == TYPE_TOKEN)
    return {urn.rpartition("::")[2] for urn in urns if _outputs(saved, urn).get("id") == group_id}


def _outputs(saved: Saved, urn: str, *path: str) -> Mapping[str, Any]:
    found: Any = (saved.get(urn) or {}).get("outputs")
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
