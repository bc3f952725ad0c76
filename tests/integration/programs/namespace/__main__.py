"""A namespace and a group in it, made by one program."""

import pulumi
import pulumi_kubernetes as k8s

from scaling_group.component import ScalingGroup

config = pulumi.Config()
name = config.require("namespace")
namespace = k8s.core.v1.Namespace("team", metadata={"name": name})
ScalingGroup(
    "inference",
    {
        "image": "registry.example.com/team/app:1",
        "port": 8080,
        "environment": {
            "id": config.require("environment"),
            "namespace": name,
            "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.localhost"},
        },
    },
    pulumi.ResourceOptions(depends_on=[namespace]),
)
