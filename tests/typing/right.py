"""A program as a user writes it: type checkers have nothing to say."""

import pulumi

from scaling_group import GroupList, ScalingGroups
from scaling_group import ScalingGroup as TheSame
from scaling_group.component import (
    EnvironmentArgs,
    GatewayArgs,
    GpuArgs,
    MountArgs,
    ScalingGroup,
    ScalingGroupArgs,
)

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
structured = ScalingGroup(
    "structured",
    ScalingGroupArgs(
        image=image,
        port=8080,
        gpu=GpuArgs(type=image, count=1),
        mounts=["pvc:data:/data", MountArgs(pvc="models", path="/models", read_only=True)],
        readiness={"http": "/ready", "delay": 10},
        secret_env={"TOKEN": {"secret": "hf", "key": "token"}, "OTHER": "credentials:key"},
        environment=environment,
    ),
)
url: pulumi.Output[str] = plain.url
pods: pulumi.Output[int] = plain.deployment.spec.apply(lambda spec: int(spec["replicas"]))
after = pulumi.ResourceOptions(depends_on=[plain.deployment, plain.service, plain.route])
same: type[ScalingGroup] = TheSame

groups = ScalingGroups.from_settings(on_progress=print)
made = groups.create(name="a", image="a", port=80, gpu={"type": "nvidia-l4"}, tags={"team": "ml"}, timeout=60)
words: tuple[str, str, int] = (made.url, made.status.value, made.replicas.ready)
listed: GroupList = groups.list(tags={"team": None})
differs: bool = groups.update("a", replicas=2, if_revision=made.revision).applied
ended = [each.error or each.view for each in groups.apply([{"name": "a", "image": "a", "port": 80}])]
