"""The component for Pulumi programs."""

from scaling_group.component.args import (
    EnvFromArgs,
    EnvironmentArgs,
    GatewayArgs,
    GpuArgs,
    MountArgs,
    ProbeArgs,
    ScalingGroupArgs,
    SecretKeyArgs,
    TolerationArgs,
)
from scaling_group.component.group import ScalingGroup

__all__ = [
    "EnvFromArgs",
    "EnvironmentArgs",
    "GatewayArgs",
    "GpuArgs",
    "MountArgs",
    "ProbeArgs",
    "ScalingGroup",
    "ScalingGroupArgs",
    "SecretKeyArgs",
    "TolerationArgs",
]
