"""The component for Pulumi programs."""

from scaling_group.component.args import EnvironmentArgs, GatewayArgs, ScalingGroupArgs
from scaling_group.component.group import ScalingGroup

__all__ = ["EnvironmentArgs", "GatewayArgs", "ScalingGroup", "ScalingGroupArgs"]
