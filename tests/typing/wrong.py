"""Mistakes that a type checker finds before Pulumi runs; each marked line is one."""

import pulumi

from scaling_group.component import ScalingGroup, ScalingGroupArgs

ScalingGroup("a", ScalingGroupArgs(image="a", port="http", environment={}))  # wrong types
ScalingGroup("b", {"image": "a", "port": 80, "replica": 2})  # unknown and missing fields
ScalingGroup("c", {"image": "a", "port": pulumi.Output.from_input(80), "environment": {}})  # not plain
