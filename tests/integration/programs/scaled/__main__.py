"""A group whose number of Pods is fixed, or follows a load between bounds that are Outputs."""

import pulumi

from scaling_group.component import ScalingGroup

config = pulumi.Config()
args = config.require_object("args")
if "autoscale" in args:
    # What another stack or another resource would say.
    args["autoscale"] = {key: pulumi.Output.from_input(value) for key, value in args["autoscale"].items()}
group = ScalingGroup("web", {**args, "environment": config.require_object("environment")})
pulumi.export("scaled_by", group.autoscaler.metadata["name"] if group.autoscaler else "nothing")
