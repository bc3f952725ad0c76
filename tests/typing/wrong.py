"""Mistakes that a type checker finds before Pulumi runs; each marked line is one."""

from scaling_group.component import ScalingGroup, ScalingGroupArgs

ScalingGroup("a", ScalingGroupArgs(image="a", port="http", environment={}))  # wrong types
ScalingGroup("b", {"image": "a", "port": 80, "replica": 2})  # unknown and missing fields
