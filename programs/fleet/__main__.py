"""Every group of groups.yaml, where and with the image digests that the shared stack says."""

from collections.abc import Mapping

import pulumi

from scaling_group.component import ScalingGroup
from scaling_group.component.files import groups_from


def pinned(image: str, digests: Mapping[str, str] | None) -> str:
    """Return an image with its digest where one is known: a moved tag changes nothing then."""
    digest = (digests or {}).get(image)
    return f"{image}@{digest}" if digest else image


async def main() -> None:
    name = pulumi.Config().require("shared")
    shared = pulumi.StackReference(name)
    # Hostnames and labels are made of these settings, so a preview has to know them: they are read
    # here and now. What may change later, the digests, stays an Output.
    environment = (await shared.get_output_details("environment")).value
    if environment is None:
        raise pulumi.RunError(f"the stack {name} has no plain output called environment; see shared/")
    digests = shared.get_output("digests")
    for group, args in groups_from("groups.yaml", environment).items():
        image = digests.apply(lambda known, image=args["image"]: pinned(image, known))
        pulumi.export(group, ScalingGroup(group, {**args, "image": image}).url)


pulumi.run(main)
