"""A program as a user writes it: type checkers have nothing to say."""

import pulumi

from scaling_group.component import EnvironmentArgs, GatewayArgs, ScalingGroup, ScalingGroupArgs

image: pulumi.Output[str] = pulumi.Output.from_input("my-registry/server:v1")

environment = EnvironmentArgs(
    id="abc123",
    gateway=GatewayArgs(name="gateway", namespace="gateway-system", domain="gw.example.com"),
)
typed = ScalingGroup(
    "typed",
    ScalingGroupArgs(image=image, port=8080, replicas=2, tags={"team": image}, environment=environment),
)
plain = ScalingGroup(
    "plain",
    {
        "image": "my-registry/server:v1",
        "port": 8080,
        "gpu": "nvidia-l4:1",
        "env": {"MODEL": image},
        "environment": {
            "id": "abc123",
            "gateway": {"name": "gateway", "namespace": "gateway-system", "domain": "gw.example.com"},
        },
    },
)
url: pulumi.Output[str] = plain.url
