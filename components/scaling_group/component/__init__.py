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
from scaling_group.component.group import KubernetesObject, ScalingGroup

__all__ = [
    "EnvFromArgs",
    "EnvironmentArgs",
    "GatewayArgs",
    "GpuArgs",
    "KubernetesObject",
    "MountArgs",
    "ProbeArgs",
    "ScalingGroup",
    "ScalingGroupArgs",
    "SecretKeyArgs",
    "TolerationArgs",
]
