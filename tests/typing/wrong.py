"""Mistakes that a type checker finds before Pulumi runs; each marked line is one."""

import pulumi

from scaling_group import ScalingGroup, ScalingGroupArgs, ScalingGroups

ScalingGroup("a", ScalingGroupArgs(image="a", port="http", environment={}))  # wrong types
ScalingGroup("b", {"image": "a", "port": 80, "replica": 2})  # unknown and missing fields
ScalingGroup("c", {"image": "a", "port": pulumi.Output.from_input(80), "environment": {}})  # not plain
ScalingGroups.from_settings().create(name="d", image="a", prot=80)  # unknown and missing arguments
ScalingGroups.from_settings().apply([{"name": "e", "image": "a", "prot": 80}])  # the same in a mapping
