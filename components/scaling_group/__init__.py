"""Scaling groups: a replicated, GPU-aware HTTPS service on your own Kubernetes cluster.

For Pulumi programs: `from scaling_group.component import ScalingGroup, ScalingGroupArgs`.
Nothing is imported here, so that the command line can answer without loading the engine's SDK.
"""
