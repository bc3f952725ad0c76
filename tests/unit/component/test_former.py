"""Which object of an earlier version a component goes on with."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from scaling_group.component.former import former_urn

STACK = "urn:pulumi:prod::platform::"
COMPONENT = f"{STACK}scaling-group:index:ScalingGroup"
KIND = "kubernetes:core/v1:Service"
FORMER = f"{COMPONENT}${KIND}::inference"
OWN = f"{COMPONENT}${KIND}::us"


def labelled(group_id: str) -> dict[str, Any]:
    return {"outputs": {"metadata": {"labels": {"chalk.ai/scaling-group": group_id}}}}


def component(name: str, group_id: str) -> dict[str, Any]:
    return {f"{COMPONENT}::{name}": {"outputs": {"id": group_id}}}


@pytest.mark.parametrize(
    ("saved", "urn"),
    [
        pytest.param({}, FORMER, id="what cannot be read may be its own"),
        pytest.param({FORMER: labelled("1"), **component("us", "1")}, FORMER, id="its own"),
        pytest.param({FORMER: labelled("2"), **component("eu", "2")}, OWN, id="of another cluster"),
        pytest.param({FORMER: labelled("2"), **component("inference", "2")}, OWN, id="of that name"),
        pytest.param({FORMER: labelled("2")}, FORMER, id="of a component that has not ended"),
        pytest.param({FORMER: labelled("1"), **component("us-old", "1")}, FORMER, id="renamed component"),
        pytest.param({FORMER: {"outputs": {"metadata": "?"}}}, FORMER, id="of another form"),
    ],
)
def test_an_object_goes_on_only_with_what_its_own_component_has_made(saved: dict[str, Any], urn: str):
    async def asked() -> str:
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        answer.set_result(saved)
        own = pulumi.Output.from_input(f"{COMPONENT}::us")
        return await former_urn(answer, own, KIND, ("inference", "1", "chalk.ai"))

    assert asyncio.run(asked()) == urn
